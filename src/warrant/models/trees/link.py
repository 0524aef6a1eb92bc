"""What the scores of trees mean: which LightGBM objective stands behind a task, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, softmax

from warrant.models.trees.forest import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from warrant.records.model import TaskKind

_YES_OR_NO = "binary sigmoid:1"


def shape_of(
    task: TaskKind, labels: int, features: int, categories: Mapping[int, int] | None = None
) -> Shape:
    """Give the shape of a task's trees.

    Args:
        task: what is answered.
        labels: how many; 0 of `regression`.
        features: numbers of a row.
        categories: features that are categories, and how many each has.

    Returns:
        One score a row for `regression` and `binary` (log-odds of the second label), one a label
        for the others.
    """
    found = dict(categories or {})
    if task == "regression":
        return Shape("regression", features, categories=found)
    if task == "binary" or labels == 1:
        return Shape(_YES_OR_NO, features, categories=found)
    if task == "multiclass":
        return Shape(f"multiclass num_class:{labels}", features, labels, labels, found)
    return Shape(f"multiclassova num_class:{labels} sigmoid:1", features, labels, labels, found)


def by_label(scores: NDArray[np.float64], task: TaskKind) -> NDArray[np.float64]:
    """Give each label its own score.

    Args:
        scores: shape (rows, scores, …), as trees give them.
        task: what is answered.

    Returns:
        Shape (rows, labels, …), log-odds; of `binary` what speaks for one label speaks as much
        against the other, by half each.
    """
    return np.concatenate([-scores / 2, scores / 2], axis=1) if task == "binary" else scores


def to_probabilities(scores: NDArray[np.float64], task: TaskKind) -> NDArray[np.float64]:
    """Turn scores into probabilities.

    Args:
        scores: shape (rows, labels), log-odds of each.
        task: any but `regression`.

    Returns:
        Shape (rows, labels), 0 to 1.
    """
    if task == "multilabel":
        return np.asarray(expit(scores), dtype=np.float64)
    return np.asarray(softmax(scores, axis=1), dtype=np.float64)
