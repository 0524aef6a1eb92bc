"""Thresholds under which errors cost least, chosen on validation rows.

What the prices alone say is right when probabilities are; validation rows may correct it. A label
is corrected by itself only where enough rows have it and enough have not; else one number for all
labels is chosen, how far to follow the prices.

Law: on the validation rows, thresholds cost no more than those of the prices alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.metrics import Judged, judge, row_costs
from warrant.metrics.costs import ITEMS
from warrant.models.thresholds import LabelThreshold, Thresholds, choose, expected_costs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.metrics import Prices
    from warrant.models import Predictions
    from warrant.records.model import TaskKind

ENOUGH = 20
"""Rows with a label, and rows without it, from which its threshold is corrected by itself."""

GRID = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""Thresholds that are tried."""

FOLLOWED = (1.0, 0.75, 0.5, 0.25, 0.0, 1.25, 1.5)
"""How far labels that compete follow the prices: 1 as they say, 0 not at all; in the order in
which ties are settled."""

ASKED = (1.0, 0.75, 1.5, 0.5, 2.0, 0.25, 4.0)
"""Multiples of the price of asking above which a person is asked, in that order too."""

_LEAST_SHARE = 1e-6


class Chosen(NamedTuple):
    """Thresholds, and what they cost on validation rows."""

    thresholds: Thresholds
    with_them: float | None
    """Cost of 1,000 validation rows; None without such rows."""
    without: float | None
    """The same rows, answered without thresholds."""


def choose_thresholds(
    task: TaskKind, found: Predictions, true: Sequence[tuple[str, ...]], prices: Prices
) -> Chosen:
    """Choose when to answer, and when to ask a person.

    Args:
        task: not `regression`.
        found: the model's answers to the validation rows.
        true: true labels of the same rows; there may be none.
        prices: what errors cost.

    Returns:
        Thresholds of the model's labels, in its order.
    """
    thresholds = _of_prices(task, found.labels, prices)
    if not true:
        return Chosen(thresholds, None, None)
    truth = _Truth(found, true, prices, task)
    improve = _follow if task == "multiclass" else _correct
    thresholds = truth.cheapest([_ask(improve(thresholds, truth), truth), thresholds])
    return Chosen(
        thresholds,
        ITEMS * float(truth.costs(thresholds).mean()),
        ITEMS * float(truth.row_costs(found.chosen).mean()),
    )


class _Truth:
    """Validation rows, and what answers to them cost."""

    def __init__(
        self,
        found: Predictions,
        true: Sequence[tuple[str, ...]],
        prices: Prices,
        task: TaskKind,
    ) -> None:
        strangers = sorted({label for row in true for label in row} - set(found.labels))
        self.labels = (*found.labels, *strangers)
        self.true = judge(true, self.labels)
        self.probabilities = found.probabilities
        self.task: TaskKind = task
        self.prices = prices

    def row_costs(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Give what each row costs; labels that the model does not know are missed."""
        never = np.zeros((len(chosen), len(self.labels) - chosen.shape[1]), np.bool_)
        judged = Judged(
            self.labels, self.true, np.hstack([chosen, never]), self.task != "multilabel"
        )
        return row_costs(judged, self.prices)

    def costs(self, thresholds: Thresholds) -> NDArray[np.float64]:
        """Give what each row costs, a look included."""
        chosen = choose(thresholds, self.task, self.probabilities)
        costs = self.row_costs(chosen)
        if thresholds.ask is None or thresholds.ask_above is None:
            return costs
        asked = expected_costs(thresholds, self.probabilities, chosen) > thresholds.ask_above
        return np.where(asked, thresholds.ask, costs)

    def cheapest(self, candidates: Sequence[Thresholds]) -> Thresholds:
        """Give the first of those that cost least."""
        return min(candidates, key=lambda one: round(float(self.costs(one).sum()), 6))

    def is_enough(self, place: int) -> bool:
        """Say whether enough rows have a label and enough have not."""
        with_it = int(self.true[:, place].sum())
        return ENOUGH <= with_it <= len(self.true) - ENOUGH


def _of_prices(task: TaskKind, labels: tuple[str, ...], prices: Prices) -> Thresholds:
    missed, alarm = prices.of_missing(labels), prices.false_alarm
    if task == "multilabel":
        both = missed + alarm
        shares = np.where(both > 0, alarm / np.where(both > 0, both, 1), 0.5)
    else:
        shares = _shares(missed + alarm, 1.0)
    return Thresholds(
        labels=tuple(
            LabelThreshold(label=label, threshold=float(share), missed=float(price))
            for label, share, price in zip(labels, shares, missed, strict=True)
        ),
        false_alarm=prices.false_alarm,
        ask=prices.review,
        ask_above=prices.review,
    )


def _shares(prices: NDArray[np.float64], followed: float) -> NDArray[np.float64]:
    """Give thresholds of labels that compete: the dearer one is to miss, the lower."""
    if not prices.any():
        return np.full(len(prices), 1 / len(prices))
    inverse = np.maximum(prices / prices.max(), _LEAST_SHARE) ** -followed
    return np.asarray(inverse / inverse.sum(), dtype=np.float64)


def _follow(thresholds: Thresholds, truth: _Truth) -> Thresholds:
    prices = np.array([one.missed for one in thresholds.labels]) + thresholds.false_alarm
    return truth.cheapest([_replaced(thresholds, _shares(prices, one)) for one in FOLLOWED])


def _correct(thresholds: Thresholds, truth: _Truth) -> Thresholds:
    """Correct the thresholds of labels by themselves; of two that compete, both at once."""
    shares = np.array([one.threshold for one in thresholds.labels])
    is_pair = truth.task == "binary" and len(shares) == 2
    for place in range(1 if is_pair else len(shares)):
        if not truth.is_enough(place):
            continue
        tried = [shares]
        for share in sorted(GRID, key=lambda one: abs(one - shares[place])):
            other = shares.copy()
            other[place] = share
            if is_pair:
                other[1] = 1 - share
            tried.append(other)
        best = truth.cheapest([_replaced(thresholds, one, ask=False) for one in tried])
        shares = np.array([one.threshold for one in best.labels])
    return _replaced(thresholds, shares)


def _ask(thresholds: Thresholds, truth: _Truth) -> Thresholds:
    if thresholds.ask is None or len(truth.true) < ENOUGH:
        return thresholds
    tried = [*(thresholds.ask * one for one in ASKED), None]
    return truth.cheapest([thresholds.model_copy(update={"ask_above": one}) for one in tried])


def _replaced(
    thresholds: Thresholds, shares: NDArray[np.float64], *, ask: bool = True
) -> Thresholds:
    labels = tuple(
        one.model_copy(update={"threshold": float(share)})
        for one, share in zip(thresholds.labels, shares, strict=True)
    )
    own: dict[str, object] = {"labels": labels}
    if not ask:
        own["ask_above"] = None
    return thresholds.model_copy(update=own)
