"""The tables of a branch: what kept rows together, or for one part, before they were exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import MEMBERS, NEAR_CLUSTER, ROW_ID, SOURCE_PART
from warrant.kernel.digest import Digest
from warrant.stages.split.unit import Ties, find_units

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.flow.datasets import Version
    from warrant.flow.workspace import Workspace

TOGETHER = "kept_together"
"""Column of a branch: rows with the same number share a document or a group."""

_GIVEN = (NEAR_CLUSTER, SOURCE_PART, TOGETHER)
"""Columns that a run of the branch gives anew."""


def numbers_of(workspace: Workspace, version: Version, group: str | None) -> list[int]:
    """Number the rows by what they share.

    Args:
        workspace: in which they lie.
        version: whose rows, those that were not erased.
        group: the column whose equal values keep rows together too; None: none.

    Returns:
        A number a row, in order; empty when no two rows share a document.
    """
    manifest = Digest.from_hex(version.manifest)
    names = [column.name for column in dataset_record(workspace.store, manifest).columns]
    columns = [group] if group in names and group is not None else []
    ties: list[Ties] = []
    documents: set[bytes] = set()
    share = False
    for batch in read_dataset(workspace.store, manifest, columns):
        present = batch.filter(batch.column(ROW_ID).is_valid())
        cells = present.column(columns[0]).to_pylist() if columns else [None] * present.num_rows
        for members, cell in zip(present.column(MEMBERS).to_pylist(), cells, strict=True):
            share = share or not documents.isdisjoint(members)
            documents.update(members)
            others = () if cell is None else (repr(cell).encode(),)
            ties.append(Ties(tuple(members), others))
    if not share:
        return []
    numbers = [0] * len(ties)
    for number, unit in enumerate(find_units(ties, seed=0), start=1):
        for row in unit.rows:
            numbers[row] = number
    return numbers


def divide(path: Path, numbers: Sequence[int], *, by_part: bool) -> dict[str | None, str]:
    """Write rows that were exported as the tables of a branch, without what split and ingest gave.

    Args:
        path: a Parquet file; in its place there is a file for each part that a source was given
            for, such as `rows-test.parquet`, and `rows.parquet` for what was given for none.
        numbers: what keeps each row together with others; empty: nothing does.
        by_part: keep these parts apart; else they are forgotten.

    Returns:
        Name of each file, by part.
    """
    draft = path.with_name(f"tmp-{path.name}")
    path.rename(draft)
    writers: dict[str | None, pq.ParquetWriter] = {}
    names: dict[str | None, str] = {}
    try:
        with pq.ParquetFile(draft) as source:
            kept = [one for one in source.schema_arrow if one.name not in _GIVEN]
            schema = pa.schema([*kept, *([pa.field(TOGETHER, pa.int64())] if numbers else [])])
            start = 0
            for batch in source.iter_batches():
                columns = [batch.column(one.name) for one in kept]
                if numbers:
                    columns.append(pa.array(numbers[start : start + batch.num_rows], pa.int64()))
                start += batch.num_rows
                rows = pa.RecordBatch.from_arrays(columns, schema=schema)
                parts = _parts(batch) if by_part else [None] * batch.num_rows
                for part in sorted(set(parts) or {None}, key=str):
                    if part not in writers:
                        names[part] = path.name if part is None else f"{path.stem}-{part}.parquet"
                        writers[part] = pq.ParquetWriter(path.with_name(names[part]), schema)
                    writers[part].write_batch(rows.filter(pa.array(one == part for one in parts)))
    finally:
        for writer in writers.values():
            writer.close()
    draft.unlink()
    return names


def _parts(batch: pa.RecordBatch) -> list[str | None]:
    given = SOURCE_PART in batch.schema.names
    return batch.column(SOURCE_PART).to_pylist() if given else [None] * batch.num_rows
