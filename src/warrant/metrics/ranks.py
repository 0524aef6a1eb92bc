"""ROC-AUC and average precision of each label against all others, and their means.

Both depend on the order of the probabilities alone. Sorted by falling probability, rows fall into
*steps*: all rows of one probability that some true row has, or a run of rows between two such
steps. How many true and how many other rows a step holds is a sum over rows, so that resamples
are made from sums like those of every other figure (`Family`), without sorting again.

Source: scikit-learn's `roc_auc_score` (multi_class="ovr", average="macro") and
`average_precision_score`; Fawcett, An introduction to ROC analysis (2006), section 7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.metrics.measure import Family, Figure

if TYPE_CHECKING:
    from numpy.typing import NDArray


class _Steps(NamedTuple):
    """The sums of one label: two of each step, of true rows and of others."""

    start: int
    """Index of its first sum."""
    steps: int
    """Number of steps."""


def ranking(true: NDArray[np.bool_], probabilities: NDArray[np.float64]) -> Family:
    """Give ROC-AUC and average precision.

    Args:
        true: shape (rows, labels).
        probabilities: shape (rows, labels), higher where the label is more likely.

    Returns:
        `roc_auc` and `pr_auc`, of each label and as means over the labels that have both a row
        with it and a row without; undefined where there is none.
    """
    from scipy import sparse

    labels = true.shape[1]
    places, steps, start = [], [], 0
    for label in range(labels):
        step_of = _step_of(true[:, label], probabilities[:, label])
        count = int(step_of.max(initial=-1)) + 1
        places.append(start + 2 * step_of + ~true[:, label])
        steps.append(_Steps(start, count))
        start += 2 * count
    rows = np.tile(np.arange(len(true)), labels)
    ones = np.ones(len(rows))
    parts = sparse.csr_array((ones, (np.concatenate(places), rows)), shape=(start, len(true)))
    each = [Figure(name, label) for name in ("roc_auc", "pr_auc") for label in range(labels)]

    def finish(summed: NDArray[np.float64]) -> NDArray[np.float64]:
        found = [_areas(summed[one.start : one.start + 2 * one.steps]) for one in steps]
        areas = np.array([roc for roc, _ in found] + [precision for _, precision in found])
        return np.vstack([_mean(areas[:labels]), _mean(areas[labels:]), areas])

    return Family((Figure("roc_auc"), Figure("pr_auc"), *each), parts, finish)


def _step_of(true: NDArray[np.bool_], probabilities: NDArray[np.float64]) -> NDArray[np.intp]:
    """Number the steps from the highest probability down, and give the step of each row."""
    if not len(true):
        return np.zeros(0, dtype=np.intp)
    order = np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    group = np.concatenate([[0], np.cumsum(ranked[1:] != ranked[:-1])])
    holds = np.zeros(group[-1] + 1, dtype=np.bool_)
    holds[group[true[order]]] = True
    # A group starts a step unless neither it nor the group before holds a true row.
    starts = holds.copy()
    starts[1:] |= holds[:-1]
    step_of_group = np.cumsum(starts) - int(starts[0])
    step_of = np.empty(len(true), dtype=np.intp)
    step_of[order] = step_of_group[group]
    return step_of


def _areas(sums: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give ROC-AUC and average precision of each draw; sums of shape (2 · steps, draws)."""
    true, others = sums[0::2], sums[1::2]
    with_it, without = true.sum(axis=0), others.sum(axis=0)
    alarms = np.cumsum(others, axis=0)
    found = np.cumsum(true, axis=0)
    pairs = np.einsum("sd,sd->d", true, without - alarms + others / 2)
    answered = np.maximum(found + alarms, 1)  # at least the row itself wherever `true` counts
    precise = np.einsum("sd,sd->d", true, found / answered)
    is_defined = (with_it > 0) & (without > 0)
    roc = np.where(is_defined, pairs / np.where(is_defined, with_it * without, 1), np.nan)
    average = np.where(is_defined, precise / np.where(is_defined, with_it, 1), np.nan)
    return roc, average


def _mean(areas: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the mean over the labels that are defined in a draw; shape (labels, draws)."""
    counted = ~np.isnan(areas)
    many = counted.sum(axis=0)
    total = np.where(counted, areas, 0).sum(axis=0)
    return np.where(many > 0, total / np.maximum(many, 1), np.nan)
