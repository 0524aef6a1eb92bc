"""Cases that a domain wrote itself: a text before, a text after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.stages.evaluate.builtin.spots import read_pairs
from warrant.stages.evaluate.failure_test import Change, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random


class Templates:
    """Pairs of texts, each one case; no row of the test set is needed.

    Args:
        column: the text that is given.
        words: pairs: the text before, the text after.
    """

    safe: str | None = None
    why_none = "there is no pair of texts"

    def __init__(self, column: str, words: Sequence[object]) -> None:
        self.column = column
        self._pairs = read_pairs("templates", words)

    def change(self, row: Row, draw: Random) -> Change | None:
        """Make nothing of a row: the cases are its own."""
        del row, draw
        return None

    def cases(self) -> Iterable[Change]:
        """Give each pair."""
        for at, (before, after) in enumerate(self._pairs, start=1):
            told = f"pair {at} of the domain's own texts"
            yield Change({self.column: after}, told, {self.column: before})
