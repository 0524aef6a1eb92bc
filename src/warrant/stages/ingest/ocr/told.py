"""What ingest says of the pages whose text was recognised: a record, counts, measures."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from warrant.records.recognised import Recognised, RecognisedFile, RecognisedPage
from warrant.stages.ingest.engine import engine_plugins, is_installed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.stages.ingest.config import OcrConfig
    from warrant.stages.ingest.reader import Page


def recognised_file(position: int, pages: Sequence[Page]) -> RecognisedFile:
    """Write down the recognised pages of one file.

    Args:
        position: of the file among all that ingest found.
        pages: in order.

    Returns:
        Its part of the record.
    """
    told = []
    for page in pages:
        cells = asdict(page)
        told.append(RecognisedPage.model_validate({"page": cells.pop("number"), **cells}))
    return RecognisedFile(position=position, pages=tuple(told))


def recognised(ocr: OcrConfig, files: Sequence[RecognisedFile]) -> Recognised:
    """Make the record of one ingest.

    Args:
        ocr: the settings.
        files: those with recognised pages, in order.

    Returns:
        The record; without an installed engine it names none of its parts.
    """
    return Recognised(
        engine=ocr.engine,
        plugins=engine_plugins(ocr) if is_installed(ocr) else (),
        least_confidence=ocr.least_confidence,
        files=tuple(files),
    )


def counts_of(told: Recognised) -> Mapping[str, int]:
    """Count documents and pages.

    Args:
        told: of one ingest.

    Returns:
        By the names of the claim.
    """
    pages = [page for file in told.files for page in file.pages]
    kept = [page for page in pages if page.kept and page.confidence is not None]
    return {
        "ocr_documents": sum(any(one.lines for one in file.pages) for file in told.files),
        "ocr_pages": len(kept),
        "ocr_pages_blank": sum(page.confidence is None for page in pages),
        "ocr_pages_left_out": sum(not page.kept for page in pages),
    }


def measures_of(told: Recognised) -> Mapping[str, str | float | None]:
    """Say what recognised the pages, and how sure it is of them.

    Args:
        told: of one ingest.

    Returns:
        By the names of the claim; confidence is None where no page was recognised.
    """
    sure = [
        page.confidence
        for file in told.files
        for page in file.pages
        if page.kept and page.confidence is not None
    ]
    versions = {one.name: one.version for one in told.plugins}
    engine = " ".join(filter(None, (told.engine, versions.get(told.engine))))
    return {
        "ocr_engine": engine if told.plugins else None,
        "ocr_least_confidence": told.least_confidence,
        "ocr_confidence_mean": round(sum(sure) / len(sure), 2) if sure else None,
        "ocr_confidence_lowest": min(sure, default=None),
    }
