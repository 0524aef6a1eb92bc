"""What type a column has, decided by all its cells.

Text is the rule; another type needs every cell. `007` stays text (it would lose its zeros), so
does `yes`, so does a date whose day and month could be swapped. Empty cells decide nothing.

Law: the type does not depend on the order of the cells.
Law: a cell is never lost: what does not convert makes the column text.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from warrant.kernel.canon import MAX_INTEGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.records.dataset import ColumnType
    from warrant.stages.ingest.reader import Raw

T = TypeVar("T")

_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,15})", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,17})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def _boolean(cell: Raw) -> bool | None:
    if isinstance(cell, str):
        return _BOOLEANS.get(cell.strip().lower())
    return cell if isinstance(cell, bool) else None


def _integer(cell: Raw) -> int | None:
    if isinstance(cell, str) and _INTEGER.fullmatch(cell.strip()):
        cell = int(cell)
    is_integer = isinstance(cell, int) and not isinstance(cell, bool)
    return cell if is_integer and abs(cell) <= MAX_INTEGER else None  # type: ignore[arg-type, return-value]


def _number(cell: Raw) -> float | None:
    if isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()):
        return float(cell)
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return float(cell) if is_number else None  # type: ignore[arg-type]


def _iso(cell: Raw) -> date | None:
    if isinstance(cell, str) and _DAY.fullmatch(cell.strip()):
        return _made(date.fromisoformat, cell.strip())
    return cell if isinstance(cell, date) and not isinstance(cell, datetime) else None


def _day_first(cell: Raw) -> date | None:
    return _slashed(cell, day=0, month=1) or _own_date(cell)


def _month_first(cell: Raw) -> date | None:
    return _slashed(cell, day=1, month=0) or _own_date(cell)


def _own_date(cell: Raw) -> date | None:
    return None if isinstance(cell, str) else _iso(cell)


def _slashed(cell: Raw, day: int, month: int) -> date | None:
    found = _SLASHED.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if not found:
        return None
    parts = found.groups()
    return _made(date, int(parts[2]), int(parts[month]), int(parts[day]))


def _instant(cell: Raw) -> datetime | None:
    if isinstance(cell, str) and _INSTANT.fullmatch(cell.strip()):
        return _made(_utc, cell.strip())
    return cell if isinstance(cell, datetime) and cell.utcoffset() is not None else None


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _made(make: Callable[..., T], *parts: str | int) -> T | None:
    try:
        return make(*parts)
    except (ValueError, OverflowError):
        return None


_KINDS: tuple[tuple[ColumnType, Callable[[Raw], Any]], ...] = (
    ("boolean", _boolean),
    ("integer", _integer),
    ("number", _number),
    ("date", _iso),
    ("date", _day_first),
    ("date", _month_first),
    ("instant", _instant),
)
"""In order of preference: the first that takes every cell wins."""

_SWAPPED = {_day_first, _month_first}


class ColumnTyper:
    """Watches the cells of one column, then converts them."""

    def __init__(self) -> None:
        self._open = [True] * len(_KINDS)
        self._seen = False
        self._settled: tuple[ColumnType, Callable[[Raw], Any]] | None = None

    def watch(self, cell: Raw) -> None:
        """Take one cell into account.

        Args:
            cell: None counts for nothing.
        """
        if cell is None:
            return
        self._seen, self._settled = True, None
        for at, (_, convert) in enumerate(_KINDS):
            if self._open[at] and convert(cell) is None:
                self._open[at] = False

    @property
    def type(self) -> ColumnType:
        """The type of all cells so far; text of a column that is empty."""
        return self._kind()[0]

    def convert(self, cell: Raw) -> Any:  # noqa: ANN401 - a cell of the column's type
        """Give a cell in the column's type.

        Args:
            cell: one of those watched, or None.

        Returns:
            str, bool, int, float, date or datetime; None for None.
        """
        return None if cell is None else self._kind()[1](cell)

    def _kind(self) -> tuple[ColumnType, Callable[[Raw], Any]]:
        if self._settled is None:
            self._settled = self._choose()
        return self._settled

    def _choose(self) -> tuple[ColumnType, Callable[[Raw], Any]]:
        fitting = [kind for kind, is_open in zip(_KINDS, self._open, strict=True) if is_open]
        swapped = [kind for kind in fitting if kind[1] in _SWAPPED]
        if len(swapped) == len(_SWAPPED) and fitting == swapped:
            return ("text", as_text)  # every day is also a month: which is which, nobody says
        return fitting[0] if self._seen and fitting else ("text", as_text)


def as_text(cell: Raw) -> str:
    """Write a cell as text.

    Args:
        cell: not None.

    Returns:
        Text as it is, dates and instants in ISO form, booleans as `true` and `false`.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
