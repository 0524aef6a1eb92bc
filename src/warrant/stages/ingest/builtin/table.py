"""A table (csv, tsv) whose every record is one document.

The first line names the columns. The delimiter is the one of `, ; tab |` that divides most lines
into the same number of cells; quotes are those of RFC 4180.

Source: RFC 4180.
"""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING

from warrant.records.ledger import Reason
from warrant.stages.ingest.builtin.text import CP1252, UTF_16, decode
from warrant.stages.ingest.reader import Document, Raw, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.stages.ingest.files import OpenFile

VERSION = "2"
"""Raised whenever the same bytes may give other records."""

CELL_LIMIT = 2**31 - 1
"""Characters of a cell; the module's own limit of 131,072 is shorter than a contract."""

_LOOKED_AT = 1 << 16  # characters
_LINES_LOOKED_AT = 50


def _dropped(code: str, words: str) -> Reason:
    return Reason(code=code, kind="drop", rule="csv", version=VERSION, words=words)


NOT_TABLE = _dropped("not_table", "The bytes are no text, so no table can be read from them.")
NO_HEADER = _dropped("no_header", "The table has no first line that names its columns once each.")
WRONG_WIDTH = _dropped("wrong_width", "The record has more or fewer cells than there are columns.")


class TableReader:
    """Reads each record of a table as one document; a column `text` is its text."""

    reasons = (NOT_TABLE, NO_HEADER, WRONG_WIDTH, UTF_16, CP1252)
    has_records = True

    def read(self, file: OpenFile) -> Iterator[Document | Unread]:
        """Read one table.

        Args:
            file: any bytes.

        Yields:
            One document per record, in order; or why there is none.
        """
        decoded = decode(file.read())
        if decoded is None:
            yield Unread(NOT_TABLE.code)
            return
        lines = read_lines(decoded.text)
        names = next(lines, None)
        if not names or len(set(names)) != len(names) or "" in names:
            yield Unread(NO_HEADER.code)
            return
        notes = (decoded.note,) if decoded.note else ()
        for line in lines:
            if len(line) != len(names):
                yield Unread(WRONG_WIDTH.code)
                continue
            cells: dict[str, Raw] = {
                name: cell or None for name, cell in zip(names, line, strict=True)
            }
            text = cells.get("text")
            yield Document(text if isinstance(text, str) else None, cells, notes=notes)


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
