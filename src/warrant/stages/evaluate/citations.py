"""Citations in a text: decisions, reports, codes, sections and articles of law."""

from __future__ import annotations

import re

_NUMBER = r"\d[\d.,]*"
_CITATION = re.compile(
    # a report or code between two numbers: 812 F.3d 344, 42 U.S.C. § 1983, 45 CFR 164.514
    rf"{_NUMBER}\s+(?:[A-Z][\w.]*\.?\s?){{1,4}}(?:§+\s*)?{_NUMBER}"
    # a section or article: § 12, Art. 6(1), Section 4.2
    rf"|(?:§+|Art\.|Article|Section|Sec\.)\s*{_NUMBER}(?:\([\w]+\))*"
    # parties: Harrowgate v. Pell
    r"|[A-Z][\w.'-]*(?:\s[A-Z&][\w.'-]*){0,3}\sv\.?\s[A-Z][\w.'-]*"
)


def find_citations(text: str) -> set[str]:
    """Find what a text cites.

    Args:
        text: any text.

    Returns:
        Each citation in small letters, white space and stops at its end gone.
    """
    return {_plain(spot[0]) for spot in _CITATION.finditer(text)}


def _plain(citation: str) -> str:
    return "".join(citation.split()).rstrip(".,").casefold()


def strays(answer: str, source: str) -> set[str]:
    """Find citations of an answer that its source does not have.

    Args:
        answer: what a model wrote.
        source: what it may cite from.

    Returns:
        Citations as `find_citations` gives them; none when all stand in the source.
    """
    return {one for one in find_citations(answer) if not _stands_in(one, source)}


def _stands_in(citation: str, source: str) -> bool:
    """Say whether a text holds a citation as a whole: `§ 12` does not stand in `§ 123`."""
    letters = r"\s*".join(map(re.escape, citation))
    whole = rf"(?<!\w){letters}(?![\d(]|[.,]\d)"
    return re.search(whole, source, re.IGNORECASE) is not None
