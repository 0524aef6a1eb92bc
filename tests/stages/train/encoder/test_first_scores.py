"""With what an encoder's head begins: the frequency of each label, which nothing read can tell."""

from __future__ import annotations

import numpy as np
import pytest

from warrant.stages.train.encoder.rows import first_scores, log_shares

pytestmark = pytest.mark.torch

RARE = np.array([[0, 1], [0, 1], [0, 0], [0, 0], [1, 0], [0, 0], [0, 0], [0, 0]], np.float32)


def test_labels_that_may_come_together_begin_at_their_log_odds() -> None:
    found = 1 / (1 + np.exp(-first_scores(RARE, None, "multilabel").astype(np.float64)))
    assert found == pytest.approx([1.5 / 9, 2.5 / 9])
    weighed = first_scores(RARE, np.array([3.0, 1.0], np.float32), "multilabel")
    assert weighed[0] == pytest.approx(np.log(3 * 1.5 / 7.5))


def test_labels_that_compete_begin_at_their_log_shares() -> None:
    found = np.exp(first_scores(np.eye(2, dtype=np.float32)[[0, 0, 0, 1]], None, "multiclass"))
    assert found == pytest.approx([3.5 / 5, 1.5 / 5])
    even = first_scores(
        np.eye(2, dtype=np.float32)[[0, 0, 0, 1]], np.array([1 / 3.5, 1 / 1.5]), "multiclass"
    )
    assert even[0] == pytest.approx(even[1])
    assert np.exp(log_shares(np.array([9.0, 1.0]))) == pytest.approx([0.9, 0.1])


def test_a_number_begins_at_its_mean_which_is_taken_off() -> None:
    assert first_scores(np.ones((3, 1), np.float32), None, "regression").tolist() == [0.0]
    assert first_scores(np.ones((0, 2), np.float32), None, "multilabel").tolist() == [0.0, 0.0]
