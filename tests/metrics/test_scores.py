from __future__ import annotations

import time

import numpy as np
import pytest

from warrant.errors import InputError
from warrant.metrics import (
    Figure,
    Interval,
    Judged,
    Resampling,
    best_constant,
    confusion,
    counting,
    judge,
    measure,
    per_label,
    score,
)


def single(true: str, predicted: str, labels: str = "abc") -> Judged:
    return Judged(tuple(labels), judge(true, labels), judge(predicted, labels), single=True)


def bootstrap(judged: Judged, name: str, resampling: Resampling) -> Interval:
    return measure([counting(judged)], resampling)[Figure(name)]


def test_scores_of_a_small_example_are_those_computed_by_hand() -> None:
    judged = single("aabbc", "aabcc")
    assert score("accuracy", judged) == 0.8
    assert score("micro_f1", judged) == pytest.approx(0.8)
    assert score("macro_f1", judged) == pytest.approx((1 + 2 / 3 + 2 / 3) / 3)
    assert confusion(judged).tolist() == [[2, 0, 0], [0, 1, 1], [0, 0, 1]]


@pytest.mark.parametrize(("undefined", "value"), [("skip", 1.0), ("zero", 2 / 3), ("one", 1.0)])
def test_a_label_that_never_occurs_counts_as_its_convention_says(
    undefined: str, value: float
) -> None:
    judged = single("ab", "ab")
    assert score("macro_f1", judged, undefined) == pytest.approx(value)  # type: ignore[arg-type]


def test_a_figure_without_a_denominator_is_none() -> None:
    line = per_label(single("ab", "ab"))[2]
    assert line == ("c", None, None, None, 0, 0)


def test_an_unknown_score_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match="No score is called 'f2'"):
        score("f2", single("a", "a"))


def test_answers_of_two_shapes_are_refused() -> None:
    with pytest.raises(InputError, match=r"predicted answers have the shape \(1, 3\)"):
        single("ab", "a")


def test_a_single_answer_task_refuses_a_row_with_two() -> None:
    both = np.ones((1, 2), dtype=np.bool_)
    with pytest.raises(InputError, match="without exactly one label"):
        Judged(("a", "b"), both, both, single=True)


def test_a_confusion_table_of_several_labels_a_row_is_refused() -> None:
    both = np.ones((1, 2), dtype=np.bool_)
    with pytest.raises(InputError, match="needs one label a row"):
        confusion(Judged(("a", "b"), both, both, single=False))


def test_the_floor_of_one_answer_a_row_is_the_most_frequent_label() -> None:
    constant = best_constant(single("aabbb", "aaaaa"), "accuracy")
    assert constant.predicted.argmax(axis=1).tolist() == [1] * 5
    assert score("accuracy", constant) == 0.6


def test_the_floor_of_many_labels_is_the_best_constant_set() -> None:
    true = judge(["ab", "a", "ac", "a"], "abc")
    judged = Judged(("a", "b", "c"), true, ~true, single=False)
    assert best_constant(judged, "micro_f1").predicted[0].tolist() == [True, False, False]
    assert best_constant(judged, "macro_f1").predicted[0].tolist() == [True, True, True]
    assert best_constant(judged, "accuracy").predicted[0].tolist() == [True, False, False]


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    rng = np.random.default_rng(1)
    judged = single("".join(rng.choice(list("abc"), 200)), "".join(rng.choice(list("abc"), 200)))
    first = bootstrap(judged, "macro_f1", Resampling(seed=1))
    assert first == bootstrap(judged, "macro_f1", Resampling(seed=1))
    assert first != bootstrap(judged, "macro_f1", Resampling(seed=2))


def test_an_interval_is_as_wide_as_the_binomial_one() -> None:
    judged = single("a" * 400, "a" * 320 + "b" * 80)
    found = bootstrap(judged, "accuracy", Resampling(resamples=4000))
    half = 1.96 * np.sqrt(0.8 * 0.2 / 400)
    assert found.value == 0.8
    assert found.low == pytest.approx(0.8 - half, abs=0.01)
    assert found.high == pytest.approx(0.8 + half, abs=0.01)


def test_rows_that_stand_or_fall_together_widen_the_interval() -> None:
    groups = [place // 20 for place in range(400)]
    predicted = "".join("a" if group % 5 else "b" for group in groups)
    judged = single("a" * 400, predicted)
    rows = bootstrap(judged, "accuracy", Resampling())
    drawn = bootstrap(judged, "accuracy", Resampling(groups=groups))
    assert drawn.value == rows.value
    assert drawn.high - drawn.low > 3 * (rows.high - rows.low)


@pytest.mark.parametrize("labels", [3, 77])
def test_two_thousand_resamples_of_ten_thousand_rows_cost_under_a_second(labels: int) -> None:
    rng = np.random.default_rng(1)
    one = np.eye(labels, dtype=np.bool_)
    true = rng.integers(0, labels, 10_000)
    answered = np.where(rng.random(10_000) < 0.8, true, rng.integers(0, labels, 10_000))
    judged = Judged(tuple(map(str, range(labels))), one[true], one[answered], single=True)
    start = time.process_time()
    measure([counting(judged)], Resampling())
    assert time.process_time() - start < 1.0


@pytest.mark.parametrize(
    ("resampling", "message"),
    [
        (Resampling(resamples=0), "Cannot resample 0 times"),
        (Resampling(level=1.0), "at the level 1.0"),
        (Resampling(groups=[1]), "2 rows and 1 group values"),
    ],
)
def test_impossible_resampling_is_refused(resampling: Resampling, message: str) -> None:
    with pytest.raises(InputError, match=message):
        bootstrap(single("ab", "ab"), "accuracy", resampling)


def test_nothing_to_measure_on_is_said() -> None:
    with pytest.raises(InputError, match="no rows to measure on"):
        bootstrap(single("", ""), "accuracy", Resampling())
