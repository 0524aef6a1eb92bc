"""Values made coarser: fewer characters, wider steps, a month or a year in place of a day.

Law: making a value coarser twice at one level gives what once gives.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import TypeAlias

from warrant.errors import InputError

Level: TypeAlias = "int | float | str"
"""Of text: so many characters stay. Of a number: the width of a step. Of a day: `month` or `year`.
Of a code of digits, text or number: `3 digits`. Of any: `none`, the value is taken out."""

PERIODS = ("month", "year")
NONE = "none"
_DIGITS = re.compile(r"([1-9]) digits?")


def is_level(level: object) -> bool:
    """Say whether a recipe may name this level."""
    if isinstance(level, bool):
        return False
    if isinstance(level, (int, float)):
        return math.isfinite(level) and level > 0
    return level in (*PERIODS, NONE) or bool(_DIGITS.fullmatch(str(level)))


def coarser(value: object, level: Level, top: float | None = None) -> object:
    """Make one value coarser.

    Args:
        value: of a cell; None stays None.
        level: how much.
        top: of a number: larger ones become this one, as ages over 89 do.

    Returns:
        A value of the same type, or None where it is taken out.

    Raises:
        InputError: when the level does not fit the type; no value is quoted.
    """
    if value is None or level == NONE:
        return None
    if isinstance(value, date):
        return _day(value, level)
    if isinstance(level, str):
        digits = _DIGITS.fullmatch(level)
        return _written_day(value, level) if digits is None else _code(value, int(digits[1]))
    if isinstance(value, str):
        return value.strip()[: int(level)].rstrip()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _step(value, level, top)
    raise _wrong(level)


def _step(value: float, width: float, top: float | None) -> float:
    if not math.isfinite(value):
        return value
    low = value if top is None else min(value, top)
    step = low if top is not None and low == top else math.floor(low / width) * width
    return int(step) if isinstance(value, int) else float(step)


def _code(value: object, digits: int) -> object:
    """Keep the first digits of a code; a number gets zeros for the others."""
    if isinstance(value, str):
        return value.strip()[:digits].rstrip()
    if isinstance(value, int) and not isinstance(value, bool):
        rest = 10 ** max(0, len(str(abs(value))) - digits)
        return value // rest * rest
    raise _wrong(f"{digits} digits")


def _day(value: date, level: Level) -> date:
    if level not in PERIODS:
        raise _wrong(level)
    if isinstance(value, datetime):
        value = value.replace(hour=0, minute=0, second=0, microsecond=0)
    return value.replace(day=1) if level == "month" else value.replace(month=1, day=1)


def _written_day(value: object, level: str) -> str | None:
    """Make a day coarser that stands as text; what is no day in ISO form is taken out."""
    if not isinstance(value, str):
        raise _wrong(level)
    text = value.strip()
    if text[:4].isdecimal() and len(text) in (4, 7):
        return text[: 7 if level == "month" else 4]
    try:
        return date.fromisoformat(text[:10]).isoformat()[: 7 if level == "month" else 4]
    except ValueError:
        return None


def _wrong(level: Level) -> InputError:
    return InputError(
        f"The level {level!r} of 'protect_table' does not fit the cells of its column.",
        do="Write for a text a number of characters, for a number the width of a step, for a "
        "code of digits '3 digits', for a day month or year; none takes the column out.",
    )
