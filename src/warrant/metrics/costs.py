"""What errors cost, in the recipe's own unit: money or points.

A row costs, for each true label that was not answered, what missing it costs, and for each answer
that is not true a false alarm. A wrong answer of a task with one answer a row is both.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - prices are read back from signed settings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from warrant.metrics.measure import Family, Figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.metrics.judged import Judged

ITEMS = 1000
"""Costs are told for so many items."""


@dataclass(frozen=True)
class Prices:
    """What one error of each kind costs, 0 or more."""

    missed: Mapping[str, float] = field(default_factory=dict)
    """By true label that was not answered."""

    missed_default: float = 0.0
    """Of the labels that `missed` does not name."""

    false_alarm: float = 0.0
    """For each answer that is not true."""

    review: float | None = None
    """For each item that a person looks at; None: it has no price."""

    def of_missing(self, labels: tuple[str, ...]) -> NDArray[np.float64]:
        """Give what missing each label costs.

        Args:
            labels: names.

        Returns:
            One price a label, in the order of the names.
        """
        return np.array([self.missed.get(label, self.missed_default) for label in labels])


def row_costs(
    judged: Judged, prices: Prices, reviewed: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Give what each row costs.

    Args:
        judged: answers.
        prices: what errors cost.
        reviewed: shape (rows,): rows that a person looks at; they cost a review where it has a
            price, and what the answer costs where it has none. None: no row.

    Returns:
        Shape (rows,).
    """
    missed = (judged.true & ~judged.predicted) @ prices.of_missing(judged.labels)
    alarms = (judged.predicted & ~judged.true).sum(axis=1) * prices.false_alarm
    costs = np.asarray(missed + alarms, dtype=np.float64)
    if reviewed is None or prices.review is None:
        return costs
    return np.where(reviewed, prices.review, costs)


def costing(costs: NDArray[np.float64]) -> Family:
    """Give the cost of 1,000 items.

    Args:
        costs: of each row.

    Returns:
        Figure `cost_per_1000`.
    """
    from scipy import sparse

    parts = sparse.csr_array(np.vstack([np.ones(len(costs)), costs]))

    def finish(summed: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(ITEMS * summed[1:] / summed[:1], dtype=np.float64)

    return Family((Figure("cost_per_1000"),), parts, finish)


def cheapest_constant(judged: Judged, prices: Prices) -> float:
    """Give what 1,000 items cost without a model, at best.

    Args:
        judged: answers; the predicted ones are not looked at.
        prices: what errors cost.

    Returns:
        The cost of the cheapest one answer: of every label alone, or for several labels a row
        whichever is cheapest label by label.
    """
    missing, rows = prices.of_missing(judged.labels), len(judged)
    support = judged.true.sum(axis=0)
    never, always = support * missing, (rows - support) * prices.false_alarm
    if judged.single:
        total = float((never.sum() - never + always).min())
    else:
        total = float(np.minimum(never, always).sum())
    return ITEMS * total / rows
