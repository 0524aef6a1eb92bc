"""Sentences put before or after a text: boilerplate, and citations of what does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from warrant.errors import InputError
from warrant.stages.evaluate.builtin.spots import read_words, text_of
from warrant.stages.evaluate.failure_test import Change, Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

BOILERPLATE: Final = (
    "This page was left blank on purpose.",
    "This message and its attachments are confidential and meant for the addressee alone.",
    "Printed copies of this document are not controlled.",
    "Page 1 of 1.",
)
"""Sentences that say nothing of what a text is about."""

CITATIONS: Final = (
    "See Harrowgate v. Pell, 812 F.9th 344 (13th Cir. 2031).",
    "See Matter of Quillfeather, 77 U.S. 9999 (2041).",
    "See 61 U.S.C. § 99999.",
)
"""Invented: there is no 13th Circuit, no ninth series and no title 61."""


class _Added:
    """A sentence of a list is put beside the text."""

    safe: str | None = "same"
    why_none = "no row holds a text"
    _name = ""
    _what = ""
    _usual: Sequence[str] = ()

    def __init__(self, column: str, words: Sequence[object] = (), at: str = "end") -> None:
        self.column = column
        self._sentences = read_words(self._name, words or self._usual)
        if at not in ("start", "end"):
            raise InputError(
                f"The failure test {self._name!r} cannot put a sentence at {at!r}.",
                do="Write: at: start, or: at: end.",
            )
        self._at = at

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose one sentence."""
        text = text_of(row.cells.get(self.column))
        if not text.strip():
            return None
        one = draw.choice(self._sentences)
        new = f"{one} {text}" if self._at == "start" else f"{text} {one}"
        number = self._sentences.index(one) + 1
        return Change({self.column: new}, f"{self._what} {number} was put at the {self._at}")


class Boilerplate(_Added):
    """A sentence that says nothing of what the text is about is added.

    Args:
        column: the text that is changed.
        words: sentences; none: four of letters and print.
        at: `start` or `end`.
    """

    _name = "boilerplate"
    _what = "boilerplate sentence"
    _usual = BOILERPLATE


class InventedCitation(_Added):
    """A citation of a decision or law that does not exist is added.

    Where a model writes text, `expect: cites only known` fails a case whose answer repeats it.

    Args:
        column: the text that is changed.
        words: sentences with citations; none: three invented ones.
        at: `start` or `end`.
    """

    _name = "invented_citation"
    _what = "invented citation"
    _usual = CITATIONS
