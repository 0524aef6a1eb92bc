"""The two texts of a pair change places, or one of them becomes that of another row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.stages.evaluate.builtin.spots import plain, text_of
from warrant.stages.evaluate.failure_test import Change, Row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random


_MOST_KNOWN = 1000
"""Texts of other rows among which one is drawn."""


class SwapSides:
    """Two texts change places.

    Whether the answer stays is a matter of the task: of "do these say the same" it does, of "does
    the second follow from the first" it need not.

    Args:
        column: one of the two.
        other: the other one; none: the one other text of the row.
    """

    safe: str | None = None
    why_none = "no row holds two different texts"

    def __init__(self, column: str, other: str | None = None) -> None:
        self.column = column
        self._other = other

    def change(self, row: Row, draw: Random) -> Change | None:
        """Exchange them."""
        del draw
        other = other_text(row, self.column, self._other)
        if other is None:
            return None
        here, there = (text_of(row.cells.get(name)) for name in (self.column, other))
        if not here.strip() or not there.strip() or here == there:
            return None
        return Change({self.column: there, other: here}, "the two texts changed places")


class OtherPartner:
    """One text of a pair becomes the same text of another row: the two no longer belong together.

    Args:
        column: the text that is changed.
    """

    safe: str | None = None
    why_none = "no other row holds another text"

    def __init__(self, column: str) -> None:
        self.column = column
        self._known: tuple[str, ...] = ()

    def survey(self, rows: Iterable[Row]) -> None:
        """Gather the texts of all rows."""
        texts = (text_of(row.cells.get(self.column)) for row in rows)
        known = dict.fromkeys(one for one in texts if one.strip())
        self._known = tuple(known)[:_MOST_KNOWN]

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose a text of another row."""
        mine = text_of(row.cells.get(self.column))
        free = [one for one in self._known if plain(one) != plain(mine)]
        if not mine.strip() or not free:
            return None
        return Change({self.column: draw.choice(free)}, "one text became that of another row")


def other_text(row: Row, column: str, named: str | None) -> str | None:
    """Give the other column of text; None where there is none, or more than one."""
    others = [
        name
        for name, cell in row.cells.items()
        if isinstance(cell, str) and name != column and named in (None, name)
    ]
    return others[0] if len(others) == 1 else None
