"""The floor: the best that can be had without a model, by always giving one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.metrics.convention import UNDEFINED, counted
from warrant.metrics.judged import Judged
from warrant.metrics.scores import constant_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.records.evaluation import Convention


def best_constant(judged: Judged, name: str, convention: Convention = "plain") -> Judged:
    """Answer every row the same, as well as that can be done.

    One answer a row: the most frequent label. Several: whichever scores best among the most
    frequent whole answer and the sets of the k most frequent labels, k from 0 on. The choice
    looks at the true answers of these very rows, so that the floor is never too low.

    Args:
        judged: answers; the predicted ones are not looked at.
        name: the score to do well in; decides among sets of several labels.
        convention: how F1 is counted.

    Returns:
        The same true answers beside the constant one, without the convention's extra label.
    """
    candidates = constants(judged)
    best = 0
    if len(candidates) > 1:
        nobody = Judged(judged.labels, judged.true, np.zeros_like(judged.true), judged.single)
        true = counted(nobody, convention).true
        answers = counted(
            Judged(judged.labels, candidates, candidates, judged.single), convention
        ).true
        values = constant_scores(name, true, answers, UNDEFINED[convention])
        best = int(np.nan_to_num(values, nan=-1.0).argmax())
    constant = np.broadcast_to(candidates[best], judged.true.shape)
    return Judged(judged.labels, judged.true, constant, judged.single)


def constants(judged: Judged) -> NDArray[np.bool_]:
    """List the constant answers that may be best.

    Args:
        judged: answers; the predicted ones are not looked at.

    Returns:
        Shape (candidates, labels): the most frequent label; for several labels a row, the most
        frequent whole answer and the sets of the k most frequent labels.
    """
    true = judged.true
    order = np.argsort(-true.sum(axis=0), kind="stable")
    labels = true.shape[1]
    if judged.single:
        return np.asarray((np.arange(labels) == order[0])[None, :], dtype=np.bool_)
    nested = np.zeros((labels + 1, labels), dtype=np.bool_)
    for size in range(1, labels + 1):
        nested[size] = nested[size - 1]
        nested[size, order[size - 1]] = True
    return np.vstack([_most_frequent(true)[None, :], nested])


def _most_frequent(true: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Give the most frequent whole answer; of equally frequent ones the first in order of bits."""
    packed = np.packbits(true, axis=1)
    keys = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}").reshape(-1)
    _, first, counts = np.unique(keys, return_index=True, return_counts=True)
    return np.asarray(true[first[counts.argmax()]], dtype=np.bool_)


def base_rates(true: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give every row the share of each label as its probability.

    Args:
        true: shape (rows, labels).

    Returns:
        Shape (rows, labels): what one knows of a row without looking at it.
    """
    return np.broadcast_to(true.mean(axis=0), true.shape)


def best_number(true: Sequence[float] | NDArray[np.float64], name: str) -> float:
    """Give the one number that answers every row best.

    Args:
        true: values, at least one.
        name: the figure to do well in.

    Returns:
        The median for absolute errors, else the mean.
    """
    values = np.asarray(true, dtype=np.float64)
    return float(np.median(values) if name in ("mae", "median_absolute_error") else values.mean())
