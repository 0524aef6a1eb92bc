"""What type a column has, decided by all its cells.

Text is the rule; another type needs every cell. `007` stays text (it would lose its zeros), so
does `yes`, so does a column of days or amounts that could be read in two ways (`01/02/2024`,
`1,234`) as long as no cell of it says which. A column of amounts in two currencies stays text.
Empty cells decide nothing.

Law: the type does not depend on the order of the cells.
Law: a cell is never lost: what does not convert makes the column text.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from warrant.stages.ingest import cell as read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from warrant.records.dataset import ColumnType
    from warrant.stages.ingest.reader import Raw


def _point(cell: Raw) -> float | None:
    found = read.point_amount(cell)
    return None if found is None else found.value


def _comma(cell: Raw) -> float | None:
    found = read.comma_amount(cell)
    return None if found is None else found.value


_KINDS: tuple[tuple[ColumnType, Callable[[Raw], Any]], ...] = (
    ("list", read.texts),
    ("boolean", read.boolean),
    ("integer", read.integer),
    ("number", read.number),
    ("date", read.iso_day),
    ("date", read.day_first),
    ("date", read.month_first),
    ("instant", read.instant),
    ("number", _point),
    ("number", _comma),
)
"""In order of preference: the first that takes every cell wins."""

_DAYS = (5, 6)
_AMOUNTS = (8, 9)
_PAIRS = (_DAYS, _AMOUNTS)
"""Places of two readings that may disagree about one cell."""


class ColumnTyper:
    """Watches the cells of one column, then converts them.

    Args:
        stays_text: True for a column that is never taken for anything else, such as one of
            several labels in a cell.
    """

    def __init__(self, *, stays_text: bool = False) -> None:
        # A column of lists already says what its several labels are.
        self._open = [not stays_text or kind == "list" for kind, _ in _KINDS]
        self._seen = False
        self._differs = dict.fromkeys(_PAIRS, False)
        self._symbols: set[str] = set()
        self._settled: tuple[ColumnType, Callable[[Raw], Any]] | None = None

    def watch(self, cell: Raw) -> None:
        """Take one cell into account.

        Args:
            cell: None counts for nothing.
        """
        if cell is None:
            return
        self._seen, self._settled = True, None
        values: dict[int, Any] = {}
        for at, (_, convert) in enumerate(_KINDS):
            if self._open[at]:
                values[at] = convert(cell)
                self._open[at] = values[at] is not None
        for pair in _PAIRS:
            one, other = (values.get(at) for at in pair)
            if one is not None and other is not None:
                self._differs[pair] |= one != other
        if any(self._open[at] for at in _AMOUNTS):
            found = read.point_amount(cell) or read.comma_amount(cell)
            self._symbols.add(found.symbol if found else "")

    @property
    def type(self) -> ColumnType:
        """The type of all cells so far; text of a column that is empty."""
        return self._kind()[0]

    @property
    def symbol(self) -> str:
        """Currency or `%` of a column of amounts; empty when it has none."""
        is_amount = self._kind()[1] in {_point, _comma}
        return max(self._symbols) if is_amount and self._symbols else ""

    @property
    def day_first(self) -> bool | None:
        """Whether the day stands before the month in a column of such dates; None of any other."""
        reading = self._kind()[1]
        return True if reading is read.day_first else False if reading is read.month_first else None

    @property
    def decimal(self) -> Literal[".", ","] | None:
        """What stands before the decimals in a column of amounts; None of any other."""
        reading = self._kind()[1]
        return "." if reading is _point else "," if reading is _comma else None

    def convert(self, cell: Raw) -> Any:  # noqa: ANN401 - a cell of the column's type
        """Give a cell in the column's type.

        Args:
            cell: one of those watched, or None.

        Returns:
            str, bool, int, float, date, datetime or a list of str; None for None.
        """
        return None if cell is None else self._kind()[1](cell)

    def _kind(self) -> tuple[ColumnType, Callable[[Raw], Any]]:
        if self._settled is None:
            self._settled = self._choose()
        return self._settled

    def _choose(self) -> tuple[ColumnType, Callable[[Raw], Any]]:
        if not self._seen:
            return ("text", as_text)
        fitting = next((at for at, is_open in enumerate(self._open) if is_open), None)
        if fitting is None:
            return ("text", as_text)
        pair = next((pair for pair in _PAIRS if fitting in pair), None)
        if pair and all(self._open[at] for at in pair) and self._differs[pair]:
            return ("text", as_text)  # which of the two readings is meant, nobody says
        if pair == _AMOUNTS and not _is_one_unit(self._symbols):
            return ("text", as_text)
        return _KINDS[fitting]


def _is_one_unit(symbols: set[str]) -> bool:
    """Say whether amounts may stand in one column: one currency at most, or `%` in every cell."""
    return len(symbols) == 1 or ("%" not in symbols and len(symbols - {""}) == 1)


def as_text(cell: Raw) -> str:
    """Write a cell as text.

    Args:
        cell: not None.

    Returns:
        Text as it is, dates and instants in ISO form, booleans as `true` and `false`, a list as
        JSON.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list):
        return json.dumps(cell, ensure_ascii=False)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def text_of(cells: Mapping[str, Raw]) -> str | None:
    """Give the text of a record: its cell `text`, whatever it holds.

    Args:
        cells: value by column.

    Returns:
        The cell as text; None where there is none.
    """
    cell = cells.get("text")
    return None if cell is None else as_text(cell)
