"""How values are written into Markdown: foreign text inert, figures short, gaps visible."""

from __future__ import annotations

import re
import unicodedata

NOT_ANSWERED = "not answered"
NOT_MEASURED = "not measured"
"""The two gaps of a card."""

_MARKED = re.compile(r"([\\`*\[\]|~$])")
_EDGE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_LONGEST = 300


class Written(str):
    """Markdown that is finished: not escaped again."""

    __slots__ = ()


def inert(text: str) -> Written:
    """Write foreign text so that it shows as it is and does nothing.

    Args:
        text: any text: a label, a source, an answer.

    Returns:
        One line; marks of Markdown and HTML escaped, control and direction characters gone, cut
        after 300 characters.
    """
    marked = _EDGE.sub(r"\\_", _MARKED.sub(r"\\\1", one_line(text)))
    return Written(marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def one_line(text: str) -> str:
    """Give foreign text on one line, not escaped.

    Args:
        text: any text: a label, a source, an answer.

    Returns:
        Control and direction characters gone, cut after 300 characters.
    """
    plain = "".join(
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character
        for character in text
        if unicodedata.category(character) != "Cf"
    )
    plain = " ".join(plain.split())
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"


def write(value: object) -> Written:
    """Write any value of a record.

    Args:
        value: text, number, boolean, None, or what is written already.

    Returns:
        Markdown: a number with separators, a boolean as yes or no, None as the gap `not answered`.
    """
    if isinstance(value, Written):
        return value
    if value is None:
        return gap(NOT_ANSWERED)
    if isinstance(value, bool):
        return Written("yes" if value else "no")
    if isinstance(value, int):
        return Written(f"{value:,}")
    if isinstance(value, float):
        return Written(f"{value:g}")
    return inert(str(value))


def figure(value: float | None) -> Written:
    """Write a score.

    Args:
        value: a share, an error or a cost; None when its denominator was 0.

    Returns:
        The number, or the gap `not measured`.
    """
    return gap(NOT_MEASURED) if value is None else Written(number(value))


def number(value: float) -> str:
    """Write a figure: three decimals below 10, fewer above.

    Args:
        value: any number.

    Returns:
        Digits; what is rounded to zero has no sign.
    """
    return f"{value:z.3f}" if abs(value) < 10 else f"{value:,.1f}"


def gap(words: str) -> Written:
    """Write a gap, so that it is seen.

    Args:
        words: what is missing.

    Returns:
        The words in italics.
    """
    return Written(f"*{words}*")
