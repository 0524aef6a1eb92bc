"""Writing datasets into a folder: the rows, and a page that says what they are."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from warrant.engine import arrow_schema, dataset_record, read_dataset
from warrant.engine.columns import ROW_ID
from warrant.errors import InputError
from warrant.flow.datasets import versions as versions_of
from warrant.flow.export.croissant import croissant
from warrant.flow.export.facts import Part, gather
from warrant.flow.export.harness import Harness, harness_of, labels_in
from warrant.flow.export.hub import hub_page
from warrant.flow.export.training import MANIFEST, manifest, shape_of
from warrant.flow.recipe import read_recipe
from warrant.flow.workspace import RECIPE
from warrant.kernel.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from warrant.flow.datasets import Version
    from warrant.flow.export.harness import Program
    from warrant.flow.export.training import Form, Shape
    from warrant.flow.workspace import Workspace

Format = Literal["parquet", "jsonl", "huggingface", "croissant"]
FORMATS: tuple[Format, ...] = ("parquet", "jsonl", "huggingface", "croissant")
"""What an export may be written as."""


@dataclass(frozen=True)
class Exported:
    """One file of an export."""

    path: Path
    """Where it lies."""
    rows: int | None
    """Rows in it; None for a page."""
    size: int
    """Bytes."""
    sha256: str
    """Hex."""


def export_datasets(
    workspace: Workspace,
    versions: Sequence[Version],
    folder: Path,
    form: Format,
    shape: Shape | Harness | None = None,
) -> list[Exported]:
    """Write datasets in a format of other people's.

    Args:
        workspace: in which they lie.
        versions: which ones; no two of one name.
        folder: is made; what it holds appears at once or not at all.
        form: `parquet` or `jsonl`, a file each; `huggingface`, a folder that `datasets` loads;
            `croissant`, Parquet with a Croissant 1.1 description.
        shape: how rows are written for training, as `parquet` or `jsonl`, or for an evaluation
            program, as `jsonl`; None: as they are.

    Returns:
        The files.

    Raises:
        InputError: when the folder exists already, two datasets bear one name, or rows of that
            shape are no part of the format.
        IntegrityError: when a shard is missing or damaged.
    """
    names = [one.name for one in versions]
    if len(set(names)) != len(names):
        raise InputError(
            f"Two of the datasets are called alike: {', '.join(names)}.",
            do="Export them into two folders.",
        )
    if shape is not None and form not in ("parquet", "jsonl"):
        raise InputError(
            f"Rows for training are written as parquet or jsonl, not as {form}.",
            do="Write --format jsonl, or leave --as out.",
        )
    if isinstance(shape, Harness) and form != "jsonl":
        raise InputError(
            f"A task of {shape.form} reads jsonl, not {form}.", do="Write --format jsonl."
        )
    if folder.exists():
        raise InputError(
            f"{str(folder)!r} exists already.", do="Name a folder that does not: -o FOLDER"
        )
    draft = folder.with_name(f"tmp-{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True)
        parts = [_write(workspace, one, draft, form, shape) for one in versions]
        pages = _pages(workspace, versions, parts, form, shape)
        for name, text in pages.items():
            (draft / name).write_text(text, "utf-8", newline="\n")
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    found = [Exported(folder / one.file, one.rows, one.size, one.sha256) for one in parts]
    for name in pages:
        data = (folder / name).read_bytes()
        found.append(Exported(folder / name, None, len(data), hashlib.sha256(data).hexdigest()))
    return found


def _pages(
    workspace: Workspace,
    versions: Sequence[Version],
    parts: Sequence[Part],
    form: Format,
    shape: Shape | Harness | None,
) -> dict[str, str]:
    """Give what lies beside the rows: text by file name."""
    if isinstance(shape, Harness):
        return shape.pages(parts)
    if shape is not None:
        return {MANIFEST: manifest(shape, parts)}
    if form not in ("croissant", "huggingface"):
        return {}
    facts = gather(workspace, versions, parts)
    if form == "huggingface":
        return {"README.md": hub_page(facts)}
    return {"croissant.json": json.dumps(croissant(facts), indent=2, ensure_ascii=False) + "\n"}


def written_as(
    workspace: Workspace, versions: Sequence[Version], form: Form | Program | None
) -> Shape | Harness | None:
    """Say how rows are written for training or evaluation programs, by the workspace's recipe.

    Args:
        workspace: in which they lie.
        versions: which datasets.
        form: as `--as` names it; None: rows as they are.

    Returns:
        What `export_datasets` takes.

    Raises:
        InputError: when the recipe's task has no such form.
    """
    if form is None:
        return None
    recipe = read_recipe(workspace.root / RECIPE)
    if form != "lm-eval" and form != "inspect":
        return shape_of(form, recipe)
    learnt = [one for one in (_latest(workspace, "train"),) if one is not None]
    labels = (labels_in(recipe, _rows(workspace, one)) for one in (*learnt, *versions))
    return harness_of(form, recipe, sorted(set().union(*labels)))


def _latest(workspace: Workspace, name: str) -> Version | None:
    return next((one for one in versions_of(workspace) if one.name == name and one.is_latest), None)


def _write(
    workspace: Workspace,
    version: Version,
    folder: Path,
    form: Format,
    shape: Shape | Harness | None,
) -> Part:
    write = _jsonl if form == "jsonl" else _parquet
    file = {
        "parquet": f"{version.name}.parquet",
        "jsonl": f"{version.name}.jsonl",
        "huggingface": f"data/{version.name}-00000-of-00001.parquet",
        "croissant": f"data/{version.name}.parquet",
    }[form]
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    columns = dataset_record(workspace.store, Digest.from_hex(version.manifest)).columns
    if shape is None:
        rows = write(path, arrow_schema(columns), lambda: _rows(workspace, version))
    else:
        rows = write(path, shape.schema, lambda: shape.batches(_rows(workspace, version)))
    with path.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    return Part(version.name, file, rows, path.stat().st_size, digest, columns, version)


def _rows(workspace: Workspace, version: Version) -> Iterator[pa.RecordBatch]:
    """Give the rows that are there, without what is ours."""
    for batch in read_dataset(workspace.store, Digest.from_hex(version.manifest)):
        present = batch.filter(batch.column(ROW_ID).is_valid())
        yield present.select([name for name in present.schema.names if not name.startswith("_")])


def _parquet(path: Path, schema: pa.Schema, rows: Callable[[], Iterator[pa.RecordBatch]]) -> int:
    wanted = pa.schema([field for field in schema if not field.name.startswith("_")])
    count = 0
    with pq.ParquetWriter(path, wanted, compression="zstd") as writer:
        for batch in rows():
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _jsonl(path: Path, schema: pa.Schema, rows: Callable[[], Iterator[pa.RecordBatch]]) -> int:  # noqa: ARG001 - as `_parquet`
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for batch in rows():
            for row in batch.to_pylist():
                out.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
            count += batch.num_rows
    return count


def _plain(value: Any) -> str:  # noqa: ANN401 - dates and instants
    return str(value.isoformat())
