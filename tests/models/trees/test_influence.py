"""Rows go down the trees as LightGBM sends them, and the rows an answer was made from are named."""

from __future__ import annotations

import numpy as np
import pytest

from warrant.models.columns import ColumnEncoder, NumberColumn
from warrant.models.model import VALUE, InputColumn
from warrant.models.trees.forest import Tree, write_trees
from warrant.models.trees.influence import influence_of, leaves
from warrant.models.trees.link import shape_of
from warrant.models.trees.model import TreesModel
from warrant.models.trees.process import Trees
from warrant.models.trees.reader import Reader
from warrant.records.model import TaskKind
from warrant.stages.train.builtin.forest import Plan, Rows, grow_forest

RNG = np.random.default_rng(8)
NUMBERS = RNG.uniform(0, 100, size=(400, 2))
CATEGORIES = RNG.integers(0, 5, 400).astype(float)


def nothing(_done: int, _all: int) -> None: ...


def grown(plan: Plan, numbers: np.ndarray, truth: np.ndarray) -> tuple[Tree, ...]:
    """Learn from the first 300 rows, stop by the others."""
    documents = np.arange(400)
    train, rest = (
        Rows(numbers[part], truth[part], documents[part]) for part in (slice(300), slice(300, 400))
    )
    return grow_forest(train, rest, plan, nothing).trees


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_the_leaves_of_rows_add_up_to_the_scores_that_lightgbm_gives(task: TaskKind) -> None:
    numbers = np.column_stack([NUMBERS, CATEGORIES])
    numbers[::7, 0] = np.nan
    numbers[::11, 2] = np.nan
    mark = np.nan_to_num(numbers[:, 0]) + 30 * np.isin(numbers[:, 2], (1, 3))
    labels = {"binary": 2, "multiclass": 3, "regression": 0}[task]
    place = np.digitize(mark, [40, 80][: max(labels - 1, 1)])
    truth = mark if task == "regression" else np.eye(labels, dtype=bool)[place]
    plan = Plan(task, shape_of(task, labels, 3, {2: 5}), (0, 0, 0), False, seed=7)
    parts = [
        Rows(numbers[one], truth[one], np.arange(400)[one]) for one in (slice(300), slice(300, 400))
    ]
    trees = grow_forest(parts[0], parts[1], plan, nothing).trees
    shape = plan.shape
    expected = Trees(write_trees(trees, shape), 3, shape.trees_a_round).scores(numbers)
    found = np.zeros_like(expected)
    for at, tree in enumerate(trees):
        found[:, at % shape.trees_a_round] += np.array(tree.leaf_value)[leaves(tree, numbers)]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def taught(labels: np.ndarray, task: TaskKind = "multiclass") -> TreesModel:
    names = () if task == "regression" else ("high", "low", "odd")
    reads = tuple(InputColumn(name, "number") for name in ("amount", "days"))
    encoder = ColumnEncoder(
        tuple(NumberColumn(one, 0.0, 100.0, 50.0, 30.0, may_miss=False) for one in reads)
    )
    plan = Plan(task, shape_of(task, len(names), 2), (0, 0), False, seed=7)
    truth = labels if task == "regression" else np.eye(3, dtype=bool)[labels]
    parts = [
        Rows(NUMBERS[one], truth[one], np.arange(400)[one]) for one in (slice(300), slice(300, 400))
    ]
    trees = grow_forest(parts[0], parts[1], plan, nothing).trees
    reader = Reader(("amount", "days"), encoder, ())
    return TreesModel(
        task, names, reader, trees, (0.5,) * len(names), (1.0,) * len(names), (0.0,) * len(names)
    )


def columns(rows: np.ndarray) -> dict[str, list[object]]:
    return {"amount": rows[:, 0].tolist(), "days": rows[:, 1].tolist()}


def test_rows_that_made_an_answer_are_among_the_first_ten() -> None:
    labels = (NUMBERS[:, 0] < 50).astype(int)
    planted = np.flatnonzero((np.abs(NUMBERS[:, 0] - 80) < 6) & (np.abs(NUMBERS[:, 1] - 50) < 25))
    labels[planted] = 2
    model = taught(labels)
    asked = np.array([[80.0, 50.0]])
    names = [(("high", "low", "odd")[one],) for one in labels[:300]]
    found = influence_of(model, columns(asked), columns(NUMBERS[:300]), names, "odd", "high")
    assert model.labels[int(model.predict(columns(asked)).probabilities.argmax())] == "odd"
    first = np.argsort(-found)[:10]
    assert len(set(first.tolist()) & set(planted.tolist())) >= 9


def test_a_number_is_pushed_up_by_rows_with_large_ones() -> None:
    values = NUMBERS[:, 0] * 2
    model = taught(values, "regression")
    rows = [(f"{one:.6f}",) for one in values[:300]]
    asked = np.array([[95.0, 50.0]])
    found = influence_of(model, columns(asked), columns(NUMBERS[:300]), rows, VALUE)
    assert NUMBERS[np.argsort(-found)[:10], 0].min() > 70
