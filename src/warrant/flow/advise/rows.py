"""The rows that advice is about: training and validation of the last run, never those of a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import ROW_ID
from warrant.errors import InputError
from warrant.flow.addition import Addition
from warrant.flow.plan_train import train_config
from warrant.flow.recipe import read_recipe
from warrant.flow.row_sources import row_sources
from warrant.kernel.digest import Digest
from warrant.models.examples import Examples, LabelColumn, collect
from warrant.records.claim import Claim
from warrant.records.model import Model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.flow.recipe import Recipe
    from warrant.flow.workspace import Workspace
    from warrant.stages.train import TrainConfig

TASKS = ("binary", "multiclass", "multilabel", "spans", "pairs", "choice")
"""Kinds of tasks that advice is given on."""
PARTS = ("train", "validation")
SOURCE = "source"
"""Name under which the sources of the recipe are valued beside columns."""
FEWEST = 20
"""Rows without which nothing is said at all."""


@dataclass(frozen=True)
class AdvisedRows:
    """Rows with labels, and what is known of each."""

    examples: Examples
    """Inputs and slices by column; labels."""
    row_ids: tuple[bytes, ...]
    """Of each row."""
    paths: tuple[str, ...]
    """Of each row: the file it comes from."""
    parts: tuple[str, ...]
    """Of each row: `train` or `validation`."""
    groups: tuple[object, ...]
    """Of each row, what keeps it with others."""
    slices: dict[str, tuple[str, ...]]
    """By what rows are valued: of each row the source, or the cell of a column as text."""
    config: TrainConfig
    """What is read and answered."""
    strength: float | None
    """That the last model chose, where it was linear."""


def read_rows(workspace: Workspace, by: Sequence[str] = ()) -> AdvisedRows:
    """Read the rows of the last run.

    Args:
        workspace: in which it ran.
        by: columns by whose values rows are valued, besides those of `evaluate: slices:`.

    Returns:
        The rows with a label.

    Raises:
        InputError: when nothing was divided yet, the task has no labels to advise on, a column is
            missing, or there are too few rows.
    """
    recipe = read_recipe(workspace.recipe_path)
    if recipe.task.kind not in TASKS:
        raise InputError(
            f"Advice is about labels, and the task {recipe.task.kind!r} has none to learn by.",
            do=f"It is given on: {', '.join(TASKS)}.",
        )
    split = workspace.index.latest("split")
    if split is None:
        raise InputError("No rows were divided yet.", do=f"Run: warrant run {workspace.root}")
    made = workspace.index.links(split.position, "subject")
    manifests = {part: Digest.from_hex(made[part]) for part in PARTS}
    columns = tuple(dict.fromkeys((*recipe.evaluate.slices, *by)))
    _require(columns, workspace, manifests["train"], recipe.task.answer)
    return _gather(workspace, recipe, manifests, columns)


def _require(names: Sequence[str], workspace: Workspace, manifest: Digest, label: str) -> None:
    known = [one.name for one in dataset_record(workspace.store, manifest).columns]
    for name in names:
        if name not in known or name == label:
            others = ", ".join(one for one in known if one != label)
            raise InputError(
                f"Rows cannot be valued by {name!r}: "
                f"{'it is the answer' if name == label else 'there is no such column'}.",
                do=f"Name another after --by: {others}.",
            )


def _require_read(
    names: Sequence[str], workspace: Workspace, manifest: Digest, config: TrainConfig
) -> None:
    """Refuse a recipe that was changed since the rows were divided."""
    known = {one.name for one in dataset_record(workspace.store, manifest).columns}
    missing = [name for name in (*names, config.label) if name not in known]
    if missing:
        raise InputError(
            f"The recipe reads the column {missing[0]!r}, and the rows of the last run have none.",
            do=f"Correct the recipe, or make the rows again: warrant run {workspace.root}",
        )


def _require_no_text(columns: Sequence[str], config: TrainConfig) -> None:
    """Refuse to list the texts of rows as if they were groups of rows."""
    texts = {one.column for one in config.inputs if one.read_as == "text"}
    for name in columns:
        if name in texts:
            raise InputError(
                f"Rows cannot be valued by {name!r}: it is text that the model reads.",
                do="Name a column with few values after --by.",
            )


def _gather(
    workspace: Workspace, recipe: Recipe, manifests: dict[str, Digest], columns: tuple[str, ...]
) -> AdvisedRows:
    config = cast("TrainConfig", train_config(recipe, Addition(workspace.root)))
    label = LabelColumn(config.label, config.task, config.label_separator)
    group = recipe.split.group
    kept = tuple(dict.fromkeys((*config.names, *columns, "path", *([group] if group else []))))
    _require_read(kept, workspace, manifests["train"], config)
    _require_no_text(columns, config)
    whole = Examples({name: [] for name in kept})
    ids: list[bytes] = []
    parts: list[str] = []
    for part, manifest in manifests.items():
        found = collect(read_dataset(workspace.store, manifest, (*kept, label.name)), kept, label)
        known = _ids(workspace, manifest)
        ids += [known[position] for position in found.positions]
        parts += [part] * len(found)
        for name in kept:
            whole.columns[name] = [*whole.columns[name], *found.columns[name]]
        whole.labels.extend(found.labels)
        whole.spans.extend(found.spans)
        whole.documents.extend(found.documents)
    whole.positions.extend(range(len(whole.labels)))
    least = 1 if config.task == "spans" else 2  # a word may be part of no place
    if len(whole) < FEWEST or len({one for row in whole.labels for one in row}) < least:
        raise InputError(
            f"There are {len(whole)} rows with a label: too few, or all with the same one.",
            do=f"Add rows: from {FEWEST} rows of two labels on, something can be said.",
        )
    slices = {name: tuple(map(_text, whole.columns[name])) for name in columns}
    sources = _sources(workspace, ids)
    return AdvisedRows(
        examples=whole,
        row_ids=tuple(ids),
        paths=tuple(str(path) for path in whole.columns["path"]),
        parts=tuple(parts),
        groups=tuple(whole.columns[group]) if group else tuple(whole.documents),
        slices={SOURCE: sources, **slices} if sources else slices,
        config=config,
        strength=_strength(workspace),
    )


def _ids(workspace: Workspace, manifest: Digest) -> list[bytes]:
    return [
        one
        for batch in read_dataset(workspace.store, manifest, [])
        for one in batch.column(ROW_ID).to_pylist()
    ]


def _sources(workspace: Workspace, ids: Sequence[bytes]) -> tuple[str, ...]:
    """Say which source each row comes from; nothing where there is one, or it cannot be told."""
    ingest = workspace.index.latest("ingest")
    if ingest is None:
        return ()
    made = workspace.index.links(ingest.position, "subject")
    claim = Claim.from_bytes(workspace.store.get(Digest.from_hex(made["claim"])))
    documents = Digest.from_hex(made["documents"])
    order = _ids(workspace, documents)
    if len(claim.sources) < 2:
        return ()
    of = row_sources(workspace.store, documents, claim.sources)
    if of is None:
        return ()
    names = [claim.sources[place].name for place in of.tolist()]
    found = dict(zip(order, names, strict=True))
    return tuple(found.get(one, "") for one in ids)


def _strength(workspace: Workspace) -> float | None:
    train = workspace.index.latest("train")
    if train is None:
        return None
    made = workspace.index.links(train.position, "subject")
    model = Model.from_bytes(workspace.store.get(Digest.from_hex(made["model"])))
    chosen = model.settings.get("strength") if model.kind in ("linear", "matching") else None
    return float(chosen) if isinstance(chosen, int | float) else None


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def inputs_of(rows: AdvisedRows, row: int) -> Iterator[tuple[str, Any]]:
    """Give the cells that the model reads of one row.

    Args:
        rows: all of them.
        row: which, from 0.

    Yields:
        Column and cell.
    """
    for name in rows.config.names:
        yield name, rows.examples.columns[name][row]
