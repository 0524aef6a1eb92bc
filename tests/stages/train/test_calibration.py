"""Calibration: better probabilities, the same answers, and a reason where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit, softmax

from warrant.models.linear.link import choose, to_probabilities
from warrant.records.model import TaskKind
from warrant.stages.train.calibration import Calibration, calibrate

ROWS = 2000


def drawn(probabilities: NDArray[np.float64], task: TaskKind, seed: int) -> NDArray[np.bool_]:
    """Truth that is as often so as these probabilities say."""
    rng = np.random.default_rng(seed)
    if task == "multilabel":
        return rng.random(probabilities.shape) < probabilities
    places = [rng.choice(probabilities.shape[1], p=row) for row in probabilities]
    return np.eye(probabilities.shape[1], dtype=np.bool_)[places]


def scores_of(labels: int) -> NDArray[np.float64]:
    return np.random.default_rng(3).normal(size=(ROWS, labels))


def test_a_temperature_undoes_what_is_too_sure() -> None:
    true = 2 * scores_of(5)
    truth = drawn(softmax(true, axis=1), "multiclass", 1)
    found = calibrate(true * 4, truth, "multiclass")
    assert 1 / found.slopes[0] == pytest.approx(4, rel=0.1)
    assert (found.offsets == 0).all()
    assert found.facts["calibration"] == "temperature, on validation rows"
    assert found.facts["calibration_rows"] == ROWS


def test_of_two_labels_the_sigmoid_moves_the_threshold_along() -> None:
    line = scores_of(1)[:, 0] * 2
    truth = drawn(np.column_stack([1 - expit(line - 2), expit(line - 2)]), "binary", 1)
    scores = np.column_stack([-line, line]) * 1.5  # too sure, and blind to how rare the second is
    found = calibrate(scores, truth, "binary")
    told = to_probabilities(found.apply(scores), "softmax")
    assert np.abs(told[:, 1] - expit(line - 2)).mean() < 0.03
    before = choose(to_probabilities(scores, "softmax"), "binary", (0.5, 0.5))
    assert (choose(told, "binary", found.thresholds("binary", 0.5)) == before).all()


def test_each_label_gets_a_sigmoid_and_few_rows_share_one() -> None:
    true = scores_of(4) * 2 - np.array([0.0, 1.0, 7.0, 7.5])
    truth = drawn(expit(true), "multilabel", 1)
    truth[:, 2:] = False
    truth[np.argsort(-true[:, 2])[:8], 2] = True
    truth[np.argsort(-true[:, 3])[:7], 3] = True
    found = calibrate(true * 3, truth, "multilabel")
    assert (
        found.facts["calibration_labels_alone"],
        found.facts["calibration_labels_together"],
    ) == (
        2,
        2,
    )
    assert found.slopes[2] == found.slopes[3]
    assert found.slopes[:2] == pytest.approx(1 / 3, rel=0.2)
    before = choose(to_probabilities(true * 3, "sigmoid"), "multilabel", (0.4,) * 4)
    after = choose(
        to_probabilities(found.apply(true * 3), "sigmoid"),
        "multilabel",
        found.thresholds("multilabel", 0.4),
    )
    assert (before == after).mean() > 0.9999


@pytest.mark.parametrize(
    ("rows", "task", "why"),
    [
        (0, "multiclass", "none: 0 validation rows, 50 are needed"),
        (49, "multilabel", "none: 49 validation rows, 50 are needed"),
        (60, "binary", "none: a label has less than 10 validation rows"),
        (60, "multilabel", "none: no label has 10 validation rows"),
    ],
)
def test_too_few_rows_change_nothing_and_it_is_said(rows: int, task: TaskKind, why: str) -> None:
    truth = np.zeros((rows, 2), np.bool_)
    truth[:, 0] = task != "multilabel"
    found = calibrate(scores_of(2)[:rows], truth, task)
    assert isinstance(found, Calibration)
    assert found.is_none
    assert found.facts == {"calibration": why}
    assert found.thresholds(task, 0.5) == pytest.approx((0.5, 0.5))


def test_scores_that_tell_the_contrary_are_left_as_they_are() -> None:
    line = scores_of(1)[:, 0] * 3
    truth = drawn(np.column_stack([expit(line), 1 - expit(line)]), "binary", 1)
    found = calibrate(np.column_stack([-line, line]), truth, "binary")
    assert found.is_none
    assert found.facts == {"calibration": "none: on validation rows the scores tell nothing"}
