from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from warrant.errors import InputError
from warrant.metrics import (
    Family,
    Figure,
    Judged,
    Prices,
    Resampling,
    base_rates,
    best_constant,
    best_number,
    cheapest_constant,
    costing,
    counted,
    counting,
    half_closer_than,
    judge,
    measure,
    missing_by,
    probing,
    ranking,
    row_costs,
    score,
)

Array = NDArray[np.float64]


def one_label(rows: int, labels: int, seed: int = 1) -> tuple[Judged, Array]:
    """Draw rows of one label each, and a model that is right now and then."""
    rng = np.random.default_rng(seed)
    one = np.eye(labels, dtype=np.bool_)
    true = rng.integers(0, labels, rows)
    logits = rng.normal(size=(rows, labels))
    logits[np.arange(rows), true] += 1.5
    likely = np.exp(logits)
    likely /= likely.sum(axis=1, keepdims=True)
    names = tuple(map(str, range(labels)))
    return Judged(names, one[true], one[likely.argmax(axis=1)], single=True), likely


def many_labels(rows: int, labels: int, seed: int = 1) -> tuple[Judged, Array]:
    """Draw rows of any number of labels."""
    rng = np.random.default_rng(seed)
    true = rng.random((rows, labels)) < 0.05
    likely = 1 / (1 + np.exp(2 - 2 * true - rng.normal(size=(rows, labels))))
    return Judged(tuple(map(str, range(labels))), true, likely > 0.5, single=False), likely


@pytest.mark.slow
@pytest.mark.parametrize("drawn", [one_label, many_labels])
def test_all_figures_of_ten_thousand_rows_and_77_labels_cost_some_seconds(drawn: object) -> None:
    judged, likely = drawn(10_000, 77)  # type: ignore[operator]
    start = time.process_time()
    families = [counting(judged), ranking(judged.true, likely), probing(judged, likely)]
    found = measure(families, Resampling())
    assert time.process_time() - start < 10
    assert all(one.is_defined for one in found.values())


def test_a_label_of_all_rows_or_none_has_no_curve_and_is_left_out_of_the_mean() -> None:
    true = np.array([[True, True, False], [True, False, False], [True, True, False]])
    likely = np.array([[0.9, 0.8, 0.1], [0.8, 0.3, 0.2], [0.7, 0.2, 0.3]])
    found = measure([ranking(true, likely)], Resampling(resamples=200))
    assert not found[Figure("roc_auc", 0)].is_defined
    assert not found[Figure("pr_auc", 2)].is_defined
    assert found[Figure("roc_auc")].value == found[Figure("roc_auc", 1)].value == 0.5


def test_what_was_called_impossible_and_is_true_has_a_finite_loss() -> None:
    true = judge("a", "ab")
    judged = Judged(("a", "b"), true, ~true, single=True)
    found = measure([probing(judged, np.array([[0.0, 1.0]]))], Resampling(resamples=1))
    assert found[Figure("log_loss")].value == pytest.approx(36.04, abs=0.01)
    assert found[Figure("brier")].value == 1


def test_the_floor_of_probabilities_is_the_share_of_each_label() -> None:
    judged, likely = one_label(400, 3)
    rates = base_rates(judged.true)
    floor = measure([probing(judged, rates)], Resampling(resamples=1))
    shares = judged.true.mean(axis=0)
    entropy = -(shares * np.log(shares)).sum()
    assert floor[Figure("log_loss")].value == pytest.approx(entropy)
    model = measure([probing(judged, likely)], Resampling(resamples=1))
    assert model[Figure("log_loss")].value < entropy


def test_the_floor_of_numbers_is_the_mean_or_the_median() -> None:
    true = np.array([0.0, 0.0, 0.0, 8.0])
    assert best_number(true, "rmse") == 2
    assert best_number(true, "mae") == 0


def test_the_lexglue_floor_may_be_no_label_at_all() -> None:
    true = judge(["", "", "", "a"], "ab")
    judged = Judged(("a", "b"), true, ~true, single=False)
    constant = best_constant(judged, "micro_f1", "lexglue")
    assert not constant.predicted.any()
    assert score("micro_f1", counted(constant, "lexglue")) == 0.75
    assert best_constant(judged, "micro_f1").predicted.any()


