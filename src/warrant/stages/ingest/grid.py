"""The cells of a sheet as they lie in its file: csv, tsv, xlsx, xls, ods, parquet.

Nothing is decided here about names or meaning; `header.py` finds the names.
"""

from __future__ import annotations

import csv
import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from itertools import islice
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from warrant.errors import InputError
from warrant.kernel.canon import MAX_INTEGER
from warrant.stages.ingest.decoding import find_encoding, has_long_line
from warrant.stages.ingest.delimited import read_cells
from warrant.stages.ingest.faulty import faulty_lines
from warrant.stages.ingest.ods import is_ods, ods_merged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from python_calamine import CalamineWorkbook

    from warrant.stages.ingest.reader import Raw

OFFICE = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
TEXT = frozenset({".csv", ".tsv", ".txt"})
PARQUET = frozenset({".parquet"})
SUFFIXES = OFFICE | TEXT | PARQUET
"""Endings of the files that can be read as a sheet."""


class Merged(NamedTuple):
    """Cells that are one; counted from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


class GridLine(NamedTuple):
    """One line that is not blank."""

    number: int
    """As a spreadsheet counts, from 1."""
    cells: list[Raw]
    """From the first column on; an empty cell is None."""

    @property
    def filled(self) -> list[int]:
        """The columns with a cell, from 0."""
        return [place for place, cell in enumerate(self.cells) if cell is not None]


class Lines:
    """The lines of a sheet that are not blank, in order; each time they are read anew.

    Args:
        read: begins to read them.
    """

    def __init__(self, read: Callable[[], Iterator[GridLine]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[GridLine]:
        return self._read()

    def __len__(self) -> int:
        return self._extent.lines

    @property
    def width(self) -> int:
        """Columns with a cell in any line."""
        return len(self._extent.last)

    def head(self, count: int) -> list[GridLine]:
        """Give the first lines."""
        return list(islice(self, count))

    def filled_from(self, first: int) -> set[int]:
        """Give the columns with a cell in any line from a place on, counted from 0."""
        return {place for place, last in self._extent.last.items() if last >= first}

    @cached_property
    def _extent(self) -> _Extent:
        count, last = 0, dict[int, int]()
        for at, line in enumerate(self):
            last.update(dict.fromkeys(line.filled, at))
            count = at + 1
        return _Extent(count, last)


class _Extent(NamedTuple):
    lines: int
    last: dict[int, int]
    """By column with a cell: the last line that has one."""


class Grid(NamedTuple):
    """All cells of one worksheet."""

    name: str
    """File name, for messages."""
    lines: Lines
    """In order."""
    merged: tuple[Merged, ...] = ()
    """Of a spreadsheet."""
    columns: tuple[str, ...] | None = None
    """Of a file that knows its columns; None: some line names them."""
    faulty: Mapping[int, int] = MappingProxyType({})
    """By the number of a line: how many of its cells hold a formula that failed."""


def read_grid(path: Path, worksheet: str | None = None) -> Grid:
    """Open the cells of a sheet; those of a text or a Parquet file are read line by line.

    Args:
        path: a file with one of `SUFFIXES`.
        worksheet: name of one; None: the first that can be seen and has a cell.

    Returns:
        Its cells.

    Raises:
        InputError: when it is no sheet, or has no such worksheet.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        refuse(path.name, f"has the ending {path.suffix!r}", "Save it as .xlsx or .csv.")
    if suffix in OFFICE:
        return read_office(path.name, path.read_bytes(), worksheet)
    if worksheet is not None:
        refuse(
            path.name,
            f"has no worksheet {worksheet!r}: a {suffix} file is one sheet",
            "Take out 'sheet:' in the recipe.",
        )
    return _read_parquet(path) if suffix in PARQUET else _read_text(path)


def worksheets(path: Path) -> tuple[str, ...]:
    """List the worksheets of a workbook that can be seen and have a cell.

    Args:
        path: any sheet.

    Returns:
        Their names in order; none for a file that is one sheet by itself.

    Raises:
        InputError: when it is no workbook.
    """
    if path.suffix.lower() not in OFFICE:
        return ()
    with _open(path.name, path.read_bytes()) as workbook:
        return tuple(name for name in _visible(workbook) if _has_cells(workbook, name))


def refuse(name: str, fault: str, do: str) -> NoReturn:
    """Stop because of a sheet.

    Args:
        name: of its file.
        fault: goes on after "The sheet 'name'".
        do: what helps.

    Raises:
        InputError: always.
    """
    raise InputError(f"The sheet {name!r} {fault}.", do=do)


def _refuse_bytes(path: Path) -> NoReturn:
    with path.open("rb") as file:
        is_workbook = file.read(4) == b"PK\x03\x04"
    if not is_workbook:
        refuse(path.name, "is no text", "Save it as UTF-8.")
    renamed = path.with_suffix(".xlsx").name
    do = f"Rename it to {renamed!r}, and write {renamed!r} in place of {path.name!r}."
    refuse(path.name, "is a workbook with the name of a text", do)


def _read_text(path: Path) -> Grid:
    def opened() -> BinaryIO:
        return path.open("rb")

    if has_long_line(opened):
        refuse(path.name, "has a line of more than 64 MB", "Save it with one line per file.")
    encoding = find_encoding(opened)
    if encoding is None:
        _refuse_bytes(path)

    def read() -> Iterator[GridLine]:
        try:
            yield from _numbered(
                [cell if cell.strip() else None for cell in line]
                for line in read_cells(opened, encoding)
            )
        except csv.Error:
            refuse(
                path.name, "has a cell of more than 64 MB", "Close the quote that it begins with."
            )

    return Grid(path.name, Lines(read))


