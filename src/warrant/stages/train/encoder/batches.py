"""Which rows are learnt from together: rows of similar length, in an order that a seed decides.

Law: one pass takes every row once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW = 50
"""Batches within which rows are sorted by length: enough that next to nothing is padded, and what
stands together changes from pass to pass."""

Step = list[list[int]]
"""Rows of one update, in the parts that are computed together."""


def plan_pass(
    lengths: NDArray[np.int64], batch: int, tokens_at_once: int, seed: int, number: int
) -> list[Step]:
    """Say in which order and company rows are learnt from.

    Args:
        lengths: shape (rows,): tokens of each row.
        batch: rows of one update.
        tokens_at_once: tokens, padding among them, that are computed together.
        seed: of the run.
        number: of the pass, from 0.

    Returns:
        The updates of the pass. The same arguments give the same plan.
    """
    random = np.random.default_rng([seed, number])
    order = random.permutation(len(lengths))
    steps: list[Step] = []
    for start in range(0, len(order), batch * WINDOW):
        window = order[start : start + batch * WINDOW]
        window = window[np.argsort(lengths[window], kind="stable")]
        steps += [
            split_step(window[at : at + batch].tolist(), lengths, tokens_at_once)
            for at in range(0, len(window), batch)
        ]
    return [steps[at] for at in random.permutation(len(steps)).tolist()]


def split_step(rows: list[int], lengths: NDArray[np.int64], tokens_at_once: int) -> Step:
    """Split the rows of an update into parts that fit.

    Args:
        rows: short ones first.
        lengths: tokens of all rows.
        tokens_at_once: most tokens of a part; one row is always allowed.

    Returns:
        The parts, in order.
    """
    parts: Step = [[]]
    for row in rows:
        if parts[-1] and (len(parts[-1]) + 1) * int(lengths[row]) > tokens_at_once:
            parts.append([])
        parts[-1].append(row)
    return parts


def share_step(
    step: Step, lengths: NDArray[np.int64], tokens_at_once: int, processes: int
) -> list[Step]:
    """Share the rows of an update out over processes: each gets short and long ones alike.

    Args:
        step: rows of one update, short ones first.
        lengths: tokens of all rows.
        tokens_at_once: most tokens of a part.
        processes: that train together.

    Returns:
        For each process its parts; none where there are fewer rows than processes.

    Law: every row of an update goes to exactly one process.
    """
    rows = [row for part in step for row in part]
    shares = (rows[at::processes] for at in range(processes))
    return [split_step(one, lengths, tokens_at_once) if one else [] for one in shares]


def rate_at(step: int, steps: int, warm_up: float, largest: float) -> float:
    """Give the learning rate of an update.

    Args:
        step: of all updates, from 0.
        steps: updates in all.
        warm_up: share in which the rate rises, 0 to 1.
        largest: the rate at its largest.

    Returns:
        A rate that rises in a straight line and falls in one, above 0 at each step.
    """
    rising = round(steps * warm_up)
    if step < rising:
        return largest * (step + 1) / (rising + 1)
    return largest * (steps - step) / max(1, steps - rising)
