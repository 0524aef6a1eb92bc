"""Which rows are read when all of them would not fit into memory.

Rows are drawn by the seed until their texts have as many characters as may be read. The labels take
turns for their first rows, so that a rare one is not lost; one row of each is read whatever it
costs. The claim counts what was not read.

Law: the rows of a portion have at most the characters asked for, beyond one row of each label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from warrant.engine import Batch
    from warrant.models.examples import LabelColumn

FIRST_OF_A_LABEL = 100
"""So many rows of each label come before all others, while they fit."""


def choose_portion(
    batches: Iterable[Batch], texts: Sequence[str], label: LabelColumn, most: int, seed: int
) -> NDArray[np.int64] | None:
    """Choose the rows to read.

    Args:
        batches: all rows in order, with texts and label.
        texts: columns whose characters count.
        label: the column of the answer.
        most: characters in all.
        seed: of the draw.

    Returns:
        Positions, rising; None when all labelled rows may be read.
    """
    positions, lengths, labels = _measured(batches, texts, label)
    if int(lengths.sum()) <= most:
        return None
    order = np.random.default_rng(seed).permutation(len(positions))
    seen: dict[str, int] = {}
    turns = np.full(len(order), FIRST_OF_A_LABEL)
    for at, row in enumerate(order.tolist()):
        for name in labels[row]:
            turns[at] = min(turns[at], seen.get(name, 0))
            seen[name] = seen.get(name, 0) + 1
    left, chosen = most, list[int]()
    for at in np.argsort(turns, kind="stable").tolist():
        row = int(order[at])
        if not turns[at] or lengths[row] <= left:  # a long text shuts out no shorter one
            chosen.append(row)
            left -= int(lengths[row])
    return np.sort(positions[chosen])


def _measured(
    batches: Iterable[Batch], texts: Sequence[str], label: LabelColumn
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[tuple[str, ...]]]:
    """Give position, characters and labels of each labelled row; no text is kept."""
    positions, lengths, labels = [], [], list[tuple[str, ...]]()
    start = 0
    for batch in batches:
        read = [label.read(cell) for cell in batch.column(label.name).to_pylist()]
        there = np.array([one is not None for one in read], bool)
        count = np.zeros(batch.num_rows, np.int64)
        for name in texts:
            cells = batch.column(name)
            if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
                count += np.asarray(pc.fill_null(pc.utf8_length(cells), 0), np.int64)
        positions.append(np.flatnonzero(there) + start)
        lengths.append(count[there])
        labels += [one for one in read if one is not None]
        start += batch.num_rows
    nothing = np.zeros(0, np.int64)
    return np.concatenate([nothing, *positions]), np.concatenate([nothing, *lengths]), labels
