from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from warrant.models.trees.forest import write_trees
from warrant.models.trees.link import by_label, shape_of, to_probabilities
from warrant.models.trees.process import Trees
from warrant.models.trees.text import read_trees
from warrant.records.model import TaskKind
from warrant.stages.train.builtin.forest import Plan, Rows, grow_forest
from warrant.stages.train.weighing import balanced_weights

Answers = NDArray[np.bool_] | NDArray[np.float64]

NUMBERS = np.random.default_rng(5).normal(size=(600, 3))
DOCUMENTS = np.arange(600)


def nothing(_done: int, _all: int) -> None: ...


def plan(task: TaskKind, labels: int, *, balanced: bool = False) -> Plan:
    return Plan(task, shape_of(task, labels, 3), (0, 0, 0), balanced, seed=7)


def rows(truth: Answers, part: slice) -> Rows:
    return Rows(NUMBERS[part], truth[part], DOCUMENTS[part])


def scores(truth: Answers, chosen: Plan) -> NDArray[np.float64]:
    """Learn from the first 400 rows, stop by the next 100, answer the last 100."""
    forest = grow_forest(rows(truth, slice(400)), rows(truth, slice(400, 500)), chosen, nothing)
    text = write_trees(forest.trees, chosen.shape)
    assert read_trees(text, chosen.shape) == forest.trees
    return Trees(text, 3, chosen.shape.trees_a_round).scores(NUMBERS[500:])


def test_a_number_is_answered_with_a_number() -> None:
    truth = 40 * NUMBERS[:, 0]
    assert np.abs(scores(truth, plan("regression", 0))[:, 0] - truth[500:]).mean() < 8


@pytest.mark.parametrize(("task", "labels"), [("binary", 2), ("multiclass", 3)])
def test_one_label_a_row_is_found(task: TaskKind, labels: int) -> None:
    place = np.digitize(NUMBERS[:, 1], [-0.5, 0.5][: labels - 1])
    truth = np.eye(labels, dtype=bool)[place]
    odds = to_probabilities(by_label(scores(truth, plan(task, labels)), task), task)
    assert (odds.argmax(axis=1) == place[500:]).mean() > 0.9


def test_each_label_of_several_has_trees_of_its_own_in_one_text() -> None:
    truth = np.stack([NUMBERS[:, 0] > 0, NUMBERS[:, 1] > 1, NUMBERS[:, 2] > 9], axis=1)
    found = scores(truth, plan("multilabel", 3)) > 0
    assert (found == truth[500:]).mean() > 0.9
    assert not found[:, 2].any()


def test_a_label_that_always_holds_is_answered_as_surely_as_the_rows_allow() -> None:
    truth = np.ones((600, 1), dtype=bool)
    assert scores(truth, plan("multilabel", 1)).tolist() == [[np.log(401)]] * 100


def test_rows_of_strange_labels_stop_nothing_and_teach_nothing() -> None:
    truth = np.eye(2, dtype=bool)[(NUMBERS[:, 0] > 0).astype(int)]
    strange = truth.copy()
    strange[400:500:2] = False
    strange[500:] = False
    assert (scores(strange, plan("binary", 2)) == scores(strange, plan("binary", 2))).all()
    nobody = Rows(NUMBERS[:9], np.zeros((9, 2), bool), DOCUMENTS[:9])
    chosen = plan("binary", 2)
    blind = grow_forest(rows(truth, slice(400)), nobody, chosen, nothing)
    assert blind == grow_forest(rows(truth, slice(400)), None, chosen, nothing)


def test_balance_lets_a_rare_label_weigh_as_much() -> None:
    answers = np.array([0.0, 0.0, 0.0, 1.0])
    weights = balanced_weights(answers.astype(int))
    assert weights[answers == 0].sum() == pytest.approx(weights[answers == 1].sum())
    assert weights.mean() == 1
    truth = np.eye(2, dtype=bool)[(NUMBERS[:, 0] > 1.5).astype(int)]
    plain, even = (
        scores(truth, plan("binary", 2, balanced=balanced)).mean() for balanced in (False, True)
    )
    assert even > plain


def test_a_leaf_of_two_documents_is_nowhere() -> None:
    documents = np.where(NUMBERS[:400, 0] > 1, 0, DOCUMENTS[:400])
    truth = np.eye(2, dtype=bool)[(NUMBERS[:400, 0] > 1).astype(int)]
    forest = grow_forest(Rows(NUMBERS[:400], truth, documents), None, plan("binary", 2), nothing)
    assert forest.lost_leaves > 0
    text = write_trees(forest.trees, plan("binary", 2).shape)
    assert Trees(text, 3, 1).scores(np.array([[3.0, 0.0, 0.0]]))[0, 0] < 0
