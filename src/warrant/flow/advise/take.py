"""Taking back labels that a person corrected: a file beside the recipe, and her signature on it."""

from __future__ import annotations

import csv
import difflib
import io
from typing import TYPE_CHECKING, NamedTuple

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import ROW_ID
from warrant.errors import InputError
from warrant.flow.advise.sheet import read_judged, stands_as_shown
from warrant.flow.plan import digest_of
from warrant.kernel.digest import Digest
from warrant.kernel.draft import Act
from warrant.kernel.durable import TEMPORARY, write_file
from warrant.kernel.statement import Subject
from warrant.models.examples import LabelColumn
from warrant.stages.curate.builtin.corrections import HEADER, NAME, read_corrections

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.advise.rows import AdvisedRows
    from warrant.flow.advise.sheet import Judged
    from warrant.flow.commit import Committed, Pen
    from warrant.flow.workspace import Workspace

FILE = "corrections.csv"
"""Beside the recipe."""
QUESTION = "label-corrections"
"""What the signed act answers."""


class Taken(NamedTuple):
    """What was taken back."""

    corrected: int
    """Labels of the sheet that differ from what the rows say."""
    confirmed: int
    """Rows of which the person says that their label is right."""
    listed: int
    """Corrections in the file, earlier ones among them."""
    path: Path
    """The file."""
    lines: tuple[str, ...]
    """What to write into the recipe; nothing when the filter stands there."""
    committed: Committed
    """The signed act."""


def take_corrections(pen: Pen, rows: AdvisedRows, sheet: Path, reason: str) -> Taken:
    """Take back a judged sheet.

    Args:
        pen: of the person who judged; the workspace's lock is held.
        rows: that the sheet is about.
        sheet: as a person filled it in.
        reason: in her own words: what the judgement rests on.

    Returns:
        What was taken.

    Raises:
        InputError: when the sheet has no right label, names a row that is not there, or a label
            that no row has; no cell is quoted. Or the answers are places.
    """
    if rows.config.task == "spans":
        raise InputError(
            "Places are not corrected by a sheet: it has one label a row, and no ends.",
            do=f"Correct the places in the source itself, then: warrant run {pen.workspace.root}",
        )
    judged = read_judged(sheet)
    if not judged:
        raise InputError(
            f"{sheet.name!r} has no right label yet.",
            do="Write the right label into its last column, of each row that you have judged.",
        )
    path = pen.workspace.root / FILE
    known = read_corrections(path) if path.is_file() else {}
    found = {row.hex(): (one.says, one.right) for row, one in known.items()}
    places = {row.hex(): place for place, row in enumerate(rows.row_ids)}
    firsts = _first_labels(pen.workspace, rows)
    corrected = 0
    taken: dict[str, str] = {}
    for one in judged:
        place = places.get(one.row)
        if place is None:
            raise _no_row(sheet, one)
        if not stands_as_shown(rows, place, one.shown):
            raise _other_row(sheet, one)
        right = _known(rows, one, sheet)
        if taken.setdefault(one.row, right) != right:
            raise _twice(sheet, one)
        says = rows.config.label_separator.join(rows.examples.labels[place])
        first = firsts.get(one.row, says)
        found[one.row] = (first, right)
        if right == first:
            del found[one.row]  # an earlier correction is taken back, if there was one
        corrected += right != says
    words = f"{corrected} labels corrected, {len(judged) - corrected} found right"
    committed = _signed(pen, path, _written(found), (reason, words))
    confirmed = len(judged) - corrected
    return Taken(corrected, confirmed, len(found), path, _lines(pen, rows), committed)


def _signed(pen: Pen, path: Path, data: bytes, said: tuple[str, str]) -> Committed:
    """Sign the corrections, then put them where a run reads them: none lies there unsigned."""
    reason, words = said
    draft = path.with_name(f"{TEMPORARY}{FILE}")
    try:
        write_file(draft, data)
        digest = Digest(pen.workspace.vault.keyed(digest_of(draft)))
        act = Act("answer", Subject("corrections", digest), reason,
                  {"question": QUESTION, "answer": words})  # fmt: skip
        committed = pen.act(act)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return committed


def _first_labels(workspace: Workspace, rows: AdvisedRows) -> dict[str, str]:
    """Give the label of each row before any correction, by row id."""
    ingest = workspace.index.latest("ingest")
    if ingest is None:
        return {}
    made = workspace.index.links(ingest.position, "subject")
    manifest = Digest.from_hex(made["documents"])
    label = LabelColumn(rows.config.label, rows.config.task, rows.config.label_separator)
    if label.name not in {one.name for one in dataset_record(workspace.store, manifest).columns}:
        return {}
    found = {}
    for batch in read_dataset(workspace.store, manifest, (label.name,)):
        cells = zip(
            batch.column(ROW_ID).to_pylist(), batch.column(label.name).to_pylist(), strict=True
        )
        for row, cell in cells:
            labels = None if row is None else label.read(cell)
            if labels is not None:
                found[row.hex()] = label.separator.join(labels)
    return found


def _known(rows: AdvisedRows, one: Judged, sheet: Path) -> str:
    """Give the right label as rows write it; several sorted, each once."""
    labels = {label for found in rows.examples.labels for label in found}
    several = rows.config.task == "multilabel"
    parts = one.label.split(rows.config.label_separator) if several else [one.label]
    named = sorted({part.strip() for part in parts if part.strip()})
    for name in named:
        if name not in labels:
            near = difflib.get_close_matches(name, sorted(labels), n=1, cutoff=0.5)
            raise InputError(
                f"{sheet.name!r}, line {one.line}: no row has this label.",
                do=f"Write it as rows do, for example {(near or sorted(labels))[0]!r}, and take "
                "the sheet again.",
            )
    return rows.config.label_separator.join(named)


def _no_row(sheet: Path, one: Judged) -> InputError:
    return InputError(
        f"{sheet.name!r}, line {one.line}: no training or validation row has this id.",
        do="Write the sheet anew (warrant advise --suspects suspects.xlsx): the rows were divided "
        "again since.",
    )


def _other_row(sheet: Path, one: Judged) -> InputError:
    return InputError(
        f"{sheet.name!r}, line {one.line}: the row no longer says what the sheet shows.",
        do="Write the sheet anew (warrant advise --suspects suspects.xlsx) and judge it again: the "
        "data or labels were changed since.",
    )


def _twice(sheet: Path, one: Judged) -> InputError:
    return InputError(
        f"{sheet.name!r}, line {one.line}: a line above gives the same row another right label.",
        do="Leave one line of each row, and take the sheet again.",
    )


def _written(found: dict[str, tuple[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(HEADER)
    lines.writerows((row, *said) for row, said in sorted(found.items()))
    return out.getvalue().encode()


def _lines(pen: Pen, rows: AdvisedRows) -> tuple[str, ...]:
    """Give what the recipe needs: the whole list, since a list replaces what holds without one."""
    from warrant.flow.recipe import read_recipe

    recipe = read_recipe(pen.workspace.recipe_path)
    if any(one.name == NAME for one in recipe.curate):
        return ()
    several = ', separator: "' + rows.config.label_separator + '"'
    more = several if rows.config.task == "multilabel" else ""
    line = f"  - {NAME}: {{file: {FILE}, column: {rows.config.label}{more}}}"
    if "curate" in recipe.model_fields_set:
        return (line,)
    return ("curate:", line, *(f"  - {one.name}" for one in recipe.curate))
