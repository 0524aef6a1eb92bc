"""Which source each row was read from: sources stand in a claim in the order they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import LOCATOR
from warrant.stages.ingest.cases import EVENTS
from warrant.stages.ingest.segment import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.engine import Batch
    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store
    from warrant.records.source import AnySource

_PIECE = len(Piece._fields) + 1
"""Parts of the locator of a row that is a part of a document."""


def row_sources(
    store: Store, manifest: Digest, sources: Sequence[AnySource]
) -> NDArray[np.int64] | None:
    """Say which source each row of the documents was read from.

    Args:
        store: where they lie.
        manifest: of the dataset `documents` of ingest.
        sources: as its claim lists them.

    Returns:
        Shape (rows,): the place of the source in the claim; None where it cannot be told, since a
        case has events of several.
    """
    record = dataset_record(store, manifest)
    if len(sources) == 1:
        return np.zeros(record.rows, np.int64)
    if any(one.name == EVENTS.name for one in record.columns):
        return None
    begins = [_begins(batch) for batch in read_dataset(store, manifest, [])]
    documents = np.cumsum(np.concatenate([np.zeros(0, np.bool_), *begins])) - 1
    ends = np.cumsum([one.documents for one in sources])
    return np.asarray(np.searchsorted(ends, documents, side="right"), np.int64)


def _begins(batch: Batch) -> NDArray[np.bool_]:
    """Say of each row whether it is the first of its document; an erased row has its locator."""
    locators = batch.column(LOCATOR)
    lengths = pc.list_value_length(locators).to_numpy(zero_copy_only=False)
    first = np.ones(len(lengths), np.bool_)
    pieces = np.flatnonzero(lengths == _PIECE)
    if len(pieces):
        starts = locators.offsets.to_numpy(zero_copy_only=False)[pieces]
        first[pieces] = locators.values.to_numpy(zero_copy_only=False)[starts + 2] == 0
    return first
