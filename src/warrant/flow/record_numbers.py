"""Which record of its table a row is, as `predict` counts: from 1, those that were not read too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from warrant.engine import dataset_record, read_dataset, read_ledger
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.stages.ingest.cases import EVENTS
from warrant.stages.ingest.files import suffix_of
from warrant.stages.ingest.offer import make_reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace


def record_numbers(
    workspace: Workspace, ingest: Entry, positions: Sequence[int]
) -> list[int | None]:
    """Say which record of its table each of some rows is.

    Args:
        workspace: in which they were read.
        ingest: the step that read them.
        positions: among the documents.

    Returns:
        Of each the number of its record in its file; None where the row is no whole record, the
        rows are a sample, or two sources have a file of that name.
    """
    made = workspace.index.links(ingest.position, "subject")
    manifest, store = Digest.from_hex(made["documents"]), workspace.store
    lines = read_ledger(store, Digest.from_hex(made["ledger"]))
    record = dataset_record(store, manifest)
    is_whole = record.rows == lines.header.kept and not record.sample
    if not is_whole or any(one.name == EVENTS.name for one in record.columns):
        return [None] * len(positions)
    paths = [
        str(path)
        for batch in read_dataset(store, manifest, ["path"])
        for path in batch.column("path").to_pylist()
    ]
    drops = [at for at, one in enumerate(lines.header.reasons) if one.kind == "drop"]
    is_drop = np.isin(lines.table["reason"].to_numpy(), drops)
    dropped = lines.table["position"].to_numpy()[is_drop].astype(np.int64)
    found = np.setdiff1d(np.arange(lines.header.input_rows), dropped, assume_unique=True)
    wanted = {paths[position] for position in positions}
    firsts = _firsts(paths, found.tolist(), wanted)
    for one in json.loads(store.get(Digest.from_hex(made["unread"]))):
        if one["path"] in firsts:
            firsts[one["path"]] = min(firsts[one["path"]], int(one["position"]))
    claim = Claim.from_bytes(store.get(Digest.from_hex(made["claim"])))
    tables = {one for one in wanted if _holds_records(one)} if len(claim.sources) == 1 else set()
    return [
        int(found[position]) - firsts[paths[position]] + 1 if paths[position] in tables else None
        for position in positions
    ]


def _firsts(paths: Sequence[str], found: Sequence[int], wanted: set[str]) -> dict[str, int]:
    """Give the first position of each file among all that ingest found."""
    firsts: dict[str, int] = {}
    for path, position in zip(paths, found, strict=True):
        if path in wanted:
            firsts.setdefault(path, position)
    return firsts


def _holds_records(path: str) -> bool:
    reader = make_reader(suffix_of(path), None)
    return reader is not None and reader.has_records
