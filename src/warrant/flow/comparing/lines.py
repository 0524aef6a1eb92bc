"""The rows that both are asked about, each with its label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import MEMBERS, OWN, ROW_ID
from warrant.errors import InputError
from warrant.flow.answer_cells import in_one_form
from warrant.flow.asked import Question, Source
from warrant.flow.comparing.kinds import truth_of
from warrant.serve.answer import read_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from warrant.flow.comparing.kinds import Said
    from warrant.flow.comparing.side import Side
    from warrant.flow.workspace import Workspace
    from warrant.kernel.digest import Digest
    from warrant.serve.cells import Cell

MOST_ROWS = 200_000
"""More rows are not compared at once."""


@dataclass(frozen=True)
class Line:
    """One row."""

    cells: Mapping[str, Cell]
    """Tidy, before curation's changes."""
    true: Said
    """The right answer."""
    row: str
    """Row id, or where it stands."""
    path: str
    """Its file."""
    document: str
    """What it shares with rows of the same document."""


def read_lines(
    first: Side, second: Side, table: Path | None, workspace: Workspace | None
) -> tuple[list[Line], str]:
    """Give the rows both are asked about.

    Args:
        first: one release.
        second: the other one.
        table: rows of the reader's own; None: test rows of the second release.
        workspace: where these lie.

    Returns:
        The rows, and where they are from.

    Raises:
        InputError: when there are none, or they have no label.
    """
    found = list(_own(second, table)) if table else list(_test_rows(first, second, workspace))
    if not found:
        raise InputError(
            "There is no row with a label that both could be asked about.",
            do=f"Name a table with the column {second.label.name!r}: --on rows.csv",
        )
    if table:
        return found, f"{len(found):,} rows of {table.name!r}"
    return found, (
        f"{len(found):,} test rows of the second release that neither learnt from; they were used "
        "before, so choose nothing by them"
    )


def _own(side: Side, table: Path) -> Iterator[Line]:
    source = Source(Question(table, str(table)), side.answerer, side.rows)
    label = side.label
    for number, asked in enumerate(source.ask(0), start=1):
        if number > MOST_ROWS:
            raise InputError(
                f"{table.name!r} has more than {MOST_ROWS:,} rows.", do="Compare on a part of them."
            )
        cells = asked.cells if asked.unread else in_one_form(side.released, asked.cells)
        true = None if asked.unread else truth_of(label, cells.get(label.name))
        if true is not None:
            place = f"{asked.file}, {asked.place}" if asked.place else asked.file
            yield Line(asked.cells, true, place, asked.file, place)


def _test_rows(first: Side, second: Side, workspace: Workspace | None) -> Iterator[Line]:
    if workspace is None:
        raise InputError(
            "The test rows of the second release are not at hand.",
            do="Name its workspace (--workspace my-model), or rows of your own (--on rows.csv).",
        )
    store, label = workspace.store, second.label
    test = _labels(workspace, second.manifest("evaluate", "test"), label.name)
    known = {
        row
        for side in (first, second)
        for name in ("train", "validation")
        if (learnt := side.learnt(name)) is not None and store.has(learnt)
        for row in _labels(workspace, learnt, None)
    }
    manifest = second.manifest("curate", "documents")
    names = [one.name for one in dataset_record(store, manifest).columns]
    for batch in read_dataset(store, manifest, names):
        for cells in batch.to_pylist():
            row = cells[ROW_ID]
            is_new = row in test and row not in known
            true = truth_of(label, test[row]) if is_new else None
            if true is not None:
                kept = {name: cell for name, cell in cells.items() if name not in OWN}
                document = bytes(cells[MEMBERS][0]).hex()
                path = str(cells.get("path") or "")
                yield Line(read_row(kept), true, row.hex(), path, document)


def _labels(workspace: Workspace, manifest: Digest, label: str | None) -> dict[bytes, Any]:
    """Give the label cell of each row that was not erased, by row id."""
    found: dict[bytes, Any] = {}
    for batch in read_dataset(workspace.store, manifest, [label] if label else []):
        ids = batch.column(ROW_ID).to_pylist()
        cells = batch.column(label).to_pylist() if label else [None] * len(ids)
        found |= {row: cell for row, cell in zip(ids, cells, strict=True) if row is not None}
    return found
