"""Options of a row of `choice` in another order, and with one more that is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from warrant.models.options import MOST_OPTIONS, read_options
from warrant.stages.evaluate.builtin.spots import plain, read_words
from warrant.stages.evaluate.failure_test import Change, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from warrant.models.model import ReadAs


_MOST_KNOWN = 1000
"""Options of other rows among which one is drawn."""


class ReorderOptions:
    """The options of a row stand in another order: the same one must be chosen.

    Args:
        column: the options.
    """

    about: ClassVar[ReadAs] = "options"
    safe: str | None = "same"
    why_none = "no row holds two different options"

    def __init__(self, column: str) -> None:
        self.column = column

    def change(self, row: Row, draw: Random) -> Change | None:
        """Shuffle them until the order is another one."""
        cell = row.cells.get(self.column)
        options = read_options(cell)
        if options is None or len(set(options)) < 2:
            return None
        new = list(options)
        while new == options:
            draw.shuffle(new)
        return Change({self.column: _like(cell, new)}, "the options stand in another order")


class Distractor:
    """One more option, which is wrong: the same one must be chosen.

    Args:
        column: the options.
        words: options that answer nothing; none: wrong options of other rows.
    """

    about: ClassVar[ReadAs] = "options"
    safe: str | None = "same"
    why_none = "no row has room for one more option, or no other row brings one"

    def __init__(self, column: str, words: Sequence[object] = ()) -> None:
        self.column = column
        self._own = read_words("distractor", words) if words else ()
        self._known: tuple[str, ...] = self._own

    def survey(self, rows: Iterable[Row]) -> None:
        """Gather the wrong options of all rows."""
        if self._own:
            return
        found: dict[str, None] = {}
        for row in rows:
            options = read_options(row.cells.get(self.column)) or ()
            right = {ord(one[:1] or " ") - ord("A") for one in row.labels}
            found.update(dict.fromkeys(one for at, one in enumerate(options) if at not in right))
        self._known = tuple(found)[:_MOST_KNOWN]

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose one that the row has not, and a place for it."""
        cell = row.cells.get(self.column)
        options = read_options(cell)
        if options is None or len(options) >= MOST_OPTIONS:
            return None
        there = {plain(one) for one in options}
        free = [one for one in self._known if plain(one) not in there]
        if not free:
            return None
        new = list(options)
        new.insert(draw.randrange(len(options) + 1), draw.choice(free))
        whose = "of the test's own" if self._own else "of another row"
        return Change({self.column: _like(cell, new)}, f"a wrong option {whose} was added")


def _like(cell: object, options: Sequence[str]) -> object:
    """Write options as the cell had them: a list, or its JSON."""
    return json.dumps(list(options), ensure_ascii=False) if isinstance(cell, str) else list(options)
