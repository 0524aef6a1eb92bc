"""Which record of its table a row is, as `predict` counts: from 1, those that were not read too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from warrant.engine import LedgerFile, dataset_record, read_dataset
from warrant.flow.row_sources import row_sources
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.stages.ingest.files import suffix_of
from warrant.stages.ingest.offer import make_reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.index import Entry
    from warrant.flow.story import Place
    from warrant.flow.workspace import Workspace


def record_numbers(workspace: Workspace, ingest: Entry, rows: Sequence[Place]) -> list[int | None]:
    """Say which record of its table each of some rows is.

    Args:
        workspace: in which they were read.
        ingest: the step that read them.
        rows: places among the documents.

    Returns:
        Of each the number of its record in its file; None where the row is no whole record, and of
        a sample, which leaves records aside.
    """
    nobody: list[int | None] = [None] * len(rows)
    tables = {row.path for row in rows if _holds_records(row.path)}
    if not tables:
        return nobody
    made = workspace.index.links(ingest.position, "subject")
    manifest, store = Digest.from_hex(made["documents"]), workspace.store
    claim = Claim.from_bytes(store.get(Digest.from_hex(made["claim"])))
    record, of = dataset_record(store, manifest), row_sources(store, manifest, claim.sources)
    with LedgerFile(store, Digest.from_hex(made["ledger"])) as ledger:
        if of is None or record.sample or record.rows != ledger.header.kept:
            return nobody
        found = ledger.all_kept_at(range(record.rows))
    paths = [
        path
        for batch in read_dataset(store, manifest, ["path"])
        for path in batch.column("path").to_pylist()
    ]
    firsts: dict[tuple[int, str], int] = {}
    for source, path, position in zip(of.tolist(), paths, found.tolist(), strict=True):
        if path in tables:
            firsts.setdefault((source, path), position)
    for one in json.loads(store.get(Digest.from_hex(made["unread"]))):
        # The source of what gave no row is that of the next row.
        at = min(int(np.searchsorted(found, one["position"])), len(found) - 1)
        key = (int(of[at]), one["path"])
        if key in firsts:
            firsts[key] = min(firsts[key], int(one["position"]))
    return [
        int(found[row.position]) - firsts[int(of[row.position]), row.path] + 1
        if row.path in tables
        else None
        for row in rows
    ]


def _holds_records(path: str) -> bool:
    reader = make_reader(suffix_of(path), None)
    return reader is not None and reader.has_records
