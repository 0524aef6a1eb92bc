"""Numbers and dates out of cells, read the same way in training and in answering.

Cells come typed from a dataset, or as text where a sheet held text. Text is read leniently:
`1,234.50`, `(12)`, `12 %`, `5 March 2024`. What could mean two things is not guessed.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EMPTY_WORDS = frozenset({"", "-", "--", "n/a", "na", "nan", "null", "none", "?"})
"""Text that stands for an empty cell of a number or a date, in lower case."""

UNREADABLE = math.nan
"""What a cell gives that holds neither nothing nor what was asked for."""

_CURRENCIES = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
}
_NUMBER = re.compile(
    r"(?P<before>[^\d\s.,()+−-]*)\s*(?P<sign>[+−-]?)\s*(?P<prefix>[^\d\s.,()+−-]*)\s*"
    r"(?P<digits>\d[\d.,'’\s]*|\.\d+)(?P<power>[eE][+-]?\d{1,3})?\s*(?P<after>[^\d\s.,()]*)"
)
_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_SPACES = re.compile(r"[\s'’]")
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+")
_POINT_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_NAMED = re.compile(r"(?:(\d{1,2})\.?[ -])?([A-Za-z]{3,9})\.?[ -](?:(\d{1,2}),? )?(\d{4})")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}.*)?|\d{8}", re.DOTALL)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_SECONDS_A_DAY = 86_400.0
EPOCH = date(1970, 1, 1).toordinal()
"""The day from which days are counted."""


def read_number(cell: object, unit: str | None = None, decimal: str | None = None) -> float | None:
    """Read a number.

    Args:
        cell: a number, or text. A sign of a unit or currency in the text must be that of `unit`;
            `%` divides by 100 unless `unit` is `%`.
        unit: as the recipe states it.
        decimal: what stands before the decimals of a number in text, `.` or `,`; None: the cell
            tells, and `1,234` is a thousand and `1.234` one and a bit.

    Returns:
        The number; None for an empty cell; `UNREADABLE` (not a number) for anything else.
    """
    if isinstance(cell, str):
        return _number_in(cell.strip(), unit, decimal)
    if cell is None or isinstance(cell, bool):
        return None if cell is None else float(cell)
    if not isinstance(cell, int | float):
        return UNREADABLE
    try:
        number = float(cell)
    except OverflowError:  # an integer of more than 308 digits
        return UNREADABLE
    if math.isnan(number):
        return None
    return number if math.isfinite(number) else UNREADABLE


def read_numbers(
    cells: Sequence[object], unit: str | None = None, decimal: str | None = None
) -> list[float | None]:
    """Read a column of numbers.

    Args:
        cells: as for `read_number`.
        unit: as for `read_number`.
        decimal: as for `read_number`.

    Returns:
        A number a cell.

    Law: each is what `read_number` gives for its cell.
    """
    if decimal == ",":
        return [read_number(cell, unit, decimal) for cell in cells]
    # Most cells are plain digits, which the language reads by itself, six times as fast.
    is_plain = _PLAIN.fullmatch
    return [
        float(cell) if type(cell) is str and is_plain(cell) else read_number(cell, unit, decimal)
        for cell in cells
    ]


def _number_in(text: str, unit: str | None, decimal: str | None) -> float | None:
    if text.lower() in EMPTY_WORDS:
        return None
    is_negative = text.startswith("(") and text.endswith(")")
    found = _NUMBER.fullmatch(text[1:-1].strip() if is_negative else text)
    if not found:
        return UNREADABLE
    signs = [sign for name in ("before", "prefix", "after") if (sign := found[name])]
    if len(signs) > 1 or (signs and not _is_unit(signs[0], unit)):
        return UNREADABLE
    digits = _plain_digits(_SPACES.sub("", found["digits"]), decimal)
    if digits is None:
        return UNREADABLE
    number = float(digits + (found["power"] or ""))
    if is_negative != (found["sign"] in {"-", "−"}):
        number = -number
    if signs == ["%"] and unit != "%":
        number /= 100
    return number if math.isfinite(number) else UNREADABLE


def _is_unit(sign: str, unit: str | None) -> bool:
    if sign == "%" or (unit and sign.casefold() == unit.casefold()):
        return True
    return unit is not None and unit.upper() in _CURRENCIES.get(sign, ())


def _plain_digits(digits: str, decimal: str | None) -> str | None:
    """Take out what groups thousands, and make the decimal sign a point."""
    if decimal is not None:
        plain = digits.replace("." if decimal == "," else ",", "").replace(decimal, ".")
        return plain if plain.count(".") <= 1 else None
    if "," in digits and "." in digits:
        point = max(digits.rfind(","), digits.rfind("."))
        group = "," if digits[point] == "." else "."
        whole, rest = digits[:point], digits[point + 1 :]
        whole = whole.replace(group, "")
        return f"{whole}.{rest}" if whole.isdecimal() and rest.isdecimal() else None
    if _GROUPS.fullmatch(digits) or _POINT_GROUPS.fullmatch(digits):
        return digits.replace(",", "").replace(".", "")
    plain = digits.replace(",", ".")
    return plain if plain.count(".") <= 1 else None


def read_date(cell: object, *, day_first: bool | None = None) -> float | None:
    """Read a date or an instant.

    Args:
        cell: a date, a datetime (UTC where it names no zone), text, or 20240229 as a number.
        day_first: what `03/04/2024` means: True, 3 April; False, March 4; None: nobody says.

    Returns:
        Days since 1970-01-01 in UTC, a time of day as their fraction; None for an empty cell;
        `UNREADABLE` (not a number) for anything else.
    """
    if isinstance(cell, int) and not isinstance(cell, bool):
        cell = str(cell)  # 20240229, as a column of whole numbers holds it
    if isinstance(cell, str):
        text = cell.strip()
        return None if text.lower() in EMPTY_WORDS else _date_in(text, day_first=day_first)
    if isinstance(cell, datetime):
        return _days(cell)
    if isinstance(cell, date):
        return float(cell.toordinal() - EPOCH)
    return None if cell is None else UNREADABLE


def read_dates(cells: Sequence[object], *, day_first: bool | None = None) -> list[float | None]:
    """Read a column of dates.

    Args:
        cells: as for `read_date`.
        day_first: as for `read_date`.

    Returns:
        Days since 1970-01-01, a cell each.

    Law: each is what `read_date` gives for its cell.
    """
    is_day = _DAY.fullmatch
    return [
        _plain_day(cell)
        if type(cell) is str and is_day(cell)
        else read_date(cell, day_first=day_first)
        for cell in cells
    ]


def _plain_day(text: str) -> float:
    try:
        return float(date.fromisoformat(text).toordinal() - EPOCH)
    except ValueError:  # 30 February
        return UNREADABLE


def _days(instant: datetime) -> float:
    known = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    seconds = known.hour * 3600 + known.minute * 60 + known.second + known.microsecond / 1e6
    return known.toordinal() - EPOCH + seconds / _SECONDS_A_DAY


def _date_in(text: str, *, day_first: bool | None) -> float:
    try:
        if _ISO.fullmatch(text):
            return _days(datetime.fromisoformat(text))
        if found := _SLASHED.fullmatch(text):
            return _slashed([int(part or 0) for part in found.groups()], day_first=day_first)
        if found := _NAMED.fullmatch(text):
            return _named(found)
    except (ValueError, OverflowError):  # 30 February; a year zero moved by its zone
        return UNREADABLE
    return UNREADABLE


def _slashed(parts: list[int], *, day_first: bool | None) -> float:
    first, second, year, hour, minute, second_of_minute = parts
    if first > 12 or second > 12 or first == second:
        day_first = first > 12
    if day_first is None:
        return UNREADABLE  # 3 April or March 4: nobody says
    day, month = (first, second) if day_first else (second, first)
    return _days(datetime(year, month, day, hour, minute, second_of_minute, tzinfo=UTC))


def _named(found: re.Match[str]) -> float:
    before, name, after, year = found.groups()
    if (before is None) == (after is None):
        return UNREADABLE
    fitting = [place for place, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())]
    if name.lower() == "sept":
        fitting = [9]
    if len(fitting) != 1:
        return UNREADABLE
    return _days(datetime(int(year), fitting[0], int(before or after), tzinfo=UTC))
