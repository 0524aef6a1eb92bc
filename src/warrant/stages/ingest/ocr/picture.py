"""Pictures of pages: png, jpg, and tiff with one or many pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.records.reason import Reason
from warrant.stages.ingest import apart
from warrant.stages.ingest.ocr.collect import MOST_PAGES, REASONS, TOO_MANY, VERSION, collect
from warrant.stages.ingest.ocr.page import LONGEST_SIDE, Recogniser
from warrant.stages.ingest.reader import Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL import Image

    from warrant.stages.ingest.config import OcrConfig
    from warrant.stages.ingest.engine import Pixels
    from warrant.stages.ingest.ocr.page import Recognised
    from warrant.stages.ingest.reader import Document

MOST_PIXELS = 200_000_000
"""Of one page: A4 at 1,400 dots per inch. More would not fit into the worker's memory."""

NOT_PICTURE = Reason(
    code="not_picture",
    kind="drop",
    rule="ocr",
    version=VERSION,
    words="The file is no picture, or is damaged. Open it, and save it again as .png.",
)
TOO_LARGE = Reason(
    code="picture_too_large",
    kind="drop",
    rule="ocr",
    version=VERSION,
    words="The picture has more than 200 million pixels. Save it smaller: 300 dpi are enough.",
)


def reader(suffix: str, ocr: OcrConfig) -> apart.ApartReader:
    """Make the reader of files with one ending: one document, a form feed between pages."""
    recogniser: list[Recogniser] = []

    def parse(data: bytes, page_done: Callable[[], None]) -> Document | Unread:
        found: list[Recognised] = []
        for page in _pages(data):
            if isinstance(page, Unread):
                return page
            if len(found) == MOST_PAGES:
                return Unread(TOO_MANY.code)
            recogniser[:] = recogniser or [Recogniser(ocr)]
            found.append(recogniser[0].read(page))
            page_done()
        return collect(found, ocr)

    def alone(data: bytes) -> Document | Unread:
        return parse(data, lambda: None)

    reasons = (NOT_PICTURE, TOO_LARGE, *REASONS)
    return apart.ApartReader(suffix, reasons, alone, apart.Paged(ocr, parse))


def _pages(data: bytes) -> Iterator[Pixels | Unread]:
    """Give page after page; at the first that cannot be had, why, and no more."""
    from io import BytesIO

    from PIL import Image, ImageSequence, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # we ask ourselves, of each page
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as picture:
            for page in ImageSequence.Iterator(picture):
                if page.width * page.height > MOST_PIXELS:
                    yield Unread(TOO_LARGE.code)
                    return
                yield _pixels(page)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):  # as Pillow refuses
        yield Unread(NOT_PICTURE.code)


def _pixels(page: Image.Image) -> Pixels:
    """Give a page as a person sees it: turned as its camera says, what is transparent white."""
    import numpy as np
    from PIL import Image, ImageOps

    seen = ImageOps.exif_transpose(page)
    if seen.mode.startswith(("I", "F")):  # more than 8 bits: the darkest becomes black
        values = np.asarray(seen, dtype=np.float64)
        low, span = values.min(), np.ptp(values) or 1.0
        seen = Image.fromarray(((values - low) * (255 / span)).astype(np.uint8))
    if seen.has_transparency_data:
        clear = seen.convert("RGBA")
        seen = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    seen = seen.convert("RGB")
    seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return np.asarray(seen)
