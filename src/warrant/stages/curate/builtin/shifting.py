"""Days moved: every day of one subject by the same number of days, in the form it was written in.

The number comes from the subject and a key of the vault: the same in all files, and nobody without
the vault can tell it. What cannot be read surely as a day of a year is not moved but masked.

Law: two days of one subject are as far apart after the move as before.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

WITHIN_DAYS = 365
"""Days are moved by at most so many, forwards or back, unless the recipe says otherwise."""

_LANGUAGES = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "jan feb mar apr may jun jul aug sept oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner februar märz april mai juni juli august september oktober november dezember",
    "jan feb märz apr mai juni juli aug sept okt nov dez",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago sep oct nov dic",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil août sept oct nov déc",
)
"""Names of the twelve months, a line a language and length."""
_MONTHS = tuple(tuple(line.split()) for line in _LANGUAGES)
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_CENTURY = 69
"""A year of two digits below it is of this century. Source: POSIX, strptime, %y."""


class _Part(NamedTuple):
    start: int
    end: int
    value: int


class _Day(NamedTuple):
    """Where year, month and day stand in a text."""

    year: _Part
    month: _Part
    day: _Part
    names: tuple[str, ...]
    """Of months, in the language of the text; none where the month is a number."""


def offset_of(subject: str, keyed: Callable[[bytes], bytes], within_days: int) -> int:
    """Give the days by which all days of a subject are moved.

    Args:
        subject: as the sheet writes it; case and white space make no other subject.
        keyed: gives 32 bytes for a digest that nobody without the vault can guess.
        within_days: at most so many, above 0.

    Returns:
        From -within_days to within_days, never 0.
    """
    same = " ".join(subject.casefold().split())
    digest = sha256(f"warrant/date-offset/1\0{same}".encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(keyed(digest)[:16], "big") % (2 * within_days)
    return number - within_days if number < within_days else number - within_days + 1


def shifted(text: str, days: int, *, day_first: bool | None = None) -> str | None:
    """Move a day, and write it in the form that it had.

    Args:
        text: a day of a year, with nothing around it.
        days: forwards, or back when below 0.
        day_first: whether 03/04/2024 is 3 April; None: such a day is not read.

    Returns:
        None where it is no day, has no year, or could be another day.
    """
    found = _read(text, day_first=day_first)
    if found is None:
        return None
    try:
        moved = date(_full(found.year), found.month.value, found.day.value) + timedelta(days=days)
    except (OverflowError, ValueError):
        return None
    if found.year.end - found.year.start == 2 and _full(found.year) // 100 != moved.year // 100:
        return None  # two digits would name a year of another century
    written = [
        (found.year, f"{moved.year % 100:02}" if _is_short(found.year) else f"{moved.year:04}"),
        (found.day, _number(moved.day, found, text)),
        (found.month, _month(moved.month, found, text)),
    ]
    for part, words in sorted(written, reverse=True):
        text = text[: part.start] + words + text[part.end :]
    return text


def _read(text: str, *, day_first: bool | None) -> _Day | None:
    """Find year, month and day; None where they are not all there, or in doubt."""
    parts = list(_PARTS.finditer(text))
    numbers = [_Part(*one.span(), int(one[0])) for one in parts if one[0].isdecimal()]
    words = [one for one in parts if not one[0].isdecimal()]
    if len(numbers) == 2:
        names = _names(words, text)
        return None if names is None else _beside_a_name(numbers, *names)
    ordinal = any(one[0].casefold() not in ("t", "th", "st", "nd", "rd", "de") for one in words)
    return None if len(numbers) != 3 or ordinal else _of_numbers(numbers, text, day_first=day_first)


def _names(words: list[re.Match[str]], text: str) -> tuple[_Part, tuple[str, ...]] | None:
    german = re.search(r"\d\.\s", text) is not None
    for word in words:
        name = word[0].casefold()
        known = [names for names in _MONTHS if name in names]
        if known:
            names = next((one for one in known if german and "mai" in one), known[0])
            return _Part(*word.span(), names.index(name) + 1), names
    return None


def _beside_a_name(numbers: list[_Part], month: _Part, names: tuple[str, ...]) -> _Day | None:
    long = [one for one in numbers if one.end - one.start == 4]
    short = [one for one in numbers if one.end - one.start <= 2]
    if len(long) == 1 and len(short) == 1:
        return _Day(long[0], month, short[0], names)
    if len(short) == 2 and short[0].end < month.start < short[1].start:
        return _Day(short[1], month, short[0], names)
    return None


def _of_numbers(numbers: list[_Part], text: str, *, day_first: bool | None) -> _Day | None:
    first, second, third = numbers
    if first.end - first.start == 4:
        return _Day(first, second, third, ())
    if third.end - third.start not in (2, 4):
        return None
    if "." in text[first.end : second.start] or first.value > 12:
        day_first = True
    elif second.value > 12:
        day_first = False
    elif first.value == second.value and day_first is None:
        return None  # one day today, and two tomorrow: its form would be in doubt
    if day_first is None:
        return None
    return _Day(third, second, first, ()) if day_first else _Day(third, first, second, ())


def _is_short(year: _Part) -> bool:
    return year.end - year.start == 2


def _full(year: _Part) -> int:
    if not _is_short(year):
        return year.value
    return year.value + (2000 if year.value < _CENTURY else 1900)


def _number(value: int, found: _Day, text: str) -> str:
    """Write with a leading zero where the text has one, or could have none."""
    parts = (found.day,) if found.names else (found.day, found.month)
    zero = any(text[one.start] == "0" for one in parts)
    filled = not found.names and all(one.end - one.start == 2 for one in parts)
    return f"{value:02}" if zero or filled else str(value)


def _month(month: int, found: _Day, text: str) -> str:
    if not found.names:
        return _number(month, found, text)
    name, before = found.names[month - 1], text[found.month.start : found.month.end]
    if before.isupper():
        return name.upper()
    return name.capitalize() if before[:1].isupper() else name
