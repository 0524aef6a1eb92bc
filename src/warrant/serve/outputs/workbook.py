"""Answers as xlsx: a sheet to filter and sort, and a legend that says what it means.

XlsxWriter's constant_memory mode holds one line at a time. Text is always written as text: no
formula, no link is ever made of it.

Source: ECMA-376; limits of Excel (1,048,576 lines, 16,384 columns, 32,767 characters a cell).
"""

from __future__ import annotations

from datetime import date, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.errors import InputError
from warrant.serve.cells import plain_text, short_number, tidy
from warrant.serve.inert import is_dangerous
from warrant.serve.outputs.table import Leaves, Written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.serve.cells import Cell
    from warrant.serve.outputs.table import Legend, Table

MOST_LINES = 1_048_575
"""Lines under the header that a sheet holds."""

MOST_COLUMNS = 16_384
MOST_CHARACTERS = 32_767
"""Of a cell, in UTF-16 units."""

ANSWERS, LEGEND = "answers", "legend"
"""Names of the two sheets."""

_LOOKED_AT = 100  # lines whose cells say how wide a column is
_MOST_EXACT = 10**15  # a spreadsheet keeps 15 digits: longer integers are text
_KEPT_CHARACTERS = 32_600
_EARLIEST = date(1900, 3, 1)  # before it, Excel's calendar has a day that never was
_BEGINNING = datetime(1980, 1, 1)  # noqa: DTZ001 - the same bytes, whenever they are written
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "use_zip64": True,
}


def require_room(lines: int, columns: int = 0) -> None:
    """Refuse more than a sheet can hold.

    Args:
        lines: under the header.
        columns: in all.

    Raises:
        InputError: naming a format that holds it.
    """
    if lines > MOST_LINES:
        raise InputError(
            f"There are more than {MOST_LINES:,} lines, which is all that an xlsx sheet holds.",
            do="Write the answers as csv or parquet instead, for example: -o answers.csv",
        )
    if columns > MOST_COLUMNS:
        raise InputError(
            f"There are {columns:,} columns; an xlsx sheet holds {MOST_COLUMNS:,}.",
            do="Write the answers as csv or parquet instead, for example: -o answers.csv",
        )


def write_workbook(path: Path, table: Table, legend: Legend) -> Written:
    """Write a workbook of two sheets.

    Args:
        path: is made; temporary files lie beside it.
        table: header and lines.
        legend: the second sheet.

    Returns:
        Root and counts.

    Raises:
        InputError: when a sheet cannot hold it.
    """
    import xlsxwriter

    require_room(table.count, len(table.header))
    workbook = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)})
    try:
        workbook.set_properties({"created": _BEGINNING, "comments": "Written by warrant predict"})
        written = _Answers(workbook, table).write()
        _write_legend(workbook, legend(written))
    finally:
        workbook.close()
    return written


class _Text(NamedTuple):
    """A text as it fits into a cell."""

    text: str
    is_cut: bool


