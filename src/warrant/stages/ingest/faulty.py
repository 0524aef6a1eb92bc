"""Cells whose formula failed: a spreadsheet shows #DIV/0! or #N/A there, its reader gives nothing.

Such a cell is read as empty. That it was no empty cell is said of each line that has one, so that
a label or a date is not missed in silence.

Source: ECMA-376, part 1, sections 18.3.1.4 (cell, type `e`) and 18.2.19 (sheet).
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from io import BytesIO
from posixpath import join, normpath
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile, is_zipfile

from warrant.records.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

CELL_ERRORS = Reason(
    code="cell_errors",
    kind="measure",
    rule="workbook",
    version="1",
    words="A formula failed in cells of its line (#DIV/0!, #N/A …); they were read as empty.",
)

_FAULTY = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="[A-Z]{1,3}(\d{1,7})"')
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_NAMED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHUNK, _OVERLAP = 1 << 20, 512
_MARK = b't="e"'
_STRANGE = (BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError, SyntaxError)
"""What a damaged or protected file raises: what the reader made of it counts. lxml's own error is
a SyntaxError."""


def faulty_lines(data: bytes, worksheet: str) -> Mapping[int, int]:
    """Count the cells of each line of a worksheet whose formula failed.

    Args:
        data: of a workbook that could be opened.
        worksheet: its name.

    Returns:
        Cells by the number of their line, as a spreadsheet counts; lines without any are left out.
        Nothing of other formats than xlsx and xlsm.
    """
    found: Counter[int] = Counter()
    file = BytesIO(data)
    if not is_zipfile(file):
        return found
    try:
        with ZipFile(file) as book:
            member = _member(book, worksheet)
            if member is None:
                return found
            with book.open(member) as sheet:
                rest = b""
                while chunk := sheet.read(_CHUNK):
                    rest += chunk
                    end = rest.rfind(b">") + 1
                    if _MARK in rest:  # else nothing need be looked at closely
                        found.update(int(line) for line in _FAULTY.findall(rest[:end]))
                    rest = rest[end:][-_OVERLAP:]
    except _STRANGE:
        return found
    return found


def _member(book: ZipFile, worksheet: str) -> str | None:
    """Give the name under which a worksheet lies in its workbook."""
    from lxml import etree

    if not {_BOOK, _LINKS} <= set(book.namelist()):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    sheets = etree.fromstring(book.read(_BOOK), parser).iter("{*}sheet")
    names = {one.get("name"): one.get(_NAMED) for one in sheets}
    links = etree.fromstring(book.read(_LINKS), parser).iter("{*}Relationship")
    target = {one.get("Id"): one.get("Target") for one in links}.get(names.get(worksheet))
    if target is None:
        return None
    return target.removeprefix("/") if target.startswith("/") else normpath(join("xl", target))
