"""What is asked: a row of the workspace, a line of a file of answers, or cells as given."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import OWN, ROW_ID
from warrant.errors import InputError, meant
from warrant.flow.answer_cells import in_one_form
from warrant.serve.cells import tidy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.flow.answering import Opened
    from warrant.flow.workspace import Workspace
    from warrant.models.examples import LabelColumn


RECORDS = (".jsonl", ".ndjson")
"""Endings of files with a record a line."""


@dataclass(frozen=True)
class Inquiry:
    """One question; exactly one of `row`, `answers` and `cells` is given."""

    row: str | None = None
    """A row's id, its first digits, or the file it came from."""
    answers: Path | None = None
    """A file that `warrant predict` wrote, or any table."""
    line: int = 1
    """Of that file: the number of the line of answers, from 1."""
    cells: Mapping[str, str] = field(default_factory=dict)
    """Cells by column."""
    text: str | None = None
    """The cell of the one column of text."""
    expected: str | None = None
    """The right answer; None: the row's own label, where it has one."""
    place: str | None = None
    """Of `spans`, `START-END` of the place that is looked into; None: the first wrong one."""


def raw_cells(inquiry: Inquiry, opened: Opened, workspace: Workspace | None) -> dict[str, Any]:
    """Find the cells that are asked about.

    Args:
        inquiry: what is asked.
        opened: the bundle.
        workspace: where rows are looked up; None: it is not at hand.

    Returns:
        Tidy cells by column; of a row of the workspace `_row_id` (hex) and all its columns.

    Raises:
        InputError: when nothing, or too much, is asked; nothing fits; or a column is missing.
    """
    asked = [inquiry.row, inquiry.answers, inquiry.text or inquiry.cells or None]
    if sum(one is not None for one in asked) != 1:
        raise InputError(
            "Name one thing to look into: a row, a line of a file of answers, or a text.",
            do="Give ROW, or --from answers.xlsx --line 1, or --text 'WORDS'.",
        )
    if inquiry.row is not None:
        return _of_row(inquiry.row, opened, workspace)
    if inquiry.answers is not None:
        return _of_line(inquiry.answers, inquiry.line, opened)
    return _given(inquiry, opened)


def expected_labels(
    inquiry: Inquiry, raw: Mapping[str, Any], label: LabelColumn, known: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Say what the right answer is.

    Args:
        inquiry: what is asked.
        raw: the row's cells.
        label: how answers are written.
        known: labels that the model can give.

    Returns:
        Sorted labels; None when nobody said, or the answer is a number.

    Raises:
        InputError: when the expected label is none that the rows or the model have.
    """
    if label.task == "regression":
        return None
    if inquiry.expected is None:
        return label.read(raw[label.name]) if raw.get(label.name) is not None else None
    found = label.read(inquiry.expected) or ()
    if label.task == "generation":
        return found
    for one in found:
        if one not in known and one != raw.get(label.name):
            raise InputError(
                f"The model has no label {one!r}; it has: {', '.join(known)}.",
                do="Write --expected as one of them.",
            )
    return found


def _of_row(needle: str, opened: Opened, workspace: Workspace | None) -> dict[str, Any]:
    if workspace is None:
        raise InputError(
            f"Rows such as {needle!r} are looked up in the workspace, which is not at hand.",
            do="Name it: --workspace my-model; or give the text: --text 'WORDS'",
        )
    from warrant.flow.story import find_row

    row = bytes.fromhex(find_row(workspace, needle).row)
    step = opened.released.step("curate").statement
    manifest = next(one.digest for one in step.dependencies if one.name == "documents")
    names = [one.name for one in dataset_record(workspace.store, manifest).columns]
    for batch in read_dataset(workspace.store, manifest, names):
        places = pa.compute.index(batch.column(ROW_ID), pa.scalar(row, pa.binary(32))).as_py()
        if places >= 0:
            (cells,) = batch.slice(places, 1).to_pylist()
            kept = {name: tidy(cell) for name, cell in cells.items() if name not in OWN}
            return {**kept, "_row_id": row.hex()}
    raise InputError(
        f"The model of this bundle was not made of documents that hold the row {needle!r}.",
        do="Name a bundle of the latest run, or give the text: --text 'WORDS'",
    )


def _of_line(path: Path, line: int, opened: Opened) -> dict[str, Any]:
    from warrant.stages.ingest.sheet import read_sheet

    if not path.is_file():
        raise InputError(
            f"There is no file of answers at {str(path)!r}.",
            do=meant(path, "Name the file that `warrant predict` wrote."),
        )
    if path.suffix.lower() in RECORDS:
        return _of_record(path, line, opened)
    sheet = read_sheet(path)
    if not 1 <= line <= len(sheet.lines):
        raise InputError(
            f"{path.name!r} has {len(sheet.lines)} lines of answers, and line {line} is asked for.",
            do=f"Give --line from 1 to {len(sheet.lines)}.",
        )
    opened.answerer.require((*sheet.columns, "path"), f"The file of answers {path.name!r}")
    cells = zip(sheet.columns, sheet.lines[line - 1].cells, strict=True)
    return in_one_form(opened.released, {name: tidy(cell) for name, cell in cells})


def _of_record(path: Path, line: int, opened: Opened) -> dict[str, Any]:
    """Take one record of a table that is no sheet, as `warrant predict` reads it."""
    from warrant.flow.asked import Question, Source

    source = Source(Question(path, str(path)), opened.answerer, opened.rows)
    found = next(islice(source.ask(0), max(line - 1, 0), None), None) if line >= 1 else None
    if found is None or found.unread:
        raise InputError(
            f"{path.name!r} has no record {line} that can be read.",
            do="Give --line from 1 to the number of its records.",
        )
    opened.answerer.require((*found.cells, "path"), f"The file of answers {path.name!r}")
    return in_one_form(opened.released, found.cells)


def _given(inquiry: Inquiry, opened: Opened) -> dict[str, Any]:
    cells: dict[str, Any] = {name: tidy(cell) for name, cell in inquiry.cells.items()}
    texts = [one.column for one in opened.answerer.columns if one.read_as == "text"]
    if inquiry.text is not None:
        if len(texts) != 1:
            raise InputError(
                f"The model reads {len(texts)} columns of text: {', '.join(texts) or 'none'}.",
                do="Give each cell by its column: --cell NAME=VALUE",
            )
        cells[texts[0]] = inquiry.text
    opened.answerer.require(cells, "What is asked")
    return cells
