"""One form for a cell, whether it came from a sheet, a table or JSON.

Law: a cell and what `plain_text` writes of it are read by a model as the same text.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from math import copysign, isfinite, isnan
from typing import TYPE_CHECKING, TypeAlias

from warrant.kernel.canon import MAX_INTEGER, fast_canonical, write_float

if TYPE_CHECKING:
    from warrant.models import InputColumn

Cell: TypeAlias = "str | int | float | bool | date | datetime | list[str] | None"
"""What a cell may hold once it is tidy; None when it is empty. A datetime is a date too."""

_DIGITS = 15
"""Significant decimal digits that every spreadsheet keeps."""

_LARGEST = 1.79769313486231e308
"""The largest number of so many digits."""


def tidy(cell: object) -> Cell:
    """Bring a cell into its one form.

    Args:
        cell: of a reader, or a value of JSON.

    Returns:
        Empty text and not-a-number as None, 3.0 as 3, halves of surrogate pairs replaced, anything
        nested as its JSON, anything else that is none of the types of `Cell` as text.
    """
    if isinstance(cell, str):
        return _whole(cell) or None
    if cell is None or isinstance(cell, bool | int | date):
        return cell
    if isinstance(cell, float):
        return _tidy_float(cell)
    if isinstance(cell, list | tuple) and all(isinstance(part, str) for part in cell):
        return [_whole(part) for part in cell]
    if isinstance(cell, list | tuple | dict):
        return fast_canonical(_jsonable(cell)).decode()
    return _whole(str(cell)) or None


def plain_text(cell: Cell) -> str | None:
    """Write a cell as text, the same whatever kind of file it stood in.

    Args:
        cell: tidy.

    Returns:
        Text as it is; booleans as `true` and `false`; numbers with at most 15 significant digits;
        dates in ISO form, midnight without its time; lists joined by `; `; None for None.
    """
    if cell is None or isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, datetime):
        return _instant_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return "; ".join(cell) or None


def number_text(number: float) -> str:
    """Write a number with at most 15 significant digits.

    Args:
        number: may be infinite or not a number.

    Returns:
        As RFC 8785 writes it; `inf`, `-inf` or `nan` where it is none.
    """
    rounded = short_number(number)
    return write_float(rounded) if isfinite(rounded) else str(rounded)


def short_number(number: float) -> float:
    """Round a number to the 15 significant digits that every spreadsheet keeps.

    The largest ones are cut instead: rounded up they would be no number any more.
    """
    rounded = float(f"{number:.{_DIGITS}g}")
    return rounded if isfinite(rounded) or not isfinite(number) else copysign(_LARGEST, number)


def model_cell(cell: Cell, column: InputColumn) -> object:
    """Give a cell as a model reads it.

    Args:
        cell: tidy.
        column: how the model reads it.

    Returns:
        Text for text and categories; options, numbers and dates as they are, for the model to read.
    """
    if column.read_as == "options":
        return cell
    if column.read_as in {"text", "category"} or isinstance(cell, list):
        return plain_text(cell)
    return cell


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _tidy_float(number: float) -> Cell:
    if isnan(number):
        return None
    if number.is_integer() and abs(number) <= MAX_INTEGER:
        return int(number)
    return number


def _instant_text(instant: datetime) -> str:
    if instant.tzinfo is not None:
        return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return instant.date().isoformat() if instant.time() == time() else instant.isoformat()


def _jsonable(value: object) -> object:
    if isinstance(value, dict):
        return {_whole(str(name)): _jsonable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(part) for part in value]
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        tidied = tidy(value)
        is_plain = not isinstance(tidied, int) or abs(tidied) <= MAX_INTEGER
        return tidied if is_plain and tidied not in {float("inf"), -float("inf")} else str(value)
    return str(value)
