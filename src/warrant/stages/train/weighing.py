"""How much rows count: near duplicates once, where that is asked; rare labels as much as others.

Law: rows that stand there several times, all their copies weighing one together, teach as much as
when they stand there once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from warrant.engine.columns import NEAR_CLUSTER
from warrant.models.examples import cluster_weights
from warrant.records.task import WEIGHED
from warrant.stages.train.backend import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.examples import Examples
    from warrant.stages.train.config import TrainConfig


def weigh_clusters(train: Examples) -> tuple[Examples, dict[str, int]]:
    """Let the rows of each cluster of near duplicates count as much as one row.

    Args:
        train: rows to learn from, with the column of clusters.

    Returns:
        The rows with their weights and without that column, and what the claim counts.
    """
    clusters = train.columns[NEAR_CLUSTER]
    sizes = Counter(one for one in clusters if one is not None)
    several = [size for size in sizes.values() if size > 1]
    columns = {name: cells for name, cells in train.columns.items() if name != NEAR_CLUSTER}
    counts = {"near_clusters": len(several), "rows_of_near_clusters": sum(several)}
    return replace(train, columns=columns, weights=cluster_weights(clusters)), counts


def row_weights(rows: Examples) -> NDArray[np.float64] | None:
    """Give how much each row counts.

    Args:
        rows: to learn from.

    Returns:
        Shape (rows,), above 0; None where every row counts as one.
    """
    return np.array(rows.weights, np.float64) if rows.weights else None


def balanced_weights(
    answers: NDArray[np.intp], rows: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Weigh rows so that each label weighs as much as any other.

    Args:
        answers: shape (rows,), places of labels.
        rows: shape (rows,): how much each counts before; None: one.

    Returns:
        Shape (rows,), above 0; they add up to what the rows counted before.

    Source: scikit-learn's `class_weight="balanced"`.
    """
    _, label = np.unique(answers, return_inverse=True)
    before = np.ones(len(label)) if rows is None else rows
    sums = np.bincount(label, before)
    return np.asarray(before * (before.sum() / (len(sums) * sums))[label], np.float64)


def weighing_findings(config: TrainConfig, *, is_able: bool) -> list[Finding]:
    """Say whether near duplicates can be counted once, for the preflight of a backend.

    Args:
        config: the settings of the run.
        is_able: whether the backend reads `Examples.weights`, in tasks with an answer a row.

    Returns:
        An error where it is asked and cannot be done.
    """
    if config.near_duplicates == "each" or (is_able and config.task in WEIGHED):
        return []
    asked = f"the tier {config.tier!r}" if not is_able else f"a task of kind {config.task!r}"
    return [
        Finding(
            "error",
            f"Near duplicates cannot be counted once by {asked}: its rows all count alike.",
            do="Take `near_duplicates` out of `train` in the recipe, or let `near_duplicates` "
            "under `curate` drop them (action: drop).",
            code="cannot-weigh",
        )
    ]
