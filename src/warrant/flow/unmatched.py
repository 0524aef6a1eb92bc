"""Files that no line of a sheet names: read, and most likely without a label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.engine import dataset_record, read_dataset, read_ledger
from warrant.engine.columns import LOCATOR
from warrant.flow.dropped import latest_steps
from warrant.kernel.digest import Digest
from warrant.stages.ingest.segment import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.flow.workspace import Workspace
    from warrant.kernel.store import Store

_NO_LINE = "file_unmatched"


def files_without_line(workspace: Workspace) -> list[str]:
    """List the files that no line of the sheet names, as the latest run found them.

    Args:
        workspace: whose ledger is read.

    Returns:
        Paths in the source, in order; lines that name no file stand among what was not read.
    """
    entry = latest_steps(workspace).get("ingest")
    if entry is None:
        return []
    outputs = workspace.index.links(entry.position, "subject")
    ledger = read_ledger(workspace.store, Digest.from_hex(outputs["ledger"]))
    drops = {reason.code for reason in ledger.header.reasons if reason.kind == "drop"}
    rows: set[int] = set()
    dropped = 0
    for decision in ledger.decisions():  # sorted by their place among all that was found
        if decision.code in drops:
            dropped += 1
        elif decision.code == _NO_LINE:
            rows.add(decision.position - dropped)
    if not rows:
        return []
    manifest = Digest.from_hex(outputs["documents"])
    return [
        path for row, path in enumerate(document_paths(workspace.store, manifest)) if row in rows
    ]


def document_paths(store: Store, manifest: Digest) -> Iterator[str]:
    """Give the path of each document.

    Args:
        store: that holds them.
        manifest: of the documents.

    Yields:
        Paths in the source, in order; empty where none is known or the row was erased.
    """
    columns = [column.name for column in dataset_record(store, manifest).columns]
    if "path" in columns:
        for batch in read_dataset(store, manifest, ["path"]):
            places = map(Piece.at, batch.column(LOCATOR).to_pylist())
            for path, piece in zip(batch.column("path").to_pylist(), places, strict=True):
                if piece is None or not piece.number:  # a document may have given several rows
                    yield path or ""
