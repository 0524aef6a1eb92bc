"""What one cell of text may mean: a number, a day, an instant; each reading is all or nothing.

A reading is a function from a cell to its value, or None when the cell is not of that kind. Of
days and of amounts there are two readings each, since `01/02/2024` and `1,234` mean two things;
`column.py` lets the whole column decide, or nobody.

Source: ISO 8601 (days); Microsoft Excel and LibreOffice Calc, two-digit years (1930 to 2029).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from warrant.kernel.canon import MAX_INTEGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.stages.ingest.reader import Raw

T = TypeVar("T")

_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,15})", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,17})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})")
_BOOLEANS = {"true": True, "false": False}

_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([/.-])(\d{{1,2}})\2(\d{{1,2}}){_MIDNIGHT}", re.ASCII)
_SLASHED = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_MIDNIGHT}", re.ASCII)
_DAY_NAMED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.)?[ -]+(?:de )?([^\W\d_]{3,10})\.?,?[ -]+(?:de )?(\d{4}|\d{2})"
)
_NAMED_DAY = re.compile(r"([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MONTHS = {
    name: number
    for language in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "jän feb mrz apr mai jun juil août sept okt nov dez",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(language.split(), start=1)
} | {"jänner": 1, "maerz": 3}
_LAST_SHORT_YEAR = 29  # 00 to 29 are 2000 to 2029, as both spreadsheets have it

_SYMBOL = r"(?:[$€£¥₹]|[A-Z]{3}|%)"
_AMOUNT = re.compile(
    rf"(?P<open>\()?(?P<sign>[-−])?(?P<before>{_SYMBOL})? ?(?P<digits>\d[\d.,'’ \u00a0\u202f]*)"
    rf"(?<! ) ?(?P<after>{_SYMBOL})?(?(open)\))"
)
_DIGITS = 15  # more do not fit a double


def boolean(cell: Raw) -> bool | None:
    """Read `true` or `false`, however written."""
    if isinstance(cell, str):
        return _BOOLEANS.get(cell.strip().lower())
    return cell if isinstance(cell, bool) else None


def integer(cell: Raw) -> int | None:
    """Read a whole number without a leading zero."""
    if isinstance(cell, str) and _INTEGER.fullmatch(cell.strip()):
        cell = int(cell)
    is_integer = isinstance(cell, int) and not isinstance(cell, bool)
    return cell if is_integer and abs(cell) <= MAX_INTEGER else None  # type: ignore[arg-type, return-value]


def number(cell: Raw) -> float | None:
    """Read a number as programs write it."""
    if isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()):
        return float(cell)
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return float(cell) if is_number else None  # type: ignore[arg-type]


def texts(cell: Raw) -> list[str] | None:
    """Read a list, such as a Parquet file holds."""
    return cell if isinstance(cell, list) else None


def iso_day(cell: Raw) -> date | None:
    """Read a day written as `2024-02-29`, or one that the sheet holds as a day."""
    if isinstance(cell, str) and _DAY.fullmatch(cell.strip()):
        return _made(date.fromisoformat, cell.strip())
    return cell if isinstance(cell, date) and not isinstance(cell, datetime) else None


def day_first(cell: Raw) -> date | None:
    """Read a day in any of our ways; `01/02/2024` is in February."""
    return _day(cell, day=0, month=2)


def month_first(cell: Raw) -> date | None:
    """Read a day in any of our ways; `01/02/2024` is in January."""
    return _day(cell, day=2, month=0)


def instant(cell: Raw) -> datetime | None:
    """Read an instant with its zone."""
    if isinstance(cell, str) and _INSTANT.fullmatch(cell.strip()):
        return _made(_utc, cell.strip())
    return cell if isinstance(cell, datetime) and cell.utcoffset() is not None else None


class Amount(NamedTuple):
    """A number as people write it."""

    value: float
    """Without its symbol."""
    symbol: str
    """Currency or `%`; empty without one."""


def point_amount(cell: Raw) -> Amount | None:
    """Read a number whose decimals follow a point: `$1,234.50`, `(12.5)`, `1'000 CHF`."""
    return _amount(cell, ".", ",")


def comma_amount(cell: Raw) -> Amount | None:
    """Read a number whose decimals follow a comma: `1.234,50 €`, `12,5 %`."""
    return _amount(cell, ",", ".")


def _day(cell: Raw, day: int, month: int) -> date | None:
    if not isinstance(cell, str):
        return iso_day(cell)
    text = cell.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        return _made(date, int(found[1]), int(found[3]), int(found[4]))
    if found := _SLASHED.fullmatch(text):
        parts = found.groups()
        if found[2] == ".":  # nobody writes the month first and points
            day, month = 0, 2
        return _made(date, _year(parts[3]), int(parts[month]), int(parts[day]))
    if found := _DAY_NAMED.fullmatch(text):
        return _made(date, _year(found[3]), _MONTHS.get(found[2].lower(), 0), int(found[1]))
    if found := _NAMED_DAY.fullmatch(text):
        return _made(date, int(found[3]), _MONTHS.get(found[1].lower(), 0), int(found[2]))
    return None


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year <= _LAST_SHORT_YEAR else 1900)


def _amount(cell: Raw, point: str, thousands: str) -> Amount | None:
    if not isinstance(cell, str):
        value = number(cell)
        return None if value is None else Amount(value, "")
    found = _AMOUNT.fullmatch(cell.strip())
    if not found or (found["before"] and found["after"]) or (found["open"] and found["sign"]):
        return None
    symbol = found["before"] or found["after"] or ""
    whole, comma, decimals = found["digits"].partition(point)
    digits = _ungrouped(whole, thousands, spaced=bool(symbol or comma))
    if digits is None or (comma and not decimals.isdecimal()):
        return None
    if len(digits + decimals) > _DIGITS:
        return None
    value = float(f"{digits}.{decimals or 0}")
    return Amount(-value if found["open"] or found["sign"] else value, symbol)


def _ungrouped(whole: str, thousands: str, *, spaced: bool) -> str | None:
    """Take out what divides thousands; a plain space divides them only in an amount of money."""
    marks = f"{thousands}'’\u00a0\u202f{' ' if spaced else ''}"
    first, *groups = re.split(f"[{re.escape(marks)}]", whole)
    if not first.isdecimal() or (len(first) > 1 and first.startswith("0")):
        return None
    if any(len(group) != 3 or not group.isdecimal() for group in groups):
        return None
    is_grouped = bool(groups)
    return None if is_grouped and (len(first) > 3 or first == "0") else first + "".join(groups)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _made(make: Callable[..., T], *parts: str | int) -> T | None:
    try:
        return make(*parts)
    except (ValueError, OverflowError):
        return None
