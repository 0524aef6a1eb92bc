"""Sentences taken out of a text: terms that must not be missed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from warrant.stages.evaluate.builtin.spots import plain, read_words, text_of, whole_words
from warrant.stages.evaluate.failure_test import Change, Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

_SENTENCE = re.compile(r"\S.*?(?:[.;!?](?=\s|$)|\Z)", re.DOTALL)


class MissedTerms:
    """Every sentence with one material term is taken out; what is left no longer says it.

    Args:
        column: the text that is changed.
        words: material terms.
    """

    safe: str | None = None
    why_none = "no row holds a material term and another sentence"

    def __init__(self, column: str, words: Sequence[object]) -> None:
        self.column = column
        self._terms = {plain(one): one for one in read_words("missed_terms", words)}
        self._pattern = whole_words(self._terms)

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose one term of the text."""
        text = text_of(row.cells.get(self.column))
        there = sorted({plain(spot[0]) for spot in self._pattern.finditer(text)})
        if not there:
            return None
        term = draw.choice(there)
        sentences = [spot[0] for spot in _SENTENCE.finditer(text)]
        kept = [one for one in sentences if not whole_words([term]).search(one)]
        if not kept or len(kept) == len(sentences):
            return None
        told = f"each sentence with '{self._terms[term]}' was taken out"
        return Change({self.column: " ".join(kept)}, told)
