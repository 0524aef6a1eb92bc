"""PDF with scans: pages with a text layer are read as they are, all others recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.stages.ingest import apart
from warrant.stages.ingest.builtin import pdf
from warrant.stages.ingest.ocr.collect import MOST_PAGES, REASONS, TOO_MANY, collect
from warrant.stages.ingest.ocr.page import LONGEST_SIDE, Recogniser
from warrant.stages.ingest.reader import Unread

if TYPE_CHECKING:
    from collections.abc import Callable

    import pypdfium2

    from warrant.stages.ingest.config import OcrConfig
    from warrant.stages.ingest.engine import Pixels
    from warrant.stages.ingest.ocr.page import Recognised
    from warrant.stages.ingest.reader import Document

_POINTS = 72
"""Of PDF's unit in an inch."""


def reader(suffix: str, ocr: OcrConfig) -> apart.ApartReader:
    """Make the reader: a PDF as one document; a form feed stands between pages."""
    recogniser: list[Recogniser] = []

    def parse(data: bytes, page_done: Callable[[], None]) -> Document | Unread:
        file = pdf.open_pdf(data)
        if isinstance(file, Unread):
            return file
        found: list[str | Recognised] = []
        scanned = 0
        for page in file:
            text = pdf.text_of(page)
            if text.strip():
                found.append(text)
            else:
                scanned += 1
                if scanned > MOST_PAGES:
                    return Unread(TOO_MANY.code)
                recogniser[:] = recogniser or [Recogniser(ocr)]
                found.append(recogniser[0].read(_draw(page, ocr.dpi)))
                page_done()
            page.close()
        file.close()
        return collect(found, ocr)

    reasons = (pdf.NOT_PDF, pdf.ENCRYPTED, *REASONS)
    return apart.ApartReader(suffix, reasons, pdf.parse, apart.Paged(ocr, parse))


def _draw(page: pypdfium2.PdfPage, dpi: int) -> Pixels:
    """Draw a page as it is seen, with its annotations."""
    scale = min(dpi / _POINTS, LONGEST_SIDE / max(page.get_size()))
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    pixels: Pixels = bitmap.to_numpy().copy()
    bitmap.close()
    return pixels
