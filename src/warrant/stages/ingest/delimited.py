"""Delimited text: which sign divides its cells, and the lines.

The delimiter is the one of `, ; tab |` that divides most lines into the same number of cells;
quotes are those of RFC 4180.

Source: RFC 4180.
"""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CELL_LIMIT = 2**31 - 1
"""Characters of a cell; the module's own limit of 131,072 is shorter than a contract."""

_LOOKED_AT = 1 << 16  # characters
_LINES_LOOKED_AT = 50


def read_lines(text: str) -> Iterator[list[str]]:
    """Read the lines of a delimited table.

    Args:
        text: the whole table.

    Yields:
        Cells of each line that is not blank, the header's stripped of white space around.
    """
    csv.field_size_limit(CELL_LIMIT)
    lines = csv.reader(StringIO(text, newline=""), delimiter=find_delimiter(text))
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
        text: the whole table.

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
