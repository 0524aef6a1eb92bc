from __future__ import annotations

import numpy as np
import pytest

from warrant.models.trees.link import by_label, shape_of, to_probabilities
from warrant.records.model import TaskKind


@pytest.mark.parametrize(
    ("task", "labels", "scores"),
    [("regression", 0, 1), ("binary", 2, 1), ("multiclass", 3, 3), ("multilabel", 3, 3)],
)
def test_a_task_has_one_score_a_question(task: TaskKind, labels: int, scores: int) -> None:
    shape = shape_of(task, labels, 4, {1: 9})
    assert (shape.features, shape.trees_a_round, shape.categories) == (4, scores, {1: 9})
    assert shape.objective.startswith(
        {"multilabel": "multiclassova", "regression": "regression"}.get(task, task)
    )


def test_one_label_of_many_is_a_yes_or_no() -> None:
    assert shape_of("multilabel", 1, 2) == shape_of("binary", 2, 2)


def test_what_speaks_for_one_of_two_speaks_against_the_other() -> None:
    scores = np.array([[2.0], [-1.0]])
    assert by_label(scores, "binary").tolist() == [[-1.0, 1.0], [0.5, -0.5]]
    assert by_label(scores, "multilabel").tolist() == scores.tolist()
    odds = to_probabilities(by_label(scores, "binary"), "binary")
    assert odds.argmax(axis=1).tolist() == [1, 0]


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_probabilities_of_a_row_sum_to_one(task: TaskKind) -> None:
    scores = np.array([[800.0, -3.0, 0.5], [-800.0, 0.0, 1.0]])[:, : 1 if task == "binary" else 3]
    found = to_probabilities(by_label(scores, task), task)
    assert found.sum(axis=1).tolist() == [1.0, 1.0]
    assert ((found >= 0) & (found <= 1)).all()
