"""Texts as people type them: wrong letters, capitals, none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.stages.evaluate.builtin.spots import replaced, text_of
from warrant.stages.evaluate.failure_test import Change, Row

if TYPE_CHECKING:
    from random import Random

_WORD = re.compile(r"[^\W\d_]{4,}")


class Typos:
    """Two neighbouring letters inside a word change places, in some words.

    Args:
        column: the text that is changed.
        share: of the words of four letters and more, 0 to 1; at least one word.
    """

    safe: str | None = "same"
    why_none = "no row holds a word whose letters could change places"

    def __init__(self, column: str, share: float = 0.05) -> None:
        self.column = column
        if not 0 < share <= 1:
            raise InputError(
                f"The failure test 'typos' changes a share of {share:g} of the words.",
                do="Write a share above 0, up to 1, for example: share: 0.05.",
            )
        self._share = share

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose words, and in each a place."""
        text = text_of(row.cells.get(self.column))
        words = [(spot, places) for spot in _WORD.finditer(text) if (places := _places(spot[0]))]
        if not words:
            return None
        count = max(1, round(len(words) * self._share))
        taken = sorted(draw.sample(range(len(words)), count))
        at = {words[one][0].start(): draw.choice(words[one][1]) for one in taken}

        def write(spot: re.Match[str]) -> str:
            word, place = spot[0], at[spot.start()]
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]

        new = replaced(text, (words[one][0] for one in taken), write)
        noun = "word" if count == 1 else "words"
        return Change({self.column: new}, f"two letters changed places in {count} {noun}")


def _places(word: str) -> list[int]:
    """List where two different letters stand side by side, the first and last letter apart."""
    return [at for at in range(1, len(word) - 2) if word[at] != word[at + 1]]


class Case:
    """A text in capitals, or in small letters.

    Args:
        column: the text that is changed.
        to: `upper` or `lower`.
    """

    safe: str | None = "same"

    def __init__(self, column: str, to: str = "upper") -> None:
        self.column = column
        if to not in ("upper", "lower"):
            raise InputError(
                f"The failure test 'case' cannot write a text in {to!r}.",
                do="Write: to: upper, or: to: lower.",
            )
        self._to = to
        self.why_none = f"no row holds a letter that is not {to} case"

    def change(self, row: Row, draw: Random) -> Change | None:
        """Write the whole text in one case."""
        del draw
        text = text_of(row.cells.get(self.column))
        new = text.upper() if self._to == "upper" else text.lower()
        if new == text:
            return None
        words = "capitals" if self._to == "upper" else "small letters"
        return Change({self.column: new}, f"the text was written in {words}")
