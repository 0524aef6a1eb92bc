"""Rows as they are: what a model writes must stand in what it has read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.stages.evaluate.builtin.spots import text_of
from warrant.stages.evaluate.failure_test import INVENTS_NOTHING, Change, Row

if TYPE_CHECKING:
    from random import Random


class Grounded:
    """Nothing is changed: numbers and citations of the answer must stand in the row.

    Args:
        column: a text that is read.
    """

    safe: str | None = INVENTS_NOTHING
    why_none = "no row holds a text"

    def __init__(self, column: str) -> None:
        self.column = column

    def change(self, row: Row, draw: Random) -> Change | None:
        """Give the row as it is."""
        del draw
        if not text_of(row.cells.get(self.column)).strip():
            return None
        return Change({}, "nothing was changed")
