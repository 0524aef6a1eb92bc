"""A sheet of metadata: one line per file, in csv, tsv or xlsx.

Law: a line's digest depends on its own cells and the column names alone, so a line added to the
sheet changes no other.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from warrant.errors import InputError
from warrant.kernel.canon import MAX_INTEGER, fast_canonical
from warrant.kernel.digest import Digest
from warrant.stages.ingest.builtin.table import read_lines
from warrant.stages.ingest.builtin.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from warrant.stages.ingest.reader import Raw

_OFFICE = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
_TEXT = frozenset({".csv", ".tsv", ".txt"})


class Line(NamedTuple):
    """One line of a sheet."""

    number: int
    """As a spreadsheet counts: the first line under the header is usually 2."""
    cells: tuple[Raw, ...]
    """In the order of the columns; an empty cell is None."""
    digest: bytes
    """`record_digest` of the line, 32 raw bytes."""


class Sheet(NamedTuple):
    """A whole sheet."""

    name: str
    """File name, for messages."""
    columns: tuple[str, ...]
    """Names from the header, each once."""
    lines: tuple[Line, ...]
    """Lines that are not blank, in order."""


def record_digest(cells: Mapping[str, Raw]) -> bytes:
    """Digest a record of a table or a line of a sheet.

    Args:
        cells: value by column name.

    Returns:
        32 raw bytes: SHA-256 of the record's canonical JSON, dates in ISO form.

    Source: DESIGN, section 2, "row".
    """
    return Digest.of(fast_canonical({name: _plain(cell) for name, cell in cells.items()})).raw


def read_sheet(path: Path) -> Sheet:
    """Read a sheet whole.

    Args:
        path: a csv, tsv or xlsx file; of several sheets in it, the first is read.

    Returns:
        The sheet.

    Raises:
        InputError: when it is no sheet, has no header, or names a column twice.
    """
    suffix = path.suffix.lower()
    if suffix not in _OFFICE | _TEXT:
        _refuse(path, f"has the ending {path.suffix!r}", "Save it as .xlsx or .csv.")
    rows = _read_office(path) if suffix in _OFFICE else _read_text(path)
    numbered = ((number, row) for number, row in enumerate(rows, start=1) if _is_filled(row))
    _, header = next(numbered, (0, ()))
    names = _names(path, header)
    return Sheet(path.name, names, tuple(_lines(path, names, numbered)))


def _names(path: Path, header: Sequence[Raw]) -> tuple[str, ...]:
    names = [str(cell).strip() if cell is not None else "" for cell in header]
    while names and not names[-1]:
        names.pop()
    if not names or "" in names:
        _refuse(path, "has no header that names every column", "Write one in its first line.")
    for name in names:
        if names.count(name) > 1:
            _refuse(path, f"names the column {name!r} twice", "Rename one of the two.")
    return tuple(names)


def _lines(
    path: Path, names: tuple[str, ...], rows: Iterable[tuple[int, Sequence[Raw]]]
) -> Iterator[Line]:
    width = len(names)
    for number, row in rows:
        if _is_filled(row[width:]):
            _refuse(
                path,
                f"has more cells on line {number} than columns in its header",
                "Name every column, or mend the line.",
            )
        cells = tuple(row[:width]) + (None,) * (width - len(row))
        yield Line(number, cells, record_digest(dict(zip(names, cells, strict=True))))


def _read_text(path: Path) -> Iterator[Sequence[Raw]]:
    decoded = decode(path.read_bytes())
    if decoded is None:
        _refuse(path, "is no text", "Save it as UTF-8.")
    for line in read_lines(decoded.text):
        yield [cell or None for cell in line]


def _read_office(path: Path) -> Iterator[Sequence[Raw]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError):
        _refuse(path, "cannot be read as a spreadsheet", "Open it and save it again as .xlsx.")
    for row in rows:
        yield [_office_cell(cell) for cell in row]


def _office_cell(cell: object) -> Raw:
    if cell == "" or cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= MAX_INTEGER:
        return int(cell)  # a spreadsheet knows no integers: 3 comes as 3.0
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    if isinstance(cell, str | int | float | date):
        return cell
    return str(cell) if isinstance(cell, time | timedelta) else None


def _plain(cell: Raw) -> str | int | float | bool | None:
    return cell.isoformat() if isinstance(cell, date) else cell


def _is_filled(row: Iterable[Raw]) -> bool:
    return any(cell is not None and cell != "" for cell in row)


def _refuse(path: Path, fault: str, do: str) -> NoReturn:
    raise InputError(f"The sheet {path.name!r} {fault}.", do=do)
