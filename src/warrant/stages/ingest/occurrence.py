"""How often each document was found before, of tables of many millions of records.

A digest is remembered by its first 16 bytes, in sorted arrays that are merged as they grow: a
dictionary would take ten times the memory.

Law: what is given for a document is how often it was asked for before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Halves = NDArray[np.uint64]

FRESH = 1 << 16
"""So many documents are held one by one before they are packed."""

_KEPT_BYTES = 16


class _Packed(NamedTuple):
    """Documents, sorted by their first half."""

    high: Halves
    low: Halves


class Occurrences:
    """Counts documents as they are found."""

    def __init__(self) -> None:
        self._packed: list[_Packed] = []
        self._fresh: set[bytes] = set()
        self._again: dict[bytes, int] = {}

    def count(self, documents: Sequence[bytes]) -> list[int]:
        """Say how often each document was found before, and remember them.

        Args:
            documents: digests, in the order in which they are found.

        Returns:
            A number for each of them, 0 for the first time.
        """
        if not documents:
            return []
        found = []
        keys = [one[:_KEPT_BYTES] for one in documents]
        for key, is_old in zip(keys, self._are_packed(keys), strict=True):
            times = self._again.get(key)
            if times is None and not is_old and key not in self._fresh:
                self._fresh.add(key)
                found.append(0)
            else:
                found.append(self._again.setdefault(key, 0) + 1)
                self._again[key] += 1
        if len(self._fresh) >= FRESH:
            self._pack()
        return found

    def _are_packed(self, keys: Sequence[bytes]) -> list[bool]:
        asked, found = _halves(keys), np.zeros(len(keys), bool)
        for one in self._packed:
            first = np.searchsorted(one.high, asked.high)
            last = np.searchsorted(one.high, asked.high, "right")
            for at in np.flatnonzero(last > first).tolist():
                found[at] |= bool((one.low[first[at] : last[at]] == asked.low[at]).any())
        return found.tolist()

    def _pack(self) -> None:
        self._packed.append(_sorted(_halves(list(self._fresh))))
        self._fresh.clear()
        while len(self._packed) > 1 and len(self._packed[-2].high) <= len(self._packed[-1].high):
            last, before = self._packed.pop(), self._packed.pop()
            both = (np.concatenate(pair) for pair in zip(before, last, strict=True))
            self._packed.append(_sorted(_Packed(*both)))


def _halves(keys: Sequence[bytes]) -> _Packed:
    numbers = np.frombuffer(b"".join(keys), np.uint64).reshape(-1, 2)
    return _Packed(numbers[:, 0], numbers[:, 1])


def _sorted(some: _Packed) -> _Packed:
    order = np.argsort(some.high)
    return _Packed(some.high[order], some.low[order])
