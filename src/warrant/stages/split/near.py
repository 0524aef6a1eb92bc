"""Near duplicates that curation found: they stand in its ledger, and tie rows here.

Law: two rows of one cluster are tied, also through rows that curation dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.engine import read_ledger
from warrant.kernel.digest import tagged, u64

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store
    from warrant.stages.split.unit import Ties

_TAG = "warrant/split/near/1"


def read_near(store: Store, ledger: Digest) -> Mapping[int, int]:
    """Read which rows curation found to be like one another.

    Args:
        store: where the ledger lies.
        ledger: of curation.

    Returns:
        For the place of each such row in curation's output that of the first row of its cluster
        in curation's input; rows that are like no other are left out.
    """
    lines = read_ledger(store, ledger)
    parent: dict[int, int] = {}
    for decision in lines.decisions():
        if decision.peer is not None:
            first, second = sorted((_root(parent, decision.position), _root(parent, decision.peer)))
            parent[second] = first
    if not parent:
        return {}
    drops = [at for at, reason in enumerate(lines.header.reasons) if reason.kind == "drop"]
    table = lines.table
    is_drop = np.isin(table["reason"].to_numpy(), drops)
    gone = table["position"].to_numpy()[is_drop].astype(np.int64)  # sorted, each once
    clusters = {row: _root(parent, row) for row in parent}
    return {
        row - int(np.searchsorted(gone, row)): cluster
        for row, cluster in clusters.items()
        if not _holds(gone, row)
    }


def tie_near(ties: Sequence[Ties], positions: Sequence[int], near: Mapping[int, int]) -> list[Ties]:
    """Tie the rows of each cluster.

    Args:
        ties: of each row that can be used.
        positions: of these rows in the step's input.
        near: the cluster of each row that has one.

    Returns:
        The ties, those of clusters among them.
    """
    return [
        tie
        if (cluster := near.get(position)) is None
        else tie._replace(others=(*tie.others, tagged(_TAG, u64(cluster)).raw))
        for tie, position in zip(ties, positions, strict=True)
    ]


def _holds(sorted_rows: np.ndarray[tuple[int], np.dtype[np.int64]], row: int) -> bool:
    at = int(np.searchsorted(sorted_rows, row))
    return at < len(sorted_rows) and int(sorted_rows[at]) == row


def _root(parent: dict[int, int], row: int) -> int:
    while (above := parent.setdefault(row, row)) != row:
        parent[row] = parent[above]
        row = above
    return row
