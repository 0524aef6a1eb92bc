"""One text that stands in a source over and over, nearly the same: a form, or read twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from warrant.engine import read_ledger
from warrant.flow.row_sources import row_sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store
    from warrant.records.claim import Claim

LARGE_SHARE, LARGE_ROWS = 0.05, 10
"""A cluster of near copies that holds over this share of a source's rows, and so many, is named."""

_RULE = "near_duplicates"
_DO = (
    "are nearly the same text: is it a form, or was something read many times? They stand on one "
    "side of the split. See them: warrant dataset report. To count them as one row: train: "
    "{near_duplicates: once}"
)


def large_clusters(
    store: Store, claims: Mapping[str, Claim], outputs: Mapping[str, Digest]
) -> tuple[str, ...]:
    """Say of each source that one text fills a good part of it.

    Args:
        store: where rows and ledger lie.
        claims: of ingest and curation.
        outputs: of the steps, by `stage/name`.

    Returns:
        A warning a source, or nothing.
    """
    largest = claims["curate"].measures.get("near_duplicate_largest_cluster")
    if not isinstance(largest, int) or largest < LARGE_ROWS:
        return ()
    sources, rows_in = claims["ingest"].sources, claims["curate"].counts.get("documents", 0)
    documents = [one.documents for one in sources if one.documents]
    if sum(documents) <= rows_in and largest <= LARGE_SHARE * min(documents, default=0):
        return ()  # each source has a row a document at least: nothing need be read
    of = row_sources(store, outputs["ingest/documents"], sources)
    if of is None:
        of, names = np.zeros(rows_in, np.int64), ["all sources"]
    else:
        names = [one.name for one in sources]
    totals = np.bincount(of, minlength=len(names))
    if largest <= LARGE_SHARE * totals[totals > 0].min(initial=largest):
        return ()
    rows, clusters = _clusters(store, outputs["curate/ledger"])
    pairs, counts = np.unique(np.stack([of[rows], clusters]), axis=1, return_counts=True)
    told = []
    for place, name in enumerate(names):
        most = int(counts[pairs[0] == place].max(initial=0))
        if most >= LARGE_ROWS and most > LARGE_SHARE * totals[place]:
            share = most / totals[place]
            told.append(f"{most:,} of {totals[place]:,} rows of {name!r}, {share:.0%}, {_DO}")
    return tuple(told)


def _clusters(store: Store, ledger: Digest) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the rows that are nearly like another, and the number of each one's cluster."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    lines = read_ledger(store, ledger)
    codes = [at for at, reason in enumerate(lines.header.reasons) if reason.rule == _RULE]
    near = np.isin(lines.table["reason"].to_numpy(), codes)
    ties = lines.table.filter(pa.array(near)).select(["position", "peer"]).drop_null()
    ends = np.stack([column.to_numpy().astype(np.int64) for column in ties.columns])
    rows, numbers = np.unique(ends, return_inverse=True)
    first, second = numbers.reshape(2, -1)
    graph = coo_array((np.ones(len(first), np.bool_), (first, second)), shape=(len(rows),) * 2)
    return rows, np.asarray(connected_components(graph, directed=False)[1], np.int64)
