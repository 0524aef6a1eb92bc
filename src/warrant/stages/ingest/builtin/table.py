"""A table (csv, tsv) whose every record is one document.

The first line names the columns; how cells are divided, `delimited.py` finds.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from warrant.records.reason import Reason
from warrant.stages.ingest.column import text_of
from warrant.stages.ingest.decoding import CP1252, UTF_16, find_encoding, has_long_line
from warrant.stages.ingest.delimited import read_lines
from warrant.stages.ingest.reader import Document, Raw, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.stages.ingest.files import OpenFile

VERSION = "2"
"""Raised whenever the same bytes may give other records."""


def _dropped(code: str, words: str) -> Reason:
    return Reason(code=code, kind="drop", rule="csv", version=VERSION, words=words)


NOT_TABLE = _dropped("not_table", "The bytes are no text, so no table can be read from them.")
NO_HEADER = _dropped("no_header", "The table has no first line that names its columns once each.")
WRONG_WIDTH = _dropped("wrong_width", "The record has more or fewer cells than there are columns.")

LONG_LINE = _dropped(
    "table_line_too_long",
    "A line or a cell of the table has more than 64 MB, so it is no table. Save it with a line per "
    "record, and close every quote.",
)


class TableReader:
    """Reads each record of a table as one document; a column `text` is its text.

    Memory is one record, whatever the size of the table.
    """

    reasons = (NOT_TABLE, NO_HEADER, WRONG_WIDTH, LONG_LINE, UTF_16, CP1252)
    has_records = True

    def read(self, file: OpenFile) -> Iterator[Document | Unread]:
        """Read one table.

        Args:
            file: any bytes.

        Yields:
            One document per record, in order; or why there is none.
        """
        if has_long_line(file.open):
            yield Unread(LONG_LINE.code)
            return
        encoding = find_encoding(file.open)
        if encoding is None:
            yield Unread(NOT_TABLE.code)
            return
        try:
            yield from _records(read_lines(file.open, encoding), encoding.note)
        except csv.Error:  # a cell without an end
            yield Unread(LONG_LINE.code)


def _records(lines: Iterator[list[str]], note: str | None) -> Iterator[Document | Unread]:
    names = next(lines, None)
    if not names or len(set(names)) != len(names) or "" in names:
        yield Unread(NO_HEADER.code)
        return
    notes = (note,) if note else ()
    for line in lines:
        if len(line) != len(names):
            yield Unread(WRONG_WIDTH.code)
            continue
        cells: dict[str, Raw] = {name: cell or None for name, cell in zip(names, line, strict=True)}
        yield Document(text_of(cells), cells, notes=notes)