def test_lexglue_is_refused_where_every_row_has_one_label() -> None:
    judged = Judged(("a", "b"), judge("ab", "ab"), judge("ab", "ab"), single=True)
    with pytest.raises(InputError, match="'lexglue' counts rows without a label") as caught:
        counted(judged, "lexglue")
    assert caught.value.do.startswith("Take `convention: lexglue` out of `evaluate`")


PRICES = Prices({"cap": 500.0}, missed_default=50.0, false_alarm=5.0, review=2.0)


def test_a_missed_label_a_false_alarm_and_a_review_have_their_prices() -> None:
    labels = ("cap", "law")
    true = np.array([[1, 0], [0, 1], [0, 0], [1, 1]], dtype=np.bool_)
    predicted = np.array([[0, 0], [0, 0], [1, 0], [1, 1]], dtype=np.bool_)
    judged = Judged(labels, true, predicted, single=False)
    assert row_costs(judged, PRICES).tolist() == [500, 50, 5, 0]
    reviewed = np.array([True, False, False, True])
    assert row_costs(judged, PRICES, reviewed).tolist() == [2, 50, 5, 2]
    without = Prices({"cap": 500.0}, 50.0, 5.0)
    assert row_costs(judged, without, reviewed).tolist() == [500, 50, 5, 0]
    found = measure([costing(row_costs(judged, PRICES))], Resampling(resamples=10))
    assert found[Figure("cost_per_1000")].value == 1000 * 555 / 4


def test_without_a_model_the_cheapest_one_answer_is_given() -> None:
    labels = ("cap", "law")
    several = judge([["cap"], ["law"], [], []], labels)
    judged = Judged(labels, several, ~several, single=False)
    # Always "cap": three false alarms. Never "law": one missed at 50, dearer than 3 · 5.
    assert cheapest_constant(judged, PRICES) == 1000 * (15 + 15) / 4
    single = judge([["cap"], ["law"], ["law"], ["law"]], labels)
    judged = Judged(labels, single, single, single=True)
    # Always "cap" misses 3 · 50 and raises 3 · 5; always "law" misses 500 and raises 5.
    assert cheapest_constant(judged, PRICES) == 1000 * 165 / 4


def widths(families: list[Family], **settings: object) -> dict[str, float]:
    found = measure(families, Resampling(**settings))  # type: ignore[arg-type]
    return {name.metric: one.high - one.low for name, one in found.items() if name.label is None}


def test_more_rows_narrow_every_interval() -> None:
    few, many = one_label(200, 3), one_label(3200, 3)
    for wide, narrow in zip(
        *(
            widths(
                [counting(judged), ranking(judged.true, likely), probing(judged, likely)]
            ).values()
            for judged, likely in (few, many)
        ),
        strict=True,
    ):
        assert narrow < wide / 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["accuracy", "macro_f1", "roc_auc", "pr_auc", "log_loss", "brier"])
def test_intervals_of_labels_cover_the_truth_as_often_as_they_say(name: str) -> None:
    """300 test sets of 400 rows; the truth is the figure of 200,000 rows."""
    draws = 300

    def families(judged: Judged, likely: Array) -> list[Family]:
        return [counting(judged), ranking(judged.true, likely), probing(judged, likely)]

    truth = measure(families(*one_label(200_000, 3, seed=10**6)), Resampling(resamples=1))
    hits = 0
    for seed in range(draws):
        found = measure(families(*one_label(400, 3, seed)), Resampling(resamples=400))
        interval = found[Figure(name)]
        hits += interval.low <= truth[Figure(name)].value <= interval.high
    # 95 %, less what a percentile interval of 400 rows lacks; three standard errors are 3.8 %.
    assert 0.90 <= hits / draws <= 0.99


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mae", "rmse", "r2", "median_absolute_error"])
def test_intervals_of_numbers_cover_the_truth_as_often_as_they_say(name: str) -> None:
    def families(rows: int, seed: int) -> list[Family]:
        rng = np.random.default_rng(seed)
        true = rng.normal(size=rows)
        predicted = true + rng.normal(scale=0.5, size=rows)
        return [missing_by(true, predicted), half_closer_than(true, predicted)]

    truth = measure(families(1_000_000, 10**6)[:1], Resampling(resamples=1))
    known = {"median_absolute_error": 0.5 * 0.6744898}
    expected = known.get(name) or truth[Figure(name)].value
    hits = 0
    for seed in range(300):
        interval = measure(families(300, seed), Resampling(resamples=400))[Figure(name)]
        hits += interval.low <= expected <= interval.high
    assert 0.90 <= hits / 300 <= 0.99
