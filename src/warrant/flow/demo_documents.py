"""Invented texts as docx, pdf, eml and xlsx: the same bytes for the same text, every time.

Only what these formats need to be read; no library writes them without the time of writing.
"""

from __future__ import annotations

import io
import textwrap
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

_MADE_AT = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
"""Stands in the files in place of the time of writing."""

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

_LINES_A_PAGE = 48
_LETTERS_A_LINE = 88


def as_docx(text: str) -> bytes:
    """Write a text as a Word document, a paragraph for each of its own.

    Args:
        text: paragraphs with an empty line between them.

    Returns:
        The file. Source: ECMA-376, part 1, sections 11.3.10 and 17.2.
    """
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(one)}</w:t></w:r></w:p>'
        for one in text.strip().split("\n\n")
    )
    members = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD_TYPE}"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{paragraphs}</w:body>'
        "</w:document>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, _MADE_AT.timetuple()[:6]), data)
    return file.getvalue()


def as_pdf(text: str) -> bytes:
    """Write a text as a PDF of as many pages as it needs.

    Args:
        text: printable ASCII; without a letter the page is empty, as a scan without text is.

    Returns:
        The file. Source: ISO 32000-1, sections 7.5 and 9.4.
    """
    lines = [
        line
        for paragraph in text.split("\n")
        for line in (textwrap.wrap(paragraph, _LETTERS_A_LINE) or [""])
    ]
    pages = [lines[at : at + _LINES_A_PAGE] for at in range(0, len(lines), _LINES_A_PAGE)] or [[]]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, page in enumerate(pages):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources "
            f"<< /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        shown = "".join(f"({_quoted(line)}) Tj T*\n" for line in page)
        stream = f"BT /F1 10 Tf 14 TL 56 790 Td\n{shown}ET\n" if any(page) else ""
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}endstream")
    return _assembled(objects)


def _quoted(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _assembled(objects: Sequence[str]) -> bytes:
    """Write objects and the table that says where each begins."""
    data = "%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n"
    entries = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{entries}"
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return (data + table + trailer).encode("ascii")


def as_eml(text: str, sender: str, subject: str) -> bytes:
    """Write a text as an e-mail.

    Args:
        text: its body.
        sender: an address under example.com.
        subject: one line.

    Returns:
        The file.
    """
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "archive@example.com"
    message["Subject"] = subject
    message["Date"] = _MADE_AT
    message.set_content(text, cte="quoted-printable")
    return message.as_bytes()


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows of text as a workbook with one sheet.

    Args:
        rows: the first names the columns.

    Returns:
        The file; a cell that looks like a formula is text.
    """
    import xlsxwriter

    file = io.BytesIO()
    book: Any = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": _MADE_AT.replace(tzinfo=None)})
    page = book.add_worksheet("index")
    page.freeze_panes(1, 0)
    page.set_column(0, len(rows[0]) - 1, 20)
    for number, cells in enumerate(rows):
        page.write_row(number, 0, cells)
    book.close()
    return file.getvalue()
