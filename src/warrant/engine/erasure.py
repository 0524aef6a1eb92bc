"""Taking documents out of datasets: cells become null, places and every other commitment stay.

Law: `erase_rows` changes no commitment, no count and no cell of any other row.

Source: docs/reference/formats.md, section 4, "Shard".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from warrant.engine.columns import LOCATOR, MEMBERS, Batch, arrow_schema
from warrant.engine.reader import dataset_record, read_shard
from warrant.engine.writer import ShardWriter
from warrant.kernel.layout import Layout, Shard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store


class Erased(NamedTuple):
    """What erasing did to one dataset."""

    positions: tuple[int, ...]
    """Places of the rows erased now, from 0."""
    retired: tuple[Digest, ...]
    """Shards that the new layout no longer names; they still hold the rows' text."""


def erase_documents(
    store: Store, manifests: Iterable[Digest], documents: Iterable[bytes]
) -> Mapping[Digest, tuple[int, ...]]:
    """Erase documents from several datasets, then delete the shards that held them.

    Args:
        store: where the datasets lie.
        manifests: digests of all manifests that may hold a row of them.
        documents: digests of the documents, 32 raw bytes each.

    Returns:
        Positions erased, by manifest; a manifest without any is left out.
    """
    gone = frozenset(documents)
    done = {manifest: erase_rows(store, manifest, gone) for manifest in manifests}
    retired = {shard for erased in done.values() for shard in erased.retired}
    store.delete(*sorted(retired))  # last: two datasets may share a shard
    return {manifest: erased.positions for manifest, erased in done.items() if erased.positions}


def erase_rows(store: Store, manifest: Digest, documents: Iterable[bytes]) -> Erased:
    """Rewrite the shards of one dataset that hold a row of these documents.

    Args:
        store: where the dataset lies.
        manifest: digest of its manifest, which stays as it is.
        documents: digests of the documents, 32 raw bytes each; a row goes with any of its members.

    Returns:
        Positions erased, and the shards to delete once no other dataset needs them.
    """
    schema = arrow_schema(dataset_record(store, manifest).columns)
    layout = store.layout(manifest)
    gone = pa.array(sorted(set(documents)), pa.binary(32))
    shards: list[Shard] = []
    positions: list[int] = []
    start = 0
    for shard in layout.shards:
        hits = _find(store, shard, gone)
        if hits.any():
            shards += _rewrite(store, shard, schema, hits)
            positions += (np.flatnonzero(hits) + start).tolist()
        else:
            shards.append(shard)
        start += shard.rows
    kept = {shard.sha256 for shard in shards}
    retired = tuple(one.sha256 for one in layout.shards if one.sha256 not in kept)
    if positions:
        store.set_layout(Layout(manifest, layout.commitments, tuple(shards)))
    return Erased(tuple(positions), retired)


def _find(store: Store, shard: Shard, gone: pa.Array) -> NDArray[np.bool_]:
    """Say for each row of a shard whether one of its members is gone."""
    import pyarrow.compute as pc  # dear to import, and only erasure computes

    schema = pa.schema([arrow_schema(()).field(MEMBERS)])
    found = [np.zeros(0, bool)]
    for batch in read_shard(store, shard, schema):
        members = batch.column(MEMBERS)
        hit = np.zeros(batch.num_rows, bool)
        parents = members.value_parent_indices().to_numpy(zero_copy_only=False)
        is_gone = pc.is_in(members.flatten(), value_set=gone).to_numpy(zero_copy_only=False)
        hit[parents[is_gone]] = True
        found.append(hit)
    return np.concatenate(found)


def _rewrite(
    store: Store, shard: Shard, schema: pa.Schema, hits: NDArray[np.bool_]
) -> tuple[Shard, ...]:
    writer = ShardWriter(store, schema, shard_bytes=2**63)
    start = 0
    for batch in read_shard(store, shard, schema):
        writer.write(_blank(batch, hits[start : start + batch.num_rows]))
        start += batch.num_rows
    return writer.finish()


def _blank(batch: Batch, hits: NDArray[np.bool_]) -> Batch:
    """Give the batch with nulls in the rows that are hit; the bytes of the old cells are gone."""
    rows = pa.array(np.arange(batch.num_rows), mask=hits)
    arrays = [
        batch.column(name) if name == LOCATOR else batch.column(name).take(rows)
        for name in batch.schema.names
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)