def read_office(name: str, data: bytes, worksheet: str | None = None) -> Grid:
    """Read all cells of one worksheet of a workbook.

    Args:
        name: of its file, for messages.
        data: its bytes.
        worksheet: name of one; None: the first that can be seen and has a cell.

    Returns:
        Its cells.

    Raises:
        InputError: when it is no workbook, is protected, or has no such worksheet.
    """
    with _open(name, data) as workbook:
        chosen = _choose(name, workbook, worksheet)
        sheet = workbook.get_sheet_by_name(chosen)
        ranges = sheet.merged_cell_ranges
    merged = (
        ods_merged(data, chosen)
        if ranges is None and is_ods(data)
        else [(*first, *last) for first, last in ranges or ()]
    )
    # Rows come without the empty columns to their left.
    left: list[Raw] = [None] * (sheet.start[1] if sheet.start else 0)

    def read() -> Iterator[GridLine]:
        return _numbered([*left, *map(_office_cell, row)] for row in sheet.iter_rows())

    ranges_of = tuple(Merged(*one) for one in merged)
    return Grid(name, Lines(read), ranges_of, faulty=faulty_lines(data, chosen))


_LOCK = "~$"
"""How the name of such a file starts."""


def _open(name: str, data: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError:
        refuse(name, "is protected by a password", "Save it again without one.")
    except CalamineError:
        if name.startswith(_LOCK):
            opened = name.removeprefix(_LOCK)
            do = f"Write {opened!r} in place of {name!r}."
            refuse(name, "is what a spreadsheet program keeps beside an open workbook", do)
        refuse(name, "cannot be read as a spreadsheet", "Open it and save it again as .xlsx.")


def _choose(name: str, workbook: CalamineWorkbook, worksheet: str | None) -> str:
    if worksheet is not None and worksheet not in workbook.sheet_names:
        refuse(
            name,
            f"has no worksheet {worksheet!r}; it has: {', '.join(map(repr, workbook.sheet_names))}",
            "Correct 'sheet:' in the recipe.",
        )
    if worksheet is not None:
        return worksheet
    found = next((one for one in _visible(workbook) if _has_cells(workbook, one)), None)
    if found is None:
        refuse(name, "has no cell", "Write the names of its columns in the first line.")
    return found


def _visible(workbook: CalamineWorkbook) -> Iterator[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    for one in workbook.sheets_metadata:
        if (one.visible, one.typ) == (SheetVisibleEnum.Visible, SheetTypeEnum.WorkSheet):
            yield one.name


def _has_cells(workbook: CalamineWorkbook, name: str) -> bool:
    return workbook.get_sheet_by_name(name).start is not None


def _read_parquet(path: Path) -> Grid:
    import pyarrow as pa
    from pyarrow import parquet

    def rows() -> Iterator[list[Raw]]:
        with parquet.ParquetFile(path) as opened:
            for batch in opened.iter_batches(_BATCH_ROWS):
                columns = [column.to_pylist() for column in batch.columns]
                yield from ([*map(parquet_cell, row)] for row in zip(*columns, strict=True))

    def read() -> Iterator[GridLine]:
        try:
            yield from _numbered(rows())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            refuse(path.name, *_NO_PARQUET)

    try:
        names = parquet.read_schema(path).names
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        refuse(path.name, *_NO_PARQUET)
    return Grid(path.name, Lines(read), columns=tuple(names))


_NO_PARQUET = ("cannot be read as Parquet", "Write it again, or save it as .csv.")
_BATCH_ROWS = 1024


def _numbered(rows: Iterable[Sequence[Raw]]) -> Iterator[GridLine]:
    """Number the lines as a spreadsheet does, and leave out the blank ones."""
    for number, row in enumerate(rows, start=1):
        if any(cell is not None for cell in row):
            yield GridLine(number, list(row))


def _office_cell(cell: object) -> Raw:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= MAX_INTEGER:
        return int(cell)  # a spreadsheet knows no integers: 3 comes as 3.0
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    if isinstance(cell, str | int | float | date):
        return cell
    return str(cell) if isinstance(cell, time | timedelta) else None


def parquet_cell(cell: object) -> Raw:
    """Give a cell of a Parquet file as sheets and tables have it.

    Args:
        cell: as pyarrow gives it.

    Returns:
        Bytes as UTF-8 text, or in hex when they are none; a list as a list of text; what has parts
        of its own as JSON; None for what is no number.
    """
    if isinstance(cell, list | tuple) and any(isinstance(one, dict | list) for one in cell):
        return json.dumps(cell, ensure_ascii=False, default=str)
    if isinstance(cell, dict):
        return json.dumps(cell, ensure_ascii=False, default=str)
    if isinstance(cell, list | tuple):
        return [str(part) for part in cell if part is not None]
    if isinstance(cell, bytes):
        return _bytes_text(cell) or None
    if isinstance(cell, Decimal):
        cell = float(cell)
    if isinstance(cell, float):
        return cell if isfinite(cell) else None
    if isinstance(cell, datetime) and cell.tzinfo is None and cell.time() == time():
        return cell.date()
    if cell is None or isinstance(cell, str | int | date):
        return cell if cell != "" else None
    return str(cell)


def _bytes_text(cell: bytes) -> str:
    try:
        return cell.decode()
    except UnicodeDecodeError:
        return cell.hex()
