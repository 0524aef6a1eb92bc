"""A sheet of metadata: one line per file, in csv, tsv, xlsx, ods or parquet.

A merged cell counts for every line and column that it covers.

Law: a line's digest depends on its own cells and the column names alone, so a line added to the
sheet changes no other.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from warrant.kernel.canon import fast_canonical
from warrant.kernel.digest import Digest
from warrant.stages.ingest.grid import read_grid
from warrant.stages.ingest.header import find_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from warrant.stages.ingest.grid import Grid, GridLine, Merged
    from warrant.stages.ingest.header import Header
    from warrant.stages.ingest.reader import Raw


class Line(NamedTuple):
    """One line of a sheet."""

    number: int
    """As a spreadsheet counts: the first line under the header is usually 2."""
    cells: tuple[Raw, ...]
    """In the order of the columns; an empty cell is None."""
    digest: bytes
    """`record_digest` of the line, 32 raw bytes."""
    faulty: int = 0
    """Cells with a formula that failed, read as empty."""


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
        grid: all cells.
        header: numbers of the one or two lines that name the columns; none: they are found.

    Returns:
        The sheet.

    Raises:
        InputError: when it has no header, or names a column twice.
    """
    found = find_header(grid, header)
    lines = []
    for number, cells in read_records(grid, found):
        digest = record_digest(dict(zip(found.names, cells, strict=True)))
        lines.append(Line(number, cells, digest, grid.faulty.get(number, 0)))
    return Sheet(grid.name, found.names, tuple(lines))


def read_records(grid: Grid, header: Header) -> Iterator[tuple[int, tuple[Raw, ...]]]:
    """Read the lines under the header one by one, each merged cell in every place it covers.

    Args:
        grid: all cells.
        header: that was found in it.

    Yields:
        The number of each line, and its cells in the order of the names.
    """
    merged = _Merging(grid.merged)
    for line in islice(grid.lines, header.first, None):
        cells = merged.filled(line)
        width = len(cells)
        yield line.number, tuple(cells[at] if at < width else None for at in header.places)


class _Merging:
    """Writes merged cells into every place that they cover, line after line."""

    def __init__(self, merged: Iterable[Merged]) -> None:
        self._waiting: defaultdict[int, list[tuple[int, Merged]]] = defaultdict(list)
        for order, one in enumerate(merged):
            self._waiting[one.top + 1].append((order, one))
        self._open: list[tuple[int, Merged, Raw]] = []

    def filled(self, line: GridLine) -> list[Raw]:
        """Give the cells of a line; lines come in order."""
        if not self._waiting and not self._open:
            return line.cells
        still = [one for one in self._open if line.number <= one[1].bottom + 1]
        begun = [(order, one, None) for order, one in self._waiting.pop(line.number, ())]
        self._open = []
        for order, one, value in sorted([*still, *begun], key=itemgetter(0)):
            cells, across = line.cells, one.right + 1 - one.left
            if one.top + 1 == line.number:
                if one.left >= len(cells):
                    continue
                value = cells[one.left]  # noqa: PLW2901 - the line where the range begins
            cells += [None] * (one.right + 1 - len(cells))
            cells[one.left : one.right + 1] = [value] * across
            self._open.append((order, one, value))
        return line.cells


def _plain(cell: Raw) -> str | int | float | bool | list[str] | None:
    return cell.isoformat() if isinstance(cell, date) else cell
