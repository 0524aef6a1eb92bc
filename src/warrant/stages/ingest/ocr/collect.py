"""From recognised pages to one document, with what is said of them in the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from warrant.records.reason import Kind, Reason
from warrant.stages.ingest.reader import Document, Page, Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.stages.ingest.config import OcrConfig
    from warrant.stages.ingest.ocr.page import Recognised

VERSION = "2"
"""Raised whenever the same pages may give another text."""

MOST_PAGES = 5000
"""Pages of one file that are recognised."""


def _reason(code: str, kind: Kind, words: str) -> Reason:
    return Reason(code=code, kind=kind, rule="ocr", version=VERSION, words=words)


READ = _reason(
    "read_by_ocr",
    "change",
    "Its text, or a part of it, was recognised on pictures of its pages (OCR); value: how sure the "
    "engine is, mean of its pages, 0 to 1.",
)
UNSURE = _reason(
    "pages_unsure",
    "measure",
    "Pages of which text recognition is not sure enough are left out; value: how many. Scan them "
    "again at 300 dpi, straight and dark, or lower least_confidence under ocr.",
)
ALL_UNSURE = _reason(
    "scan_unsure",
    "drop",
    "Text recognition is not sure enough of any page. Scan it again at 300 dpi, straight and dark, "
    "or lower least_confidence under ocr.",
)
BLANK = _reason(
    "scan_blank",
    "drop",
    "Text recognition found no text on any page. If it shows text, scan it again at 300 dpi, "
    "straight and dark.",
)
TOO_MANY = _reason("scan_too_long", "drop", "The scan has more than 5,000 pages. Divide it.")
REASONS = (READ, UNSURE, ALL_UNSURE, BLANK, TOO_MANY)
"""What may be said of a file with pages that were recognised."""


def collect(found: Sequence[str | Recognised], ocr: OcrConfig) -> Document | Unread:
    """Make one document of pages.

    Args:
        found: of each page the text that it brought, or what was recognised on it.
        ocr: says how sure the engine must be of a page.

    Returns:
        The document, a form feed between pages; or why there is none.
    """
    texts, pages = [], []
    at = 0
    for number, one in enumerate(found, start=1):
        text = one
        if not isinstance(one, str):
            page = _page(number, one, at, ocr)
            pages.append(page)
            text = one.text if page.kept else ""
        texts.append(str(text))
        at += len(texts[-1]) + 1
    if not any(text.strip() for text in texts):
        return Unread((ALL_UNSURE if any(not one.kept for one in pages) else BLANK).code)
    unsure = sum(not one.kept for one in pages)
    counted = [(UNSURE.code, float(unsure))] if unsure else []
    sure = [one.confidence for one in pages if one.kept and one.confidence is not None]
    if sure:
        counted.insert(0, (READ.code, round(sum(sure) / len(sure), 2)))
    return Document("\f".join(texts), counted=tuple(counted), pages=tuple(pages))


def _page(number: int, one: Recognised, start: int, ocr: OcrConfig) -> Page:
    kept = one.confidence is None or one.confidence >= ocr.least_confidence
    page = Page(number, one.confidence, kept, one.turned)
    if not kept:
        return page
    moved = tuple((first + start, last + start, *box) for first, last, *box in one.lines)
    return replace(page, lines=tuple((a, b, c, d, e, f) for a, b, c, d, e, f in moved))
