"""Blobs that no statement and no layout names, and that may hold an erased document.

Killed runs leave shards that were never logged; erasing leaves those that a new layout replaced.
A table is kept as it was read: it holds many records, and no row names it.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from warrant.engine.columns import ROW_ID
from warrant.kernel.digest import Digest
from warrant.records.model import Model
from warrant.stages.ingest.files import OpenFile
from warrant.stages.ingest.reader import READERS, Document
from warrant.stages.ingest.sheet import record_digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from warrant.flow.workspace import Workspace
    from warrant.stages.ingest.reader import Reader

_PARQUET = b"PAR1"


def strays(workspace: Workspace, documents: Collection[bytes]) -> Iterator[Digest]:
    """Find what has to go with erased documents though no dataset leads to it.

    Args:
        workspace: its lock is held; its vault remembers what was erased.
        documents: digests, 32 bytes each, of those that stand in a dataset.

    Yields:
        Shards that nothing names, and tables of which a record was erased.
    """
    named = {digest.raw for digest in _named(workspace)}
    readers = [reader for reader in _readers() if reader.has_records]
    for digest in workspace.store.iterate():
        if digest.raw in named or digest.raw in documents:
            continue
        data = workspace.store.get(digest)
        if _is_shard(data) or _holds_erased(workspace, readers, data):
            yield digest


def _is_shard(data: bytes) -> bool:
    """Say whether bytes are rows as a dataset holds them, whole or broken; tables have no ids."""
    import pyarrow as pa
    from pyarrow import parquet

    if data[: len(_PARQUET)] != _PARQUET:
        return False
    try:
        return ROW_ID in parquet.read_schema(BytesIO(data)).names
    except (pa.ArrowException, OSError):
        return True


def _named(workspace: Workspace) -> Iterator[Digest]:
    """Give the digests that statements, layouts and model records name."""
    store = workspace.store
    for name, value in workspace.index.digests():
        digest = Digest.from_hex(value)
        yield digest
        if name == "model" and store.has(digest):
            files = Model.from_bytes(store.get(digest)).files
            yield from (Digest.from_hex(file.sha256) for file in files)
    for manifest in store.layouts():
        layout = store.layout(manifest)
        yield from (manifest, layout.commitments, *(shard.sha256 for shard in layout.shards))


def _readers() -> Iterator[Reader]:
    for name in READERS.names():
        yield READERS.load(name)()


def _holds_erased(workspace: Workspace, readers: list[Reader], data: bytes) -> bool:
    """Say whether one of the readers finds a record in it that was erased."""
    records = {
        record_digest(item.cells)
        for reader in readers
        for item in reader.read(OpenFile("table", "", data))
        if isinstance(item, Document)
    }
    return any(workspace.vault.is_erased(sorted(records)))
