from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as peer

from warrant.metrics import (
    METRICS,
    Figure,
    Judged,
    Resampling,
    confusion,
    counted,
    counting,
    half_closer_than,
    measure,
    missing_by,
    per_label,
    probing,
    ranking,
    score,
)
from warrant.metrics.probabilities import BINS

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
    found = measure([counting(judged)], Resampling(resamples=50, seed=seed))
    for name in METRICS:
        interval = found[Figure(name)]
        assert interval.value == pytest.approx(score(name, judged), nan_ok=True)
        if not np.isnan(interval.low):
            assert 0 <= interval.low <= interval.high <= 1


@given(several())
def test_rows_as_their_own_groups_score_as_rows(judged: Judged) -> None:
    alone = Resampling(resamples=50, groups=range(len(judged)))
    found = measure([counting(judged)], alone)[Figure("accuracy")]
    assert found.value == pytest.approx(score("accuracy", judged))


ONCE = Resampling(resamples=1)


@st.composite
def probable(draw: st.DrawFn) -> tuple[Judged, np.ndarray]:
    """Give answers and probabilities with many ties, for one label a row or several."""
    judged = draw(st.one_of(single(), several()))
    size = (len(judged), len(LABELS))
    parts = st.lists(st.integers(0, 8), min_size=size[0] * size[1], max_size=size[0] * size[1])
    weights = np.array(draw(parts), dtype=np.float64).reshape(size) + 0.5
    if not judged.single:
        return judged, weights / 9
    return judged, weights / weights.sum(axis=1, keepdims=True)


def values(*families: object) -> dict[Figure, float]:
    return {name: one.value for name, one in measure(families, ONCE).items()}  # type: ignore[arg-type]


@given(probable())
def test_areas_under_curves_are_scikit_learns(given_: tuple[Judged, np.ndarray]) -> None:
    judged, probabilities = given_
    found = values(ranking(judged.true, probabilities))
    expected: dict[str, list[float]] = {"roc_auc": [], "pr_auc": []}
    for place in range(len(LABELS)):
        true, likely = judged.true[:, place], probabilities[:, place]
        if true.all() or not true.any():
            assert np.isnan(found[Figure("roc_auc", place)])
            continue
        expected["roc_auc"].append(peer.roc_auc_score(true, likely))
        expected["pr_auc"].append(peer.average_precision_score(true, likely))
        assert found[Figure("roc_auc", place)] == pytest.approx(expected["roc_auc"][-1])
        assert found[Figure("pr_auc", place)] == pytest.approx(expected["pr_auc"][-1])
    for name, each in expected.items():
        mean = np.mean(each) if each else np.nan
        assert found[Figure(name)] == pytest.approx(mean, nan_ok=True)
    if judged.single and judged.true.any(axis=0).all():
        one_against_rest = peer.roc_auc_score(
            judged.true.argmax(axis=1), probabilities, multi_class="ovr", average="macro"
        )
        assert found[Figure("roc_auc")] == pytest.approx(one_against_rest)


@given(probable())
def test_log_loss_and_brier_score_are_scikit_learns(given_: tuple[Judged, np.ndarray]) -> None:
    judged, probabilities = given_
    found = values(probing(judged, probabilities))
    if judged.single:
        true = judged.true.argmax(axis=1)
        loss = peer.log_loss(true, probabilities, labels=range(4))
        brier = peer.brier_score_loss(true, probabilities, labels=range(4))
    else:
        pairs = list(zip(judged.true.T, probabilities.T, strict=True))
        loss = np.mean([peer.log_loss(one, likely, labels=[0, 1]) for one, likely in pairs])
        brier = np.mean(
            [peer.brier_score_loss(one, likely, labels=[0, 1]) for one, likely in pairs]
        )
    assert found[Figure("log_loss")] == pytest.approx(loss)
    assert found[Figure("brier")] == pytest.approx(brier)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=1, max_size=40))
def test_the_brier_score_of_two_answers_is_that_of_one_of_them(
    rows: list[tuple[bool, int]],
) -> None:
    yes = np.array([one for one, _ in rows])
    likely = np.array([part / 20 for _, part in rows])
    true, both = np.column_stack([~yes, yes]), np.column_stack([1 - likely, likely])
    judged = Judged(("no", "yes"), true, np.eye(2, dtype=np.bool_)[both.argmax(axis=1)], True)
    expected = peer.brier_score_loss(yes, likely, labels=[False, True])
    assert values(probing(judged, both))[Figure("brier")] == pytest.approx(expected)


