from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as peer

from warrant.metrics import METRICS, Judged, Resampling, bootstrap, confusion, per_label, score

LABELS = ("a", "b", "c", "d")


@st.composite
def single(draw: st.DrawFn) -> Judged:
    size = draw(st.integers(1, 40))
    place = st.lists(st.integers(0, 3), min_size=size, max_size=size)
    one = np.eye(4, dtype=np.bool_)
    return Judged(LABELS, one[draw(place)], one[draw(place)], single=True)


@st.composite
def several(draw: st.DrawFn) -> Judged:
    size = draw(st.integers(1, 40))
    bits = st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=size, max_size=size)
    return Judged(LABELS, np.array(draw(bits)), np.array(draw(bits)), single=False)


def f1(judged: Judged, average: str, zero_division: float) -> float:
    true, predicted = judged.true, judged.predicted
    return float(peer.f1_score(true, predicted, average=average, zero_division=zero_division))


@given(single())
def test_one_answer_a_row_scores_as_in_scikit_learn(judged: Judged) -> None:
    true, predicted = judged.true.argmax(axis=1), judged.predicted.argmax(axis=1)
    assert score("accuracy", judged) == pytest.approx(peer.accuracy_score(true, predicted))
    assert score("micro_f1", judged) == pytest.approx(
        peer.f1_score(true, predicted, average="micro")
    )
    assert score("macro_f1", judged) == pytest.approx(
        peer.f1_score(true, predicted, average="macro")
    )
    table = peer.confusion_matrix(true, predicted, labels=range(4))
    assert confusion(judged).tolist() == table.tolist()


@given(several())
def test_many_answers_a_row_score_as_in_scikit_learn(judged: Judged) -> None:
    assert score("accuracy", judged) == pytest.approx(
        peer.accuracy_score(judged.true, judged.predicted)
    )
    for name in ("micro", "macro"):
        assert score(f"{name}_f1", judged, "zero") == pytest.approx(f1(judged, name, 0.0))
        assert score(f"{name}_f1", judged, "one") == pytest.approx(f1(judged, name, 1.0))


@given(several())
def test_a_skipped_label_is_scikit_learns_undefined_one(judged: Judged) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns of a mean of nothing
        expected = f1(judged, "macro", np.nan)
    assert score("macro_f1", judged, "skip") == pytest.approx(expected, nan_ok=True)


@given(several())
def test_figures_of_each_label_are_scikit_learns(judged: Judged) -> None:
    expected = peer.precision_recall_fscore_support(
        judged.true, judged.predicted, zero_division=np.nan
    )
    found = per_label(judged)
    for column, name in enumerate(("precision", "recall", "f1")):
        values = [np.nan if (value := getattr(line, name)) is None else value for line in found]
        assert values == pytest.approx(list(expected[column]), nan_ok=True)
    assert [line.support for line in found] == list(expected[3])


@given(st.one_of(single(), several()), st.integers(0, 99))
def test_an_interval_lies_around_possible_values_and_the_value_is_the_score(
    judged: Judged, seed: int
) -> None:
    found = bootstrap(judged, tuple(METRICS), Resampling(resamples=50, seed=seed))
    for name, interval in found.items():
        assert interval.value == pytest.approx(score(name, judged), nan_ok=True)
        if not np.isnan(interval.low):
            assert 0 <= interval.low <= interval.high <= 1


@given(several())
def test_rows_as_their_own_groups_score_as_rows(judged: Judged) -> None:
    alone = Resampling(resamples=50, groups=range(len(judged)))
    found = bootstrap(judged, ("accuracy",), alone)["accuracy"]
    assert found.value == pytest.approx(score("accuracy", judged))
