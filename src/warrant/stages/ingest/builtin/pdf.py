"""PDF: the text layer, page by page; pages without one are counted, never passed as empty.

Source: ISO 32000-2, section 9 (text); the text is what PDFium finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.records.reason import Kind, Reason
from warrant.stages.ingest import apart
from warrant.stages.ingest.reader import Document, Unread

if TYPE_CHECKING:
    import pypdfium2

VERSION = "2"
"""Raised whenever the same bytes may give another text."""


def _reason(code: str, kind: Kind, words: str) -> Reason:
    return Reason(code=code, kind=kind, rule="pdf", version=VERSION, words=words)


NOT_PDF = _reason("not_pdf", "drop", "The file is no PDF, or is damaged. Print it to a new PDF.")
ENCRYPTED = _reason(
    "pdf_encrypted", "drop", "The PDF is locked by a password. Save it without one."
)
NO_TEXT = _reason(
    "pdf_without_text",
    "drop",
    "No page holds text: it is a scan. To recognise its text, install the extra in the checkout: "
    "pip install '.[ocr]'. Then write `ocr: true` into the recipe, and run again.",
)
EMPTY_PAGES = _reason(
    "pages_without_text",
    "measure",
    "Pages without text, perhaps scans, are missing from the text; value: how many.",
)


def reader() -> apart.ApartReader:
    """Make the reader: a PDF as one document; a form feed stands between pages."""
    return apart.ApartReader("pdf", (NOT_PDF, ENCRYPTED, NO_TEXT, EMPTY_PAGES), parse)


def parse(data: bytes) -> Document | Unread:
    """Parse one file, in the worker.

    Args:
        data: the file.

    Returns:
        Its text and how many pages had none, or why there is none.
    """
    pdf = open_pdf(data)
    if isinstance(pdf, Unread):
        return pdf
    pages = []
    for page in pdf:
        pages.append(text_of(page))
        page.close()
    pdf.close()
    empty = sum(not page.strip() for page in pages)
    if empty == len(pages):
        return Unread(NO_TEXT.code)
    counted = ((EMPTY_PAGES.code, float(empty)),) if empty else ()
    return Document("\f".join(pages), counted=counted)


def open_pdf(data: bytes) -> pypdfium2.PdfDocument | Unread:
    """Open a file.

    Args:
        data: the file.

    Returns:
        Its pages, or why it cannot be opened.
    """
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # PDFium's error 4 is "password required or incorrect".
        is_locked = getattr(error, "err_code", None) == 4 or "password" in str(error).lower()
        return Unread(ENCRYPTED.code if is_locked else NOT_PDF.code)


def text_of(page: pypdfium2.PdfPage) -> str:
    """Give the text layer of a page; empty where it has none."""
    text = page.get_textpage()
    try:
        found: str = text.get_text_bounded()
    finally:
        text.close()
    return found.replace("\r\n", "\n").replace("\r", "\n")
