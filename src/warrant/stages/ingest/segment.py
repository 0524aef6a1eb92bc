"""Dividing a document's text into rows: pages, paragraphs, sentences, clauses or windows.

Each piece knows where it stands: its page, where the reader tells pages apart, its number in the
document, and where it begins and ends in the text that the reader gave. These make the row's
locator, so a row leads back to its place.

Law: pieces other than windows are disjoint and in order, and every visible character is in one.
Law: windows begin in order, none is inside the one before, and every word is in one.

Source: Unicode Standard Annex 29, section 5, for what may end a sentence; abbreviations and
initials are kept together by the short list here.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.stages.ingest.config import RowsConfig

Segment = Literal["whole", "pages", "paragraphs", "sentences", "clauses", "windows"]

PAGE_END = "\f"
"""What readers write between two pages."""

_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_WORD = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9À-Þ])|\n[ \t]*\n")  # noqa: RUF001
_HELD_TOGETHER = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nos|Art|Arts|Sec|Secs|para|paras|pp?|vs?|cf|al|Inc|Ltd|Co|Corp|"
    r"LLC|Jr|Sr|U\.S|e\.g|i\.e|approx|fig|dept|est|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)|\b[A-Z]|"
    r"(?:^|\n)[ \t]*\(?\w{1,4})\.$"
)
_LOOK_BACK = 12  # characters; the longest abbreviation is shorter
_CLAUSE_START = re.compile(
    r"^[ \t]*(?:(?:article|section|clause|schedule|exhibit|annex)\s+[\dIVXLC]+\b|§+\s*\d+|"
    r"\d{1,3}(?:\.\d{1,3})*[.)]?[ \t]+\S|\(?[a-zA-Z]{1,2}\)[ \t]+\S|\(?[ivxIVX]{1,5}\)[ \t]+\S)",
    re.IGNORECASE | re.MULTILINE,
)
_LONG_LINE = re.compile(r"[^\n]{240,}")
_LOST_START = re.compile(
    r"(?<=\S)[ \t]{3,}(?=(?:\d{1,3}(?:\.\d{1,3})+[.)]?|\d{1,3}[.)]|\(?[a-zA-Z]{1,2}\)|"
    r"\(?(?:[ivx]{1,7}|[IVX]{1,7})\)|(?:ARTICLE|Article|SECTION|Section)[ \t]+[\dIVXLC]+\.?)"
    r"[ \t]+[\"“(\[]?[A-Z])"
)
"""In a text that lost its line ends, three spaces stand where one was."""


class Piece(NamedTuple):
    """A part of a document that becomes a row."""

    page: int
    """From 1; 0 where the reader tells no pages apart."""
    number: int
    """In the document, from 0."""
    start: int
    """Of its first character in the document's text, from 0."""
    end: int
    """After its last character."""

    def locator(self, times: int) -> tuple[int, ...]:
        """Give where the row stands, in reading order.

        Args:
            times: how often the same document stood before.

        Returns:
            Times, page, number, start, end.
        """
        return (times, self.page, self.number, self.start, self.end)

    @classmethod
    def at(cls, locator: Sequence[int]) -> Piece | None:
        """Read a locator; None of a row that is a whole document."""
        return cls(*locator[1:]) if len(locator) == 5 else None


def divide(text: str, config: RowsConfig) -> list[Piece]:
    """Divide a text.

    Args:
        text: of one document.
        config: how.

    Returns:
        Its pieces in order, without white space around them; at least one, which of a text
        without a visible character is all of it.
    """
    spans = list(_spans(text, config))
    if not spans:
        return [Piece(0, 0, 0, len(text))]
    ends = [at for at, char in enumerate(text) if char == PAGE_END] if PAGE_END in text else []
    pieces, page = [], 0
    for number, (start, end) in enumerate(spans):
        while page < len(ends) and ends[page] < start:
            page += 1
        pieces.append(Piece(page + 1 if ends else 0, number, start, end))
    return pieces


def _spans(text: str, config: RowsConfig) -> Iterator[tuple[int, int]]:
    if config.segment == "windows":
        yield from _windows(text, config.words, config.overlap)
        return
    for cut in pairwise([0, *_cuts(text, config.segment), len(text)]):
        start, end = cut
        part = text[start:end]
        if part.strip():
            yield start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def _cuts(text: str, segment: Segment) -> list[int]:
    """Give where a text is cut, rising."""
    pages = [found.start() for found in re.finditer(PAGE_END, text)]
    if segment == "whole":
        return []
    if segment == "pages":
        return pages
    if segment == "paragraphs":
        return sorted({*pages, *_paragraphs(text)})
    if segment == "sentences":
        return sorted({*pages, *_sentences(text)})
    lines = text.replace(PAGE_END, "\n")  # a clause may go on over the page
    clauses = [found.start() for found in _CLAUSE_START.finditer(lines)]
    for line in _LONG_LINE.finditer(lines):
        clauses += [found.start() for found in _LOST_START.finditer(lines, *line.span())]
    clauses = sorted({*clauses})
    return clauses if len(clauses) > 1 else sorted({*pages, *_paragraphs(text)})


def _paragraphs(text: str) -> list[int]:
    """Cut at blank lines; a text that has none has a paragraph on each line."""
    found = [blank.end() for blank in _BLANK_LINE.finditer(text)]
    return found or [line.end() for line in re.finditer(r"\n", text)]


def _sentences(text: str) -> Iterator[int]:
    lines = text.replace(PAGE_END, "\n")
    for mark in _SENTENCE_END.finditer(lines):
        before = lines[max(0, mark.start() + 1 - _LOOK_BACK) : mark.start() + 1]
        if mark[0].isspace() or not _HELD_TOGETHER.search(before):
            yield mark.end()


def _windows(text: str, words: int, overlap: int) -> Iterator[tuple[int, int]]:
    places = [found.span() for found in _WORD.finditer(text)]
    for first in range(0, len(places), words - overlap):
        last = min(first + words, len(places)) - 1
        yield places[first][0], places[last][1]
        if last == len(places) - 1:
            return
