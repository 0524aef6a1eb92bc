"""Reading a dataset back: its record, its batches, and its rows as the kernel checks them.

Law: what `read_dataset` gives is what `write_dataset` was given, batch borders aside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import pyarrow as pa
import pyarrow.parquet as pq

from warrant.engine.columns import MEMBERS, OWN, ROW_ID, Batch, arrow_schema, cell_rows
from warrant.errors import IntegrityError
from warrant.kernel.rows import RowDigest, RowId, row_digests
from warrant.records.claim import Link
from warrant.records.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from warrant.kernel.digest import Digest
    from warrant.kernel.layout import Shard
    from warrant.kernel.store import Store
    from warrant.records.dataset import Column


class RowToCheck(NamedTuple):
    """One present row, with its digest computed again from its cells."""

    id: RowId
    """The row's id as the shard says it."""
    members: tuple[bytes, ...]
    """Document digests, the leading one first."""
    digest: RowDigest
    """Of the cells as they lie in the shard."""


def dataset_record(store: Store, manifest: Digest) -> Dataset:
    """Read a dataset's manifest.

    Args:
        store: where it lies.
        manifest: its digest.

    Returns:
        The record.
    """
    return Dataset.from_bytes(store.get(manifest))


def link_dataset(store: Store, name: str, manifest: Digest) -> Link:
    """Name a dataset as an input of a step.

    Args:
        store: where it lies.
        name: of the input.
        manifest: digest of its manifest.

    Returns:
        The link for a claim.
    """
    record = dataset_record(store, manifest)
    return Link(name=name, digest=manifest.hex, fingerprint=record.fingerprint, rows=record.rows)


def read_dataset(
    store: Store, manifest: Digest, columns: Sequence[str] | None = None
) -> Iterator[Batch]:
    """Read the rows of a dataset in order.

    Args:
        store: where they lie.
        manifest: digest of the dataset's manifest.
        columns: names of the columns wanted, in this order; None for all. `_row_id`, `_members`
            and `_locator` always come first.

    Yields:
        Batches of about 16 MB. An erased row has nulls everywhere but in `_locator`.

    Raises:
        IntegrityError: when shards and manifest do not fit together.
    """
    record = dataset_record(store, manifest)
    schema = arrow_schema(record.columns)
    if columns is not None:
        schema = pa.schema([schema.field(name) for name in (*OWN, *columns)])
    rows = 0
    for shard in store.layout(manifest).shards:
        for batch in read_shard(store, shard, schema):
            rows += batch.num_rows
            yield batch
    if rows != record.rows:
        raise IntegrityError(
            f"Dataset {record.name!r} ({manifest.short}) has {record.rows} rows, "
            f"its shards hold {rows}.",
            do="Restore the store from a backup.",
        )


def read_shard(store: Store, shard: Shard, schema: pa.Schema) -> Iterator[Batch]:
    """Read one shard, a row group at a time.

    Args:
        store: where it lies.
        shard: as the layout names it.
        schema: the columns wanted.

    Yields:
        One batch for each row group.

    Raises:
        IntegrityError: when the shard has other columns, or another number of rows.
    """
    with store.open(shard.sha256) as data:
        file = pq.ParquetFile(data)
        absent = [name for name in schema.names if name not in file.schema_arrow.names]
        if absent or file.metadata.num_rows != shard.rows:
            raise IntegrityError(
                f"Shard {shard.sha256.short} does not hold what its layout says: {shard.rows} rows "
                f"with the columns {', '.join(schema.names)}.",
                do="Restore the store from a backup.",
            )
        yield from _read_file(file, schema)


def row_reader(store: Store, manifest: Digest) -> Iterator[RowToCheck | None]:
    """Give the rows of a dataset as verification wants them.

    Args:
        store: where they lie.
        manifest: digest of the dataset's manifest.

    Yields:
        Id, members and recomputed digest of each row in order; None for an erased one.
    """
    columns = dataset_record(store, manifest).columns
    for batch in read_dataset(store, manifest):
        yield from _rows_to_check(columns, batch)


def read_rows(manifest: bytes, shards: Sequence[BinaryIO]) -> Iterator[RowToCheck | None]:
    """Give the rows of a dataset from files that the caller has opened.

    Args:
        manifest: the manifest's bytes.
        shards: its Parquet files in order.

    Yields:
        Id, members and recomputed digest of each row in order; None for an erased one.

    Raises:
        IntegrityError: when a file is no shard of this dataset.
    """
    columns = Dataset.from_bytes(manifest).columns
    schema = arrow_schema(columns)
    for shard in shards:
        try:
            for batch in _read_file(pq.ParquetFile(shard), schema):
                yield from _rows_to_check(columns, batch)
        except (pa.ArrowException, KeyError, OSError) as error:
            raise IntegrityError(
                "A shard cannot be read as rows of its dataset.",
                do="Restore the store from a backup.",
            ) from error


def _read_file(file: pq.ParquetFile, schema: pa.Schema) -> Iterator[Batch]:
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=schema.names, use_threads=False)
        yield from table.select(schema.names).cast(schema).combine_chunks().to_batches()


def _rows_to_check(columns: Sequence[Column], batch: Batch) -> Iterator[RowToCheck | None]:
    present = batch.filter(batch.column(ROW_ID).is_valid())
    ids = cast("list[RowId]", present.column(ROW_ID).to_pylist())
    members = cast("list[list[bytes]]", present.column(MEMBERS).to_pylist())
    digests = row_digests(cell_rows(columns, present))
    rows = map(RowToCheck, ids, map(tuple, members), digests)
    for is_present in batch.column(ROW_ID).is_valid().to_pylist():
        yield next(rows) if is_present else None
