"""A workbook (xlsx, xls, ods) whose every line is one document.

Titles, two header lines and merged cells are read as those of a sheet of metadata are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.records.reason import Reason
from warrant.stages.ingest.column import text_of
from warrant.stages.ingest.faulty import CELL_ERRORS
from warrant.stages.ingest.grid import read_office
from warrant.stages.ingest.header import find_header
from warrant.stages.ingest.reader import Document, Unread
from warrant.stages.ingest.sheet import read_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.stages.ingest.files import OpenFile

VERSION = "1"
"""Raised whenever the same bytes may give other records."""


def _dropped(code: str, words: str) -> Reason:
    return Reason(code=code, kind="drop", rule="xlsx", version=VERSION, words=words)


NOT_WORKBOOK = _dropped(
    "not_workbook",
    "The workbook cannot be read: it is damaged, protected by a password, or has no cell.",
)
NO_HEADER = _dropped("workbook_no_header", "No line of the workbook names its columns once each.")


class WorkbookReader:
    """Reads each line of a worksheet as one document; a column `text` is its text."""

    reasons = (NOT_WORKBOOK, NO_HEADER, CELL_ERRORS)
    has_records = True

    def read(self, file: OpenFile) -> Iterator[Document | Unread]:
        """Read one workbook.

        Args:
            file: any bytes; it says which worksheet, and which lines name the columns.

        Yields:
            One document per line, in order; or why there is none.

        Raises:
            InputError: when somebody named a worksheet, or lines, that are not there.
        """
        try:
            grid = read_office(file.name, file.read(), file.worksheet)
        except InputError:
            if file.worksheet is not None:
                raise
            yield Unread(NOT_WORKBOOK.code)
            return
        try:
            header = find_header(grid, file.header)
        except InputError:
            if file.header:
                raise
            yield Unread(NO_HEADER.code)
            return
        for number, found in read_records(grid, header):
            cells = dict(zip(header.names, found, strict=True))
            faulty = grid.faulty.get(number, 0)
            counted = ((CELL_ERRORS.code, float(faulty)),) if faulty else ()
            yield Document(text_of(cells), cells, counted=counted)
