"""What is said of scans: which pages of a row were recognised, and why one is not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.engine import LedgerFile
from warrant.flow.passages import document_at
from warrant.flow.people import statement_of
from warrant.kernel.digest import Digest
from warrant.records.recognised import Recognised
from warrant.stages.ingest.builtin.pdf import NO_TEXT
from warrant.stages.ingest.config import OcrConfig
from warrant.stages.ingest.offer import PICTURES
from warrant.stages.ingest.reading import NO_READER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace
    from warrant.records.recognised import RecognisedPage
    from warrant.stages.ingest.segment import Piece


def scan_words(code: str, suffix: str, ocr: OcrConfig | None) -> str | None:
    """Say why a scan is not answered.

    Args:
        code: of the reason why nothing was read.
        suffix: ending of the file, in small letters.
        ocr: how text was recognised in training; None: it was not.

    Returns:
        The words; None where it is no scan.
    """
    if code != NO_TEXT.code and (code != NO_READER.code or suffix not in PICTURES):
        return None
    if ocr is None:
        return (
            "It is a scan, and the model was trained without text recognition. Save it as a PDF "
            "with text, or train with `ocr: true` in the recipe."
        )
    return (
        "It is a scan; the model's training recognised the text of scans. Install the extra in the "
        "checkout: pip install '.[ocr]'. Then ask again."
    )


def recognised_of(workspace: Workspace, ingest: Entry) -> Recognised | None:
    """Read what one ingest recognised.

    Args:
        workspace: whose store holds it.
        ingest: the step.

    Returns:
        The record; None where no text was to be recognised.
    """
    digest = workspace.index.links(ingest.position, "subject").get("recognised")
    return Recognised.from_bytes(workspace.store.get(Digest.from_hex(digest))) if digest else None


def settings_of(workspace: Workspace, ingest: Entry) -> OcrConfig | None:
    """Give the settings with which one ingest recognised text; None where it did not."""
    definition = statement_of(workspace, ingest).predicate["buildDefinition"]
    told = definition["externalParameters"]["configuration"].get("ocr")
    return OcrConfig(**told) if told else None


def pages_of(record: Recognised | None, position: int) -> Sequence[RecognisedPage]:
    """Give the recognised pages of a file, by its position among all that ingest found."""
    files = record.files if record else ()
    return next((file.pages for file in files if file.position == position), ())


def are_recognised(
    workspace: Workspace, ingest: Entry, manifest: Digest, rows: Sequence[int]
) -> bool:
    """Say whether text of one of some rows was recognised on pictures.

    Args:
        workspace: whose store holds them.
        ingest: the step that made the dataset.
        manifest: of the dataset.
        rows: their positions in it.

    Returns:
        True when what was recognised tells of the document of one of them.
    """
    record = recognised_of(workspace, ingest)
    if record is None:
        return False
    ledger = Digest.from_hex(workspace.index.links(ingest.position, "subject")["ledger"])
    told = {file.position for file in record.files}
    with LedgerFile(workspace.store, ledger) as lines:
        documents = {document_at(workspace, manifest, row) for row in rows}
        return any(lines.kept_at(document) in told for document in documents)


def tell_pages(pages: Sequence[RecognisedPage], piece: Piece | None) -> list[str]:
    """Say of each recognised page of a row how surely it was read, and where its lines stand.

    Args:
        pages: of the row's document.
        piece: the part of the document that is the row; None: all of it.

    Returns:
        One sentence a page.
    """
    told = []
    for page in pages:
        lines = [
            line
            for line in page.lines
            if piece is None or (line[0] < piece.end and piece.start < line[1])
        ]
        if lines:
            sides = (min(one[2] for one in lines), min(one[3] for one in lines))
            ends = (max(one[4] for one in lines), max(one[5] for one in lines))
            box = " to ".join(f"{x / 10:.0f} % / {y / 10:.0f} %" for x, y in (sides, ends))
            turned = f", turned by {page.turned}° to be read" if page.turned else ""
            count = f"{len(lines)} {'line' if len(lines) == 1 else 'lines'}"
            told.append(
                f"Page {page.page}: {count} recognised with confidence {page.confidence:.2f}"
                f"{turned}; on the page from {box} (left / top)."
            )
        elif piece is None:
            told.append(
                f"Page {page.page}: no text was found."
                if page.confidence is None
                else f"Page {page.page}: left out, confidence {page.confidence:.2f}."
            )
    return told
