"""What the page says of scans: how many rows were recognised, how surely, by what."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from warrant.engine import read_ledger
from warrant.flow.data_report.bars import Bar, draw
from warrant.flow.passages import locators
from warrant.flow.scans import recognised_of
from warrant.stages.ingest.segment import Piece

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace
    from warrant.kernel.digest import Digest
    from warrant.records.recognised import Recognised, RecognisedPage

_STEPS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
"""Where the bars of confidence begin."""


class Scans(NamedTuple):
    """What was recognised."""

    rows: int
    """Read from documents with recognised pages."""
    all_rows: int
    """Read at all."""
    documents: int
    """With recognised pages."""
    pages: int
    """Recognised and kept."""
    left_out: int
    """Pages of them that were not sure enough."""
    blank: int
    """Pages of them without text."""
    least: float
    """Confidence that a page must have."""
    plot: Markup | None
    """Pages by confidence."""
    plugins: tuple[tuple[str, str], ...]
    """Name and version of engine, runtime and model files."""


def read_scans(workspace: Workspace, ingest: Entry, outputs: Mapping[str, Digest]) -> Scans | None:
    """Gather what one ingest recognised.

    Args:
        workspace: whose store holds it.
        ingest: the step.
        outputs: what it gave, by name.

    Returns:
        The figures; None where no text was to be recognised.
    """
    record = recognised_of(workspace, ingest)
    if record is None:
        return None
    pages = [page for file in record.files for page in file.pages]
    rows, all_rows = _rows(workspace, outputs, record)
    return Scans(
        rows=rows,
        all_rows=all_rows,
        documents=sum(any(page.lines for page in file.pages) for file in record.files),
        pages=sum(page.kept and page.confidence is not None for page in pages),
        left_out=sum(not page.kept for page in pages),
        blank=sum(page.confidence is None for page in pages),
        least=record.least_confidence,
        plot=_plot(pages),
        plugins=tuple((one.name, one.version) for one in record.plugins),
    )


def _rows(
    workspace: Workspace, outputs: Mapping[str, Digest], record: Recognised
) -> tuple[int, int]:
    """Count the rows of documents with recognised text, and all rows."""
    ledger = read_ledger(workspace.store, outputs["ledger"])
    drops = {reason.code for reason in ledger.header.reasons if reason.kind == "drop"}
    gone = sorted(one.position for one in ledger.decisions() if one.code in drops)
    numbers = {
        file.position - bisect_left(gone, file.position)
        for file in record.files
        if any(page.lines for page in file.pages)
    }
    number, rows, all_rows = -1, 0, 0
    for locator in locators(workspace, outputs["documents"]):
        piece = Piece.at(locator)
        number += piece is None or not piece.number
        rows += number in numbers
        all_rows += 1
    return rows, all_rows


def _plot(pages: Sequence[RecognisedPage]) -> Markup | None:
    kept, left_out = [0] * len(_STEPS), [0] * len(_STEPS)
    for page in pages:
        if page.confidence is not None:
            at = max(at for at, step in enumerate(_STEPS) if step <= page.confidence)
            (kept if page.kept else left_out)[at] += 1
    used = [at for at in range(len(_STEPS)) if kept[at] or left_out[at]]
    if not used:
        return None
    bars = [Bar(_between(at), (kept[at], left_out[at])) for at in range(used[0], len(_STEPS))]
    title = "Pages by the engine's confidence, kept and left out"
    return Markup(draw(bars, title, ("kept", "left out")))  # noqa: S704 - our own drawing


def _between(at: int) -> str:
    if at + 1 == len(_STEPS):
        return f"{_STEPS[at]:.2f} and more"
    return f"{_STEPS[at]:.2f} to under {_STEPS[at + 1]:.2f}"
