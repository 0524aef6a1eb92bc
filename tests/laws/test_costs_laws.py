"""Law of thresholds: what validation rows correct costs no more on these rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warrant.metrics import Judged, Prices, judge, row_costs
from warrant.metrics.costs import ITEMS
from warrant.models import Predictions
from warrant.models.thresholds import choose, expected_costs
from warrant.records.model import TaskKind
from warrant.stages.train.costs import choose_thresholds

PRICE = st.sampled_from([0.0, 1.0, 5.0, 50.0, 500.0])


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
@settings(max_examples=15)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 90),
    dear=PRICE,
    other=PRICE,
    alarm=PRICE,
    ask=st.none() | PRICE,
)
def test_thresholds_cost_no_more_than_the_prices_alone(
    task: TaskKind, seed: int, rows: int, dear: float, other: float, alarm: float, ask: float | None
) -> None:
    """Law of `stages.train.costs`: on the validation rows, thresholds cost no more than ..."""
    rng, labels = np.random.default_rng(seed), ("a", "b") if task == "binary" else ("a", "b", "c")
    odds = rng.dirichlet(np.ones(len(labels)), rows)
    chosen = np.eye(len(labels), dtype=np.bool_)[odds.argmax(axis=1)]
    found = Predictions(labels, odds, chosen)
    true = [(str(rng.choice(labels)),) for _ in range(rows)]
    prices = Prices({"a": dear}, other, alarm, ask)
    with_them = choose_thresholds(task, found, true, prices).with_them
    alone = choose_thresholds(task, found, [], prices).thresholds
    answers = choose(alone, task, odds)
    asked = None if ask is None else expected_costs(alone, odds, answers) > ask
    judged = Judged(labels, judge(true, labels), answers, task != "multilabel")
    assert with_them is not None
    assert with_them <= ITEMS * float(row_costs(judged, prices, asked).mean()) + 1e-3
