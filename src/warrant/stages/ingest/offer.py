"""Which files somebody reads, and who: the catalog's readers, and with OCR those of pictures."""

from __future__ import annotations

from collections.abc import Callable

from warrant.catalog import Catalog
from warrant.stages.ingest.config import OcrConfig
from warrant.stages.ingest.engine import is_installed
from warrant.stages.ingest.reader import READERS, Reader

PICTURES = frozenset({"jpeg", "jpg", "png", "tif", "tiff"})
"""Endings of files that hold pictures of pages."""

RECOGNISED = PICTURES | {"pdf"}
"""Endings of files in which text may have to be recognised."""

SCAN_READERS = Catalog[Callable[[str, OcrConfig], Reader]](
    kind="reader of scans",
    group="warrant.scan_readers",
    builtin={
        "pdf": "warrant.stages.ingest.ocr.pdf:reader",
        "picture": "warrant.stages.ingest.ocr.picture:reader",
    },
)
"""Readers that recognise text, made for an ending and the settings."""


def is_read(suffix: str, ocr: OcrConfig | None) -> bool:
    """Say whether somebody reads files with an ending.

    Args:
        suffix: in small letters, without the dot.
        ocr: how text is recognised on pictures; None: it is not.

    Returns:
        True for those of the catalog, and for pictures where an engine is installed.
    """
    return suffix in READERS.names() or (
        ocr is not None and suffix in PICTURES and is_installed(ocr)
    )


def make_reader(suffix: str, ocr: OcrConfig | None) -> Reader | None:
    """Make the reader of files with an ending.

    Args:
        suffix: in small letters, without the dot.
        ocr: how text is recognised on pictures; None: it is not.

    Returns:
        The reader; None where nobody reads them.
    """
    is_theirs = suffix in READERS.names() and suffix != "pdf"  # it knows its pictures better
    if ocr is not None and suffix in RECOGNISED and not is_theirs and is_installed(ocr):
        return SCAN_READERS.load("pdf" if suffix == "pdf" else "picture")(suffix, ocr)
    return READERS.load(suffix)() if suffix in READERS.names() else None
