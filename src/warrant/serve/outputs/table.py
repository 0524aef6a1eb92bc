"""What every file of answers is made of: a header, lines, and a Merkle tree over both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from warrant.kernel.canon import fast_canonical
from warrant.kernel.merkle import leaf_hash
from warrant.kernel.tree import Frontier

if TYPE_CHECKING:
    from warrant.serve.cells import Cell

_AT_ONCE = 4096


@dataclass(frozen=True)
class Table:
    """A header and lines that can be gone through more than once."""

    header: Sequence[str]
    """Names of the columns, each once."""

    lines: Callable[[], Iterator[list[Cell]]]
    """Goes through the lines from the first on; tidy cells in the order of the header."""

    count: int
    """How many lines there are."""

    sure: int
    """Place of the column that holds the probability."""


class Written(NamedTuple):
    """What became of a table."""

    root: bytes
    """RFC 6962 root over header and lines, 32 bytes."""
    inert: int
    """Cells that look like formulas and were made inert."""
    cut: int
    """Texts that were too long for a cell and were cut."""


Legend: TypeAlias = Callable[[Written], Iterable[tuple[str, str]]]
"""Gives the lines of the legend, once it is known what was written."""


class Leaves:
    """The growing tree over header and lines.

    A leaf is the canonical JSON of a line: an array of its cells as text, null where one is empty.

    Source: RFC 6962, section 2.1; RFC 8785.
    """

    def __init__(self) -> None:
        self._tree = Frontier()
        self._waiting: list[bytes] = []

    def add(self, texts: Sequence[str | None]) -> None:
        """Add one line."""
        self._waiting.append(leaf_hash(fast_canonical(texts)))
        if len(self._waiting) >= _AT_ONCE:
            self._settle()

    @property
    def count(self) -> int:
        """How many leaves there are: the lines and the header."""
        return self._tree.size + len(self._waiting)

    def root(self) -> bytes:
        """Give the root so far, 32 bytes."""
        self._settle()
        return self._tree.root()

    def _settle(self) -> None:
        self._tree = self._tree.extend(self._waiting)
        self._waiting = []
