"""Writing a dataset: digests, commitments, root, fingerprint, shards, manifest, in one pass.

Law: manifest and commitments depend on rows alone, never on the size of batches or shards.

Source: DESIGN, section 4; docs/reference/formats.md, section 4.
"""

from __future__ import annotations

from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pyarrow as pa
import pyarrow.parquet as pq

from warrant.engine.columns import MEMBERS, OWN, ROW_ID, Batch, arrow_schema, cell_rows
from warrant.engine.spool import Spool
from warrant.kernel.layout import Layout, Shard
from warrant.kernel.merkle import leaf_hashes
from warrant.kernel.rows import Column as SchemaColumn
from warrant.kernel.rows import (
    RowDigest,
    RowId,
    Salt,
    commit_rows,
    fingerprint,
    members_key,
    row_digests,
    schema_digest,
)
from warrant.kernel.tree import Frontier
from warrant.records.claim import Link
from warrant.records.dataset import Column, Dataset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store
    from warrant.records.interfaces import Desk

SHARD_BYTES = 64 << 20
"""A shard is closed once it is this large; the last one of a dataset may be smaller."""

GROUP_BYTES = 16 << 20
"""Rows are compressed, and later read, in row groups of about this size."""

_LONG_CELL_BYTES = 64  # longer texts seldom repeat: a dictionary of them costs and saves nothing


class Written(NamedTuple):
    """A dataset that lies in the store."""

    manifest: Digest
    """Digest of the record: what is signed."""
    record: Dataset
    """The manifest itself."""

    def link(self, name: str | None = None) -> Link:
        """Name the dataset as an input or output of a step.

        Args:
            name: subject name; by default the dataset's own.

        Returns:
            The link for a claim.
        """
        record = self.record
        return Link(
            name=name or record.name,
            digest=self.manifest.hex,
            fingerprint=record.fingerprint,
            rows=record.rows,
        )


def write_dataset(
    desk: Desk,
    name: str,
    columns: Sequence[Column],
    batches: Iterable[Batch],
    counts: Mapping[str, int],
    *,
    sample: bool = False,
) -> Written:
    """Write a dataset from a stream of batches.

    Args:
        desk: store, salts and scratch folder.
        name: subject name, for example `documents`.
        columns: names and types, in order.
        batches: rows in order, as `make_batch` gives them; row ids differ from each other.
        counts: kept and dropped by reason; read after the last batch, so it may grow meanwhile.
        sample: true when only some rows of the source were taken.

    Returns:
        Manifest digest and record. Memory: one shard and one batch, whatever the number of rows.

    Raises:
        InputError: when columns clash or a cell has no JSON form.
    """
    with DatasetWriter(desk, name, columns) as writer:
        for batch in batches:
            writer.write(batch)
        return writer.finish(counts, sample=sample)


class DatasetWriter:
    """A dataset being written; `write_dataset` for those who feed several at once.

    Args:
        desk: store, salts and scratch folder.
        name: subject name.
        columns: names and types, in order.
        shard_bytes: size at which a shard is closed.
    """

    def __init__(
        self,
        desk: Desk,
        name: str,
        columns: Sequence[Column],
        shard_bytes: int = SHARD_BYTES,
    ) -> None:
        self.name = name
        self.columns = tuple(columns)
        self._desk = desk
        self._shards = ShardWriter(desk.store, arrow_schema(columns), shard_bytes)
        self._named = Spool(desk.scratch)  # id and digest of each row
        self._commitments = Spool(desk.scratch)
        self._tree = Frontier()

    def __enter__(self) -> DatasetWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._named.close()
        self._commitments.close()

    def write(
        self, batch: Batch, text_digests: Mapping[str, Sequence[bytes]] | None = None
    ) -> None:
        """Append rows.

        Args:
            batch: columns as `arrow_schema` names them, in any order.
            text_digests: by column of text, SHA-256 of each cell's UTF-8 bytes, where the caller
                has computed them already; every cell of such a column holds text.
        """
        if not batch.num_rows:
            return
        ids = cast("list[RowId]", batch.column(ROW_ID).to_pylist())
        digests = row_digests(cell_rows(self.columns, batch, text_digests or {}))
        keys = self._keys(cast("list[list[bytes]]", batch.column(MEMBERS).to_pylist()))
        commitments = commit_rows(keys, ids, digests)
        self._tree = self._tree.extend(leaf_hashes(commitments))
        self._commitments.write(b"".join(commitments))
        self._named.write(b"".join(chain.from_iterable(zip(ids, digests, strict=True))))
        self._shards.write(batch.select(self._shards.schema.names))

    def finish(self, counts: Mapping[str, int], *, sample: bool = False) -> Written:
        """Close the last shard and put commitments, manifest and layout into the store.

        Args:
            counts: kept and dropped by reason.
            sample: true when only some rows of the source were taken.

        Returns:
            Manifest digest and record.
        """
        shards = self._shards.finish()
        store = self._desk.store
        schema = schema_digest(SchemaColumn(one.name, one.type) for one in self.columns)
        record = Dataset(
            name=self.name,
            columns=self.columns,
            rows=self._tree.size,
            fingerprint=fingerprint(schema, self._tree.size, _pairs(self._named)).hex,
            root=self._tree.root().hex(),
            counts=dict(counts),
            sample=sample,
        )
        manifest = store.put(record.to_bytes())
        commitments = store.put(self._commitments.read())
        store.set_layout(Layout(manifest, commitments, shards))
        return Written(manifest, record)

    def _keys(self, members: list[list[bytes]]) -> list[Salt]:
        documents = list(dict.fromkeys(one for row in members for one in row))
        salts = self._desk.salts.salts_for(documents)
        by_document = dict(zip(documents, cast("list[Salt]", salts), strict=True))
        return [members_key([by_document[one] for one in row]) for row in members]


