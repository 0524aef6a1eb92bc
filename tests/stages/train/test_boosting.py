from __future__ import annotations

import numpy as np
import pytest

from warrant.models.trees.forest import Shape, write_trees
from warrant.models.trees.process import Trees
from warrant.stages.train.builtin.boosting import BLIND_ROUNDS, MOST_ROUNDS, Target, grow

SHAPE = Shape("binary sigmoid:1", 3, categories={1: 12})


def rows(count: int, seed: int = 3) -> Target:
    random = np.random.default_rng(seed)
    numbers = random.normal(size=(count, 3))
    numbers[:, 1] = random.integers(0, 12, count)
    numbers[random.random(count) < 0.1, 2] = np.nan
    odds = 2 * numbers[:, 0] + (numbers[:, 1] % 3 == 1)
    return Target(numbers, (random.random(count) < 1 / (1 + np.exp(-odds))).astype(float))


def test_the_same_rows_and_seed_give_the_same_trees() -> None:
    first, second = (grow(rows(900), rows(300, 4), SHAPE, monotone=(0,) * 3, seed=7) for _ in "12")
    assert write_trees(first.trees, SHAPE) == write_trees(second.trees, SHAPE)
    assert (first.leaves == second.leaves).all()


def test_validation_rows_stop_it_and_without_them_the_rounds_are_fixed() -> None:
    stopped = grow(rows(900), rows(300, 4), SHAPE, monotone=(0,) * 3, seed=7)
    assert 1 < stopped.rounds < MOST_ROUNDS / 2
    assert len(stopped.trees) == stopped.rounds == stopped.leaves.shape[1]
    assert grow(rows(900), None, SHAPE, monotone=(0,) * 3, seed=7).rounds == BLIND_ROUNDS


@pytest.mark.parametrize("direction", [1, -1])
def test_a_monotone_number_never_turns(direction: int) -> None:
    grown = grow(rows(900), None, SHAPE, monotone=(direction, 0, 0), seed=7)
    line = np.linspace(-4, 4, 200)
    trees = Trees(write_trees(grown.trees, SHAPE), 3, 1)
    for category in range(12):
        steps = np.diff(trees.scores(np.stack([line, line * 0 + category, line * 0], 1))[:, 0])
        assert (steps * direction >= 0).all()


def test_a_few_rows_are_learnt_from() -> None:
    grown = grow(rows(40), None, SHAPE, monotone=(0,) * 3, seed=7)
    assert max(len(tree.leaf_value) for tree in grown.trees) > 1
