"""A true place of a text gets the words of another true place with the same label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.stages.evaluate.builtin.spots import plain, read_words, text_of
from warrant.stages.evaluate.failure_test import Change, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from warrant.models.places import Span


_MOST_KNOWN = 1000
"""Words of a label among which some are drawn."""


class SwapEntities:
    """The words of one place become others of its kind: the same places must be found.

    Args:
        column: the text that is changed.
        words: words that are put in, of any label; none: those of other rows, by label.
        label: only places with this label; none: every place.
    """

    safe: str | None = "same"
    why_none = "no row holds a place whose words could become others of its label"

    def __init__(self, column: str, words: Sequence[object] = (), label: str | None = None) -> None:
        self.column = column
        self._own = read_words("swap_entities", words) if words else ()
        self._label = label
        self._known: dict[str, tuple[str, ...]] = {}

    def survey(self, rows: Iterable[Row]) -> None:
        """Gather the words of all true places, by label."""
        found: dict[str, dict[str, None]] = {}
        for row in rows:
            text = text_of(row.cells.get(self.column))
            for one in row.spans:
                found.setdefault(one.label, {})[text[one.start : one.end]] = None
        self._known = {label: tuple(words)[:_MOST_KNOWN] for label, words in found.items()}

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose one place, and other words for it."""
        text = text_of(row.cells.get(self.column))
        free = {one: self._others(one, text) for one in row.spans if self._fits(one, text)}
        places = [one for one, words in free.items() if words]
        if not places:
            return None
        place = draw.choice(places)
        new = draw.choice(free[place])
        told = f"the words of one {place.label!r} became others of that label"
        return Change({self.column: text[: place.start] + new + text[place.end :]}, told[:300])

    def _fits(self, place: Span, text: str) -> bool:
        return self._label in (None, place.label) and place.end <= len(text)

    def _others(self, place: Span, text: str) -> list[str]:
        mine = plain(text[place.start : place.end])
        known = self._own or self._known.get(place.label, ())
        return [one for one in known if plain(one) != mine]
