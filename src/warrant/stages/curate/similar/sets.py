"""Sets of many texts, in a file of the scratch folder, so that memory stays small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray


class SetFile:
    """Sorted sets by the place of their text; written once, then read in any order.

    Args:
        path: of a file that does not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb+")
        self._span: dict[int, tuple[int, int]] = {}
        self._size = 0
        self._all: NDArray[np.uint64] | None = None

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
        if self._all is None:
            self._file.flush()
            self._all = (
                np.memmap(self._file, np.uint64, "r") if self._size else np.empty(0, np.uint64)
            )
        first, last = self._span[place]
        return self._all[first:last]

    def close(self) -> None:
        """Give the file back."""
        self._all = None
        self._file.close()