@given(probable())
def test_the_calibration_error_is_its_definition(given_: tuple[Judged, np.ndarray]) -> None:
    """Sum over bins of (rows in it / rows) · |accuracy − confidence|: Guo et al., equation 3."""
    judged, probabilities = given_
    if judged.single:
        sure = np.array(
            [row[chosen] for row, chosen in zip(probabilities, judged.predicted, strict=True)]
        )
        questions = [(sure[:, 0], (judged.true & judged.predicted).any(axis=1))]
    else:
        questions = list(zip(probabilities.T, judged.true.T, strict=True))
    errors = []
    for likely, right in questions:
        total = 0.0
        for place in range(BINS):
            low, high = place / BINS, (place + 1) / BINS
            inside = (likely > low) & (likely <= high) | ((place == 0) & (likely == 0))
            if inside.any():
                gap = abs(right[inside].mean() - likely[inside].mean())
                total += inside.mean() * gap
        errors.append(total)
    found = values(probing(judged, probabilities))[Figure("ece")]
    assert found == pytest.approx(np.mean(errors), abs=1e-9)


NUMBERS = st.floats(-1e6, 1e6).map(lambda one: round(one, 3))


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=40))
def test_errors_of_numbers_are_scikit_learns(rows: list[tuple[float, float]]) -> None:
    true, predicted = np.array(rows).T
    found = values(missing_by(true, predicted), half_closer_than(true, predicted))
    peers = {
        "mae": peer.mean_absolute_error,
        "rmse": peer.root_mean_squared_error,
        "median_absolute_error": peer.median_absolute_error,
    }
    for name, function in peers.items():
        assert found[Figure(name)] == pytest.approx(function(true, predicted)), name
    if len(set(true)) > 1:
        assert found[Figure("r2")] == pytest.approx(peer.r2_score(true, predicted), rel=1e-4)
    else:
        assert np.isnan(found[Figure("r2")])


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(0, 4)), min_size=1, max_size=30))
def test_a_resampled_median_is_that_of_the_rows_drawn(
    rows: list[tuple[float, float, int]],
) -> None:
    true, predicted, times = (np.array(part) for part in zip(*rows, strict=True))
    if not times.sum():
        times[0] = 1
    family = half_closer_than(true, predicted)
    drawn = family.finish(family.parts @ times[:, None].astype(np.float64))[0, 0]
    errors = np.repeat(np.abs(predicted - true), times)
    assert drawn == pytest.approx(np.median(errors))


@given(probable(), st.data())
def test_a_resample_scores_as_the_rows_drawn(
    given_: tuple[Judged, np.ndarray], data: st.DataObject
) -> None:
    """The sums stand for the rows: weights give what repeated rows give."""
    judged, probabilities = given_
    size = len(judged)
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)))
    if not times.sum():
        times[0] = 1
    drawn = np.repeat(np.arange(size), times)
    again, likely = judged.take(drawn), probabilities[drawn]
    weights = times[:, None].astype(np.float64)
    for whole, part in (
        (counting(judged), counting(again)),
        (ranking(judged.true, probabilities), ranking(again.true, likely)),
        (probing(judged, probabilities), probing(again, likely)),
    ):
        by_weight = whole.finish(whole.parts @ weights)[:, 0]
        by_row = part.finish(part.parts @ np.ones((len(drawn), 1)))[:, 0]
        # Bins of as many rows are those of all rows: a resample falls into the same ones.
        kept = [at for at, one in enumerate(whole.figures) if one.metric != "adaptive_ece"]
        assert by_weight[kept] == pytest.approx(by_row[kept], nan_ok=True)


@given(several())
def test_the_lexglue_convention_is_that_of_its_programs(judged: Judged) -> None:
    """`add_zero_class`, then scikit-learn's f1_score over all columns with zero_division=0."""

    def add_zero_class(answers: np.ndarray) -> np.ndarray:
        return np.column_stack([answers, answers.sum(axis=1) == 0]).astype(int)

    true, predicted = add_zero_class(judged.true), add_zero_class(judged.predicted)
    found = counted(judged, "lexglue")
    for name in ("micro", "macro"):
        expected = peer.f1_score(true, predicted, average=name, zero_division=0)
        assert score(f"{name}_f1", found, "zero") == pytest.approx(expected)
    assert score("accuracy", found) == score("accuracy", judged)
