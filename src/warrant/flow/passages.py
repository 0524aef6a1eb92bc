"""Where rows stand that are parts of documents: page, number, and the place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import LOCATOR, MEMBERS
from warrant.errors import InputError
from warrant.kernel.digest import Digest
from warrant.stages.ingest.cases import EVENTS
from warrant.stages.ingest.files import OpenFile, suffix_of
from warrant.stages.ingest.offer import make_reader
from warrant.stages.ingest.reader import Document
from warrant.stages.ingest.segment import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from warrant.flow.story import Place
    from warrant.flow.workspace import Workspace
    from warrant.stages.ingest.config import OcrConfig

_AROUND = 300
"""Characters of the document that are shown before and after a passage."""


@dataclass(frozen=True)
class Passage:
    """A row's text in its document."""

    path: str
    """The file it came from."""
    place: str | None
    """Where in the file; None: the whole of it."""
    before: str
    """What stands before it, empty when the original is not in the store."""
    text: str
    """Of the row, as it was read; curation may have masked parts of it since."""
    after: str
    """What stands after it."""


def locators(workspace: Workspace, manifest: Digest) -> Iterator[list[int]]:
    """Give the locator of each row of a dataset, of erased ones too."""
    for batch in read_dataset(workspace.store, manifest, []):
        yield from batch.column(LOCATOR).to_pylist()


def where(piece: Piece) -> str:
    """Say in words where a part of a document stands."""
    page = f"page {piece.page}, " if piece.page else ""
    return f"{page}part {piece.number + 1} (characters {piece.start:,} to {piece.end:,})"


def place_of(workspace: Workspace, manifest: Digest, position: int) -> str | None:
    """Say where in its document a row stands; None when it is all of it."""
    piece = piece_of(workspace, manifest, position)
    return where(piece) if piece else None


def places_of(workspace: Workspace, manifest: Digest, positions: Iterable[int]) -> list[str | None]:
    """Say where in their documents many rows stand, in one pass over them.

    Args:
        workspace: that has them.
        manifest: of their dataset.
        positions: of the rows.

    Returns:
        As `place_of` says it of each, in their order.
    """
    wanted = list(positions)
    told: dict[int, str | None] = dict.fromkeys(wanted)
    for at, locator in enumerate(locators(workspace, manifest)):
        if at in told and (piece := Piece.at(locator)):
            told[at] = where(piece)
    return [told[position] for position in wanted]


def piece_of(workspace: Workspace, manifest: Digest, position: int) -> Piece | None:
    """Give the part of its document that a row is; None when it is all of it."""
    found = next(one for at, one in enumerate(locators(workspace, manifest)) if at == position)
    return Piece.at(found)


def has_cases(workspace: Workspace, manifest: Digest) -> bool:
    """Say whether rows are cases of an event log."""
    columns = dataset_record(workspace.store, manifest).columns
    return EVENTS.name in [column.name for column in columns]


def events_of(workspace: Workspace, manifest: Digest, position: int) -> list[str] | None:
    """List the events that a row was made of; None of a row that is no case."""
    if not has_cases(workspace, manifest):
        return None
    at = 0
    for batch in read_dataset(workspace.store, manifest, [EVENTS.name]):
        if position < at + batch.num_rows:
            events: list[str] = batch.column(EVENTS.name)[position - at].as_py()
            return events
        at += batch.num_rows
    return None


def document_at(workspace: Workspace, manifest: Digest, position: int) -> int:
    """Give the number, from 0, of the document that a row of ingest's output came from."""
    number = -1
    for at, locator in enumerate(locators(workspace, manifest)):
        piece = Piece.at(locator)
        number += piece is None or not piece.number
        if at == position:
            break
    return number


def passage(workspace: Workspace, place: Place, ocr: OcrConfig | None = None) -> Passage:
    """Read a row again in its document.

    Args:
        workspace: whose store may hold the original.
        place: of the row in what ingest read.
        ocr: how it recognised text on scans; None: it did not.

    Returns:
        Its text, and what stands around it where the original is in the store.

    Raises:
        InputError: when the row was erased, or has no text.
    """
    at = 0
    for batch in read_dataset(workspace.store, place.manifest, ["text"]):
        if place.position < at + batch.num_rows:
            (row,) = batch.slice(place.position - at, 1).to_pylist()
            break
        at += batch.num_rows
    if row["text"] is None:
        raise InputError(
            f"Row {place.row[:16]} of {place.path!r} has no text.",
            do="Leave --show out: its columns are in warrant dataset show.",
        )
    piece = Piece.at(row[LOCATOR])
    if piece is None:
        return Passage(place.path, None, "", row["text"], "")
    whole = _document(workspace, place.path, Digest(row[MEMBERS][0]), ocr) or ""
    if whole[piece.start : piece.end] != row["text"]:  # not kept, or read by another version
        return Passage(place.path, where(piece), "", row["text"], "")
    before = whole[max(0, piece.start - _AROUND) : piece.start]
    after = whole[piece.end : piece.end + _AROUND]
    return Passage(place.path, where(piece), before, row["text"], after)


def _document(
    workspace: Workspace, path: str, original: Digest, ocr: OcrConfig | None
) -> str | None:
    """Read the original again; None when it is not there or nobody reads it."""
    reader = make_reader(suffix_of(path), ocr)
    if reader is None or not workspace.store.has(original):
        return None
    opened = OpenFile(path, "", workspace.store.get(original))
    found = next(iter(reader.read(opened)), None)
    return found.text if isinstance(found, Document) else None
