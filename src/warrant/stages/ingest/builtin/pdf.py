"""PDF: the text layer, page by page; pages without one are counted, never passed as empty.

Source: ISO 32000-2, section 9 (text); the text is what PDFium finds.
"""

from __future__ import annotations

from warrant.records.ledger import Reason
from warrant.stages.ingest import apart
from warrant.stages.ingest.reader import Document, Unread

VERSION = "1"
"""Raised whenever the same bytes may give another text."""


def _reason(code: str, kind: str, words: str) -> Reason:
    return Reason.model_validate(
        {"code": code, "kind": kind, "rule": "pdf", "version": VERSION, "words": words}
    )


NOT_PDF = _reason("not_pdf", "drop", "The file is no PDF, or is damaged. Print it to a new PDF.")
ENCRYPTED = _reason(
    "pdf_encrypted", "drop", "The PDF is locked by a password. Save it without one."
)
NO_TEXT = _reason(
    "pdf_without_text",
    "drop",
    "No page holds text: it is a scan. Run text recognition on it and save it as a PDF with text.",
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
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # PDFium's error 4 is "password required or incorrect".
        is_locked = getattr(error, "err_code", None) == 4 or "password" in str(error).lower()
        return Unread(ENCRYPTED.code if is_locked else NOT_PDF.code)
    pages = []
    for page in pdf:
        text = page.get_textpage()
        pages.append(text.get_text_bounded().replace("\r\n", "\n").replace("\r", "\n"))
        text.close()
        page.close()
    pdf.close()
    empty = sum(not page.strip() for page in pages)
    if empty == len(pages):
        return Unread(NO_TEXT.code)
    counted = ((EMPTY_PAGES.code, float(empty)),) if empty else ()
    return Document("\f".join(pages), counted=counted)
