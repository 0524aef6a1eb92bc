"""The shelf of packs: which pack holds which blob, in memory, read once per pack."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from warrant.kernel.durable import TEMPORARY
from warrant.kernel.pack import Entry, Index, load_index

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

_ROW_BITS = 32


class _State(NamedTuple):
    """One whole view; a refresh that takes packs away replaces it, one that adds extends it."""

    numbers: dict[str, int]
    indexes: list[Index]
    where: dict[bytes, int]
    """Digest to number of the pack, shifted by `_ROW_BITS`, plus row in its index."""


class Shelf:
    """The packs of a folder, as last seen.

    Args:
        folder: of the packs; need not exist.
    """

    folder: Path
    """Of the packs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._state = _State({}, [], {})
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """See what other processes have added and removed since.

        Raises:
            IntegrityError: when the index of a pack is damaged.
        """
        with self._lock:
            while not self._catch_up():
                pass  # a pack was replaced while we looked: its successor is on the shelf by now

    def find(self, raw: bytes) -> tuple[str, Entry] | None:
        """Find a blob, looking at the folder again when it is not known.

        Args:
            raw: 32 bytes of its digest.

        Returns:
            name of the pack and where the blob lies in it; None when no pack has it.

        Raises:
            IntegrityError: when the index of a pack is damaged.
        """
        if not self.has(raw):
            return None
        state = self._state
        place = state.where[raw]
        index = state.indexes[place >> _ROW_BITS]
        return index.name, index.entry(place & (1 << _ROW_BITS) - 1)

    def has(self, raw: bytes) -> bool:
        """Say whether a pack has the blob, looking at the folder again when it is not known.

        Args:
            raw: 32 bytes of its digest.

        Returns:
            True when an index promises it.

        Raises:
            IntegrityError: when the index of a pack is damaged.
        """
        if raw in self._state.where:  # what is asked for every file costs no second call
            return True
        self.refresh()
        return self.knows(raw)

    def knows(self, raw: bytes) -> bool:
        """Say whether a pack seen so far has the blob.

        Args:
            raw: 32 bytes of its digest.

        Returns:
            False also for a blob that came after the last refresh.
        """
        return raw in self._state.where

    def digests(self) -> Iterable[bytes]:
        """List the digests in all packs seen so far, each once, in no order."""
        return self._state.where.keys()

    def holding(self, raws: Collection[bytes]) -> list[Index]:
        """List every pack that holds one of the blobs.

        Args:
            raws: digests, 32 bytes each.

        Returns:
            their indexes; a blob that a crash has left twice is in two.

        Raises:
            IntegrityError: when the index of a pack is damaged.
        """
        self.refresh()
        return [one for one in self._state.indexes if not set(raws).isdisjoint(one.digests())]

    def _catch_up(self) -> bool:
        names = _index_names(self.folder)
        state = self._state
        if not state.numbers.keys() <= names:
            state = self._state = _State({}, [], {})
        try:
            for name in sorted(names - state.numbers.keys()):
                index = load_index(self.folder / f"{name}.idx")
                number = len(state.indexes)
                state.indexes.append(index)
                first = number << _ROW_BITS
                state.where.update(
                    zip(index.digests(), range(first, first + len(index)), strict=True)
                )
                state.numbers[name] = number
        except FileNotFoundError:
            return False
        return True


def _index_names(folder: Path) -> set[str]:
    found = (path.name for path in folder.glob("*.idx"))
    return {name[:-4] for name in found if not name.startswith(TEMPORARY)}