class _Answers:
    """The first sheet while it is written."""

    def __init__(self, workbook: Any, table: Table) -> None:  # noqa: ANN401 - no types
        self._table = table
        self._sheet = workbook.add_worksheet(ANSWERS)
        self._head = workbook.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "valign": "top"}
        )
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._clock = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._sure = workbook.add_format({"num_format": "0.000"})
        self._inert = workbook.add_format({"quote_prefix": True})
        self._leaves = Leaves()
        self._counts = [0, 0]

    def write(self) -> Written:
        sheet, table = self._sheet, self._table
        sheet.freeze_panes(1, 0)
        self._leaves.add([self._put(0, place, name) for place, name in enumerate(table.header)])
        widest = [len(name) for name in table.header]
        for number, line in enumerate(table.lines(), start=1):
            written = [self._put(number, place, cell) for place, cell in enumerate(line)]
            self._leaves.add(written)
            if number <= _LOOKED_AT:
                widest = [
                    max(one, len(cell or "")) for one, cell in zip(widest, written, strict=True)
                ]
        for place, letters in enumerate(widest):
            sheet.set_column(place, place, _width(letters))
        last = max(table.count, 1)
        sheet.autofilter(0, 0, last, len(table.header) - 1)
        sheet.conditional_format(
            *(1, table.sure, last, table.sure),
            {
                "type": "3_color_scale",
                "min_type": "num",
                "mid_type": "num",
                "max_type": "num",
                "min_value": 0,
                "mid_value": 0.5,
                "max_value": 1,
                "min_color": "#F4B6AE",
                "mid_color": "#FFFFFF",
                "max_color": "#A9D8B0",
            },
        )
        return Written(self._leaves.root(), *self._counts)

    def _put(self, number: int, place: int, cell: Cell) -> str | None:
        """Write one cell and give its text as the file holds it."""
        sheet = self._sheet
        if cell is None:
            return None
        if isinstance(cell, bool):
            sheet.write_boolean(number, place, cell)
        elif isinstance(cell, int | float) and _is_exact(cell):
            short = short_number(cell)
            sheet.write_number(
                number, place, short, self._sure if place == self._table.sure else None
            )
        elif isinstance(cell, date) and _is_in_calendar(cell):
            is_clock = isinstance(cell, datetime)
            sheet.write_datetime(number, place, cell, self._clock if is_clock else self._day)
        else:
            return self._put_text(number, place, plain_text(cell))
        return plain_text(cell)

    def _put_text(self, number: int, place: int, text: str | None) -> str | None:
        if text is None:
            return None
        fitted = _fit(text)
        marked = is_dangerous(text)
        self._counts[0] += marked
        self._counts[1] += fitted.is_cut
        form = self._head if number == 0 else self._inert if marked else None
        self._sheet.write_string(number, place, fitted.text, form)
        return fitted.text


def _is_exact(number: float) -> bool:
    return abs(number) < _MOST_EXACT if isinstance(number, int) else isfinite(number)


def _is_in_calendar(day: date) -> bool:
    if isinstance(day, datetime):
        return day.tzinfo is None and not day.microsecond and day.date() >= _EARLIEST
    return day >= _EARLIEST


def _fit(text: str) -> _Text:
    if "\ufffe" in text or "\uffff" in text:
        text = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    if len(text) * 2 <= MOST_CHARACTERS or len(text.encode("utf-16-le")) <= 2 * MOST_CHARACTERS:
        return _Text(text, is_cut=False)
    kept = text.encode("utf-16-le")[: 2 * _KEPT_CHARACTERS].decode("utf-16-le", "ignore")
    return _Text(f"{kept}… [cut: the whole has {len(text):,} characters]", is_cut=True)


def _width(letters: int) -> float:
    """Give the width of a column, in letters, with room for the arrow of the filter."""
    return min(max(letters + 3.0, 12.0), 48.0)


def _write_legend(workbook: Any, lines: Any) -> None:  # noqa: ANN401 - no types
    sheet = workbook.add_worksheet(LEGEND)
    name_form = workbook.add_format({"bold": True, "valign": "top"})
    text_form = workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    for number, (name, text) in enumerate(lines):
        sheet.write_string(number, 0, _fit(name).text, name_form)
        sheet.write_string(number, 1, _fit(text).text, text_form)


def read_workbook(path: Path) -> Iterator[list[str | None]]:
    """Read the first sheet of what `write_workbook` wrote.

    Args:
        path: the file, or what a spreadsheet program saved of it.

    Yields:
        Header, then each line.

    Raises:
        InputError: when it is no workbook, or has no sheet of answers.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(ANSWERS)
    except CalamineError:
        raise InputError(
            f"{path.name!r} cannot be read as a workbook with a sheet {ANSWERS!r}.",
            do="Give the file as `warrant predict` wrote it.",
        ) from None
    for line in sheet.iter_rows():
        yield [plain_text(tidy(cell)) for cell in line]
