"""From scores to probabilities, and from these to answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import expit, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.records.model import TaskKind

Link = Literal["softmax", "one_vs_rest", "sigmoid", "identity"]
"""From scores to answers. `softmax`: labels compete; `one_vs_rest`: one yes/no model per label,
scaled to sum to 1; `sigmoid`: one yes/no model per label, each for itself; `identity`: the score is
the number that answers a `regression`."""


def to_probabilities(scores: NDArray[np.float64], link: Link) -> NDArray[np.float64]:
    """Turn scores into probabilities.

    Args:
        scores: shape (rows, labels), log-odds.
        link: how; not `identity`.

    Returns:
        Shape (rows, labels), 0 to 1.
    """
    if link == "softmax":
        return np.asarray(softmax(scores, axis=1), dtype=np.float64)
    alone = np.asarray(expit(scores), dtype=np.float64)
    if link == "sigmoid":
        return alone
    # A floor, since very negative scores of all labels would leave nothing to divide by.
    alone = np.maximum(alone, np.finfo(np.float64).tiny)
    return np.asarray(alone / alone.sum(axis=1, keepdims=True), dtype=np.float64)


def choose(
    probabilities: NDArray[np.float64], task: TaskKind, thresholds: Sequence[float]
) -> NDArray[np.bool_]:
    """Turn probabilities into answers.

    Args:
        probabilities: shape (rows, labels).
        task: `multilabel` takes every label from its threshold on; `binary` the second label
            above its threshold, else the first; others the first of the largest.
        thresholds: one a label, 0 to 1.

    Returns:
        Shape (rows, labels).
    """
    if task == "multilabel":
        return np.asarray(probabilities >= np.asarray(thresholds), dtype=np.bool_)
    if task == "binary":
        second = probabilities[:, 1] > thresholds[1]
        return np.column_stack([~second, second])
    chosen = np.zeros(probabilities.shape, dtype=np.bool_)
    chosen[np.arange(len(chosen)), probabilities.argmax(axis=1)] = True
    return chosen