class ShardWriter:
    """Parquet shards on their way into the store.

    Args:
        store: where closed shards go.
        schema: of every shard.
        shard_bytes: size at which a shard is closed.
    """

    def __init__(self, store: Store, schema: pa.Schema, shard_bytes: int = SHARD_BYTES) -> None:
        self.schema = schema
        self._store = store
        self._shard_bytes = shard_bytes
        self._shards: list[Shard] = []
        self._waiting: list[Batch] = []
        self._waiting_bytes = 0
        self._sink = BytesIO()  # grows in place, where Arrow's own stream copies
        self._file: Any = None
        self._rows = 0

    def write(self, batch: Batch) -> None:
        """Append rows.

        Args:
            batch: with the schema of the shards.
        """
        self._waiting.append(batch)
        self._waiting_bytes += batch.nbytes
        if self._waiting_bytes >= GROUP_BYTES:
            self._write_groups()
        if self._sink.tell() >= self._shard_bytes:
            self.close_shard()

    def close_shard(self) -> None:
        """Put what was written since the last shard into the store as one blob."""
        self._write_groups()
        if self._file is None:
            return
        self._file.close()
        data = self._sink.getvalue()
        digest = self._store.put(data)
        self._shards.append(Shard(self._rows, digest, len(data)))
        self._file, self._sink, self._rows = None, BytesIO(), 0

    def _write_groups(self) -> None:
        if not self._waiting:
            return
        table = pa.Table.from_batches(self._waiting, self.schema)
        if self._file is None:
            self._file = self._open(table)
        groups = -(-self._waiting_bytes // (2 * GROUP_BYTES))  # one huge batch makes several
        self._file.write_table(table, row_group_size=-(-table.num_rows // groups))
        self._rows += table.num_rows
        self._waiting, self._waiting_bytes = [], 0

    def _open(self, first: pa.Table) -> pq.ParquetWriter:
        return pq.ParquetWriter(
            self._sink,
            self.schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=_repeating(first),
            write_statistics=False,  # least and greatest values would be row text in a footer
        )

    def finish(self) -> tuple[Shard, ...]:
        """Close the last shard.

        Returns:
            All shards in order.
        """
        self.close_shard()
        return tuple(self._shards)


def _repeating(table: pa.Table) -> list[str]:
    cells = [field for field in table.schema if field.name not in OWN]
    rows = max(1, table.num_rows)
    return [
        field.name
        for field in cells
        if table.column(field.name).nbytes / rows <= _LONG_CELL_BYTES
        and not pa.types.is_nested(field.type)
    ]


def _pairs(spool: Spool) -> Iterator[tuple[RowId, RowDigest]]:
    for chunk in spool.chunks(64):
        for at in range(0, len(chunk), 64):
            yield RowId(chunk[at : at + 32]), RowDigest(chunk[at + 32 : at + 64])
