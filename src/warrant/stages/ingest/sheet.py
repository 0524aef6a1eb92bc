"""A sheet of metadata: one line per file, in csv, tsv, xlsx, ods or parquet.

A merged cell counts for every line and column that it covers.

Law: a line's digest depends on its own cells and the column names alone, so a line added to the
sheet changes no other.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from warrant.kernel.canon import fast_canonical
from warrant.kernel.digest import Digest
from warrant.stages.ingest.grid import Grid, read_grid
from warrant.stages.ingest.header import Header, find_header

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.stages.ingest.reader import Raw


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


def read_sheet(path: Path, worksheet: str | None = None, header: tuple[int, ...] = ()) -> Sheet:
    """Read a sheet whole.

    Args:
        path: a csv, tsv, xlsx, xls, ods or parquet file.
        worksheet: name of one in a workbook; None: the first that can be seen and has a cell.
        header: numbers of the one or two lines that name the columns; none: they are found.

    Returns:
        The sheet.

    Raises:
        InputError: when it is no sheet, has no such worksheet, has no header, or names a column
            twice. No cell under the header is quoted.
    """
    return sheet_of(read_grid(path, worksheet), header)


def sheet_of(grid: Grid, header: tuple[int, ...] = ()) -> Sheet:
    """Find names and lines in the cells of a sheet.

    Args:
        grid: all cells; merged ones are written into every place they cover.
        header: numbers of the one or two lines that name the columns; none: they are found.

    Returns:
        The sheet.

    Raises:
        InputError: when it has no header, or names a column twice.
    """
    found = find_header(grid, header)
    _fill(grid, found)
    return Sheet(grid.name, found.names, tuple(_lines(grid, found)))


def _fill(grid: Grid, header: Header) -> None:
    """Write a merged cell into every place that it covers, in lines that are there."""
    by_number = {line.number: line.cells for line in grid.lines[header.first :]}
    for one in grid.merged:
        top = by_number.get(one.top + 1)
        if top is None or one.left >= len(top):
            continue
        for number in range(one.top + 1, one.bottom + 2):
            cells = by_number.get(number, [])
            cells += [None] * (one.right + 1 - len(cells))
            cells[one.left : one.right + 1] = [top[one.left]] * (one.right + 1 - one.left)


def _lines(grid: Grid, header: Header) -> list[Line]:
    lines = []
    for line in grid.lines[header.first :]:
        width = len(line.cells)
        cells = tuple(line.cells[place] if place < width else None for place in header.places)
        digest = record_digest(dict(zip(header.names, cells, strict=True)))
        lines.append(Line(line.number, cells, digest))
    return lines


def _plain(cell: Raw) -> str | int | float | bool | list[str] | None:
    return cell.isoformat() if isinstance(cell, date) else cell
