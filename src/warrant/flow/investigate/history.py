"""What each step decided about some training rows, read in one pass over its ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.engine import read_dataset, read_ledger
from warrant.engine.columns import ROW_ID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from warrant.flow.released import Released
    from warrant.flow.workspace import Workspace
    from warrant.kernel.chain import Entry
    from warrant.kernel.digest import Digest

_VERBS = {"drop": "dropped", "change": "changed", "measure": "noted"}


def histories(
    workspace: Workspace, released: Released, rows: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Tell what curation and division decided about rows.

    Args:
        workspace: whose store holds ledgers and rows.
        released: the steps that made the model.
        rows: row ids, hex.

    Returns:
        By row id, sentences in the order of the steps, each with its log entry.
    """
    told: dict[str, list[str]] = {row: [] for row in rows}
    for stage, source in (("curate", "documents"), ("split", "rows")):
        entry = released.step(stage)
        for row, words in _decisions(workspace, entry, source, rows):
            told[row].append(f"{stage}: {words} (log entry {entry.index})")
    return {row: tuple(lines) for row, lines in told.items()}


def _decisions(
    workspace: Workspace, entry: Entry, source: str, rows: Collection[str]
) -> list[tuple[str, str]]:
    statement = entry.statement
    ledger = statement.subject("ledger")
    inputs = {one.name: one.digest for one in statement.dependencies}
    if ledger is None or source not in inputs:
        return []
    at = _positions(workspace, inputs[source], rows)
    lines = read_ledger(workspace.store, ledger)
    reasons = {one.code: one for one in lines.header.reasons}
    found = []
    for one in lines.decisions():
        if one.position in at:
            reason = reasons[one.code]
            value = "" if one.value is None else f" Measured: {one.value:g}."
            found.append((at[one.position], f"{_VERBS[reason.kind]}: {reason.told}{value}"))
    return found


def _positions(workspace: Workspace, manifest: Digest, rows: Collection[str]) -> Mapping[int, str]:
    wanted, found, start = set(rows), {}, 0
    for batch in read_dataset(workspace.store, manifest, []):
        for row, one in enumerate(batch.column(ROW_ID).to_pylist()):
            if one is not None and one.hex() in wanted:
                found[start + row] = one.hex()
        start += batch.num_rows
    return found
