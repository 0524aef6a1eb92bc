"""Sets of many texts, in a file of the scratch folder, so that memory stays small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray


_ITEM = np.dtype(np.uint64).itemsize


class SetFile:
    """Sorted sets by the place of their text; written once, then read in any order.

    Args:
        path: of a file that does not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb+")
        self._span: dict[int, tuple[int, int]] = {}
        self._size = 0

    def add(self, places: Iterable[int], sets: Iterable[NDArray[np.uint64]]) -> None:
        """Write some sets.

        Args:
            places: of the texts.
            sets: different members, sorted.
        """
        for place, members in zip(places, sets, strict=True):
            self._file.write(members.tobytes())
            self._span[place] = (self._size, self._size + len(members))
            self._size += len(members)

    def __getitem__(self, place: int) -> NDArray[np.uint64]:
        """Give one set.

        Args:
            place: of a text that was added.

        Returns:
            Its members, sorted.
        """
        # Not mapped into memory: pages that were read would count as this process's own.
        first, last = self._span[place]
        self._file.seek(first * _ITEM)
        return np.frombuffer(self._file.read((last - first) * _ITEM), np.uint64)

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
