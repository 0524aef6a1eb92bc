"""A sample: some documents of each source and each label, always the same ones.

Where a file is a document, files are picked before any of them is read, by a hash of their names:
to read ten gigabytes in order to choose five hundred letters would be the whole run over again.
Of a table every record must be read anyway, and records are picked by row id.

The sources share the sample evenly; what a small one cannot fill goes to the others. In a source
every label gets a few documents first, the rarest label before all others; the rest are drawn
alike from all that have an answer, and only what then is missing from those without. A sample too
small for that many labels holds the most frequent ones: one document a label teaches nothing.

Law: the pick does not depend on the order of files or records.
"""

from __future__ import annotations

from collections import Counter
from heapq import heappush, heappushpop
from typing import TYPE_CHECKING, Generic, TypeVar

from warrant.kernel.digest import tagged
from warrant.stages.ingest.labels import read_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from warrant.stages.ingest.config import LabelsConfig
    from warrant.stages.ingest.reader import Raw

Item = TypeVar("Item")

_FEW = 10
"""Documents that each label gets first, at most, and as many of a label make it worth a place."""
_MOST_LABELS = 1000
"""Of more labels than this the column is no label, and all documents are alike."""


class Picker(Generic[Item]):
    """Sees all documents of a source once, and picks some of them.

    Args:
        size: how many.
    """

    seen: int
    """Documents so far."""

    def __init__(self, size: int) -> None:
        self.seen = 0
        self._size = size
        self._answered: _Smallest[Item] = _Smallest(size)
        self._others: _Smallest[Item] = _Smallest(size)
        self._by_label: dict[str, _Smallest[Item]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, key: bytes, item: Item, labels: tuple[str, ...] | None) -> None:
        """See one document.

        Args:
            key: of its own, evenly spread: the smallest are picked.
            item: what to give back.
            labels: its answers; None when it has none.
        """
        self.seen += 1
        if labels is None:
            self._others.add(key, item)
            return
        self._answered.add(key, item)
        for label in labels or ("",):
            self._counts[label] += 1
            if len(self._counts) <= _MOST_LABELS:
                self._by_label.setdefault(label, _Smallest(self._few)).add(key, item)

    @property
    def _few(self) -> int:
        return min(_FEW, self._size)

    def picked(self) -> list[Item]:
        """Give the sample.

        Returns:
            At most `size` documents, all when there are not more.
        """
        chosen: dict[bytes, Item] = {}
        for label, few in self._first():
            for key, item in self._by_label[label].sorted()[:few]:
                if len(chosen) < self._size:
                    chosen[key] = item
        for pool in (self._answered, self._others):
            for key, item in pool.sorted():
                if len(chosen) < self._size:
                    chosen[key] = item
        return list(chosen.values())

    def _first(self) -> list[tuple[str, int]]:
        """Give the labels in the order in which they get documents, and how many each."""
        labels = sorted(self._counts, key=lambda label: (self._counts[label], label))
        if len(labels) > _MOST_LABELS or not labels:
            return []
        if len(labels) * _FEW <= self._size:
            return [(label, min(_FEW, self._size // (2 * len(labels)))) for label in labels]
        return [(label, _FEW) for label in reversed(labels)]


class _Smallest(Generic[Item]):
    """The items with the smallest keys."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._heap: list[tuple[bytes, int, Item]] = []
        self._number = 0

    def add(self, key: bytes, item: Item) -> None:
        self._number += 1  # so that items are never compared
        entry = (bytes(255 - byte for byte in key), -self._number, item)  # largest key on top
        if len(self._heap) < self._size:
            heappush(self._heap, entry)
        elif self._heap:
            heappushpop(self._heap, entry)

    def sorted(self) -> list[tuple[bytes, Item]]:
        return [(key, item) for key, _, item in sorted(self._heap, reverse=True)]


def file_key(name: str) -> bytes:
    """Give what decides whether a file is picked: a hash of its name, for it was not read."""
    return tagged("warrant/sample/1", name.encode()).raw


def shares(size: int, counts: Sequence[int | None]) -> list[int]:
    """Divide a sample among sources.

    Args:
        size: documents in all.
        counts: how many each source has; None while nobody knows.

    Returns:
        For each source how many, evenly; what a small one cannot fill goes to the others.
    """
    given = [0] * len(counts)
    while left := size - sum(given):
        open_ = [at for at, count in enumerate(counts) if count is None or given[at] < count]
        if not open_:
            break
        for at in open_[: min(left, len(open_))]:
            given[at] += min(max(left // len(open_), 1), _room(counts[at], given[at]))
    return given


def _room(count: int | None, given: int) -> int:
    return 1 << 62 if count is None else count - given


def answers(labels: LabelsConfig | None, cells: Mapping[str, Raw]) -> tuple[str, ...] | None:
    """Read the labels of a document as far as sampling needs them.

    Args:
        labels: where they stand.
        cells: of its line in the sheet, or its own.

    Returns:
        The labels; None when there is no answer. What is neither a yes nor a no counts as a no
        here: whoever reads the columns refuses it.
    """
    if labels is None:
        return ()
    if labels.marked:
        found = [name for name in labels.marked if _says_yes(cells.get(name))]
        return tuple(found) if any(name in cells for name in labels.marked) else None
    cell = cells.get(labels.column)
    if cell is None:
        return None
    parts: Iterable[object] = cell if isinstance(cell, list) else (cell,)
    if labels.separator and isinstance(cell, str):
        parts = cell.split(labels.separator)
    return tuple(dict.fromkeys(text for part in parts if (text := str(part).strip())))


def _says_yes(cell: Raw) -> bool:
    try:
        return read_mark(cell) is True
    except ValueError:
        return False
