"""Cells that a spreadsheet might take for formulas, made inert.

Law: `bare(inert(text)) == text` for every text.

Source: OWASP, "CSV Injection"; what spreadsheets run begins with `= + - @`, tab or CR.
"""

from __future__ import annotations

import re

MARK = "'"
"""Put before a dangerous text; spreadsheets take it as "this is text"."""

_BEGINS = r"(?:[\t\r]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])"  # the last four: full-width = + - @
_DANGEROUS = re.compile(rf"{_BEGINS}|'+(?:{_BEGINS}|\Z)")
_NUMBER = re.compile(
    r"[+-]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][+-]?\d{1,3})?", re.ASCII
)


def is_dangerous(text: str) -> bool:
    """Say whether a spreadsheet might run a text.

    Args:
        text: of one cell.

    Returns:
        True for what begins like a formula, a number with a sign left out.
    """
    return bool(_DANGEROUS.match(text)) and not _NUMBER.fullmatch(text)


def inert(text: str) -> str:
    """Mark a text that a spreadsheet might run.

    Args:
        text: of one cell.

    Returns:
        The text, after an apostrophe where it needs one.
    """
    return MARK + text if is_dangerous(text) else text


def bare(text: str) -> str:
    """Take back what `inert` did.

    Args:
        text: a cell that `inert` wrote.

    Returns:
        The text as it was.
    """
    unmarked = text.removeprefix(MARK)
    return unmarked if unmarked != text and is_dangerous(unmarked) else text
