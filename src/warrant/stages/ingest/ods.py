"""Which cells of an OpenDocument sheet are merged: its library does not say.

Source: OpenDocument 1.3, part 3, section 9.1 (tables; rows and cells that repeat or span).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_MOST_BYTES = 1 << 30  # of unpacked XML; a sheet of that size is no sheet of metadata


def is_ods(data: bytes) -> bool:
    """Say whether bytes are an OpenDocument sheet: its first member says so, uncompressed."""
    return b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in data[:120]


def ods_merged(data: bytes, worksheet: str) -> Iterator[tuple[int, int, int, int]]:
    """Find the merged cells of one worksheet.

    Args:
        data: an .ods file that was read before.
        worksheet: its name.

    Yields:
        top, left, bottom, right of each range, counted from 0, the last ones included.
    """
    from lxml import etree

    with ZipFile(BytesIO(data)) as archive:
        if archive.getinfo("content.xml").file_size > _MOST_BYTES:
            return
        root = etree.fromstring(
            archive.read("content.xml"),
            etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True),
        )
    for table in root.iter(f"{_TABLE}table"):
        if table.get(f"{_TABLE}name") == worksheet:
            top = 0
            for row in table.iter(f"{_TABLE}table-row"):
                left = 0
                for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                    down, across = _number(cell, "rows-spanned"), _number(cell, "columns-spanned")
                    if down > 1 or across > 1:
                        yield top, left, top + down - 1, left + across - 1
                    left += _number(cell, "columns-repeated")
                top += _number(row, "rows-repeated")


def _number(element: object, name: str) -> int:
    """Give an attribute that counts; absent ones count 1."""
    found: str | None = element.get(f"{_TABLE}number-{name}")  # type: ignore[attr-defined]
    return int(found) if found and found.isdecimal() else 1
