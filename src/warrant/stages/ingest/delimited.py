"""Delimited text: which sign divides its cells, and the lines.

The delimiter is the one of `, ; tab |` that divides most lines into the same number of cells;
quotes are those of RFC 4180.

Source: RFC 4180.
"""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO, TextIOWrapper
from itertools import islice
from typing import TYPE_CHECKING

from warrant.stages.ingest.decoding import LONGEST_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from warrant.stages.ingest.decoding import Encoding

CELL_LIMIT = LONGEST_BYTES
"""Characters of a cell; the module's own limit of 131,072 is shorter than a contract."""

_LOOKED_AT = 1 << 16  # characters
_LINES_LOOKED_AT = 50


def read_cells(opened: Callable[[], BinaryIO], encoding: Encoding) -> Iterator[list[str]]:
    """Read the lines of a delimited table one by one.

    Args:
        opened: opens the file.
        encoding: of its text.

    Yields:
        Cells of each line, of a blank one none.

    Raises:
        csv.Error: at a cell of more than `CELL_LIMIT` characters, as after a quote that nothing
            closes.
    """
    csv.field_size_limit(CELL_LIMIT)
    with opened() as file, TextIOWrapper(file, encoding.name, newline="") as text:
        delimiter = find_delimiter(text.read(_LOOKED_AT))
        text.seek(0)
        yield from csv.reader(text, delimiter=delimiter)


def read_lines(opened: Callable[[], BinaryIO], encoding: Encoding) -> Iterator[list[str]]:
    """Read the header of a delimited table, then its records.

    Args:
        opened: opens the file.
        encoding: of its text.

    Yields:
        Cells of each line that is not blank, the header's stripped of white space around.

    Raises:
        csv.Error: as `read_cells` does.
    """
    lines = read_cells(opened, encoding)
    header = next(lines, None)
    if header is None:
        return
    yield [name.strip() for name in header]
    for line in lines:
        if any(line):
            yield line


def find_delimiter(text: str) -> str:
    """Find what divides the cells of a table.

    Args:
        text: of the table, at least its first 65,536 characters.

    Returns:
        That one of `,`, `;`, tab and `|` which divides most of the first fifty lines into the
        same number of cells; of equals the one that does so from an earlier line on, which is the
        header's. `,` when none divides anything.
    """
    csv.field_size_limit(CELL_LIMIT)
    fits = {mark: _fit(text[:_LOOKED_AT], mark) for mark in ",;\t|"}
    return max(fits, key=lambda mark: fits[mark])


def _fit(text: str, mark: str) -> tuple[float, int, int]:
    """Say how well a mark divides lines: share of equal ones, how early, into how many cells."""
    lines = islice(csv.reader(StringIO(text, newline=""), delimiter=mark), _LINES_LOOKED_AT)
    widths = [len(line) for line in lines if any(line)]
    widths = widths[:-1] if len(widths) > 2 else widths
    several = Counter(width for width in widths if width > 1)
    if not several:
        return (0.0, 0, 0)
    usual, times = several.most_common(1)[0]
    return (times / len(widths), -widths.index(usual), usual)
