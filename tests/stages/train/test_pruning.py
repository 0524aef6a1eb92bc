from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.models.trees.malformed import CATEGORIES, FEATURES, SOUND
from warrant.models.trees.forest import Shape, Tree, write_trees
from warrant.models.trees.process import Trees
from warrant.models.trees.text import read_trees
from warrant.stages.train.builtin.pruning import prune

SHAPE = Shape("binary sigmoid:1", FEATURES, categories=CATEGORIES)
TREE = read_trees(SOUND, SHAPE)[0]
"""Five leaves; splits by feature 0, category 1, feature 0, feature 2."""


def reached(*counts: int) -> tuple[Any, Any]:
    """Training rows by leaf, each of its own document."""
    leaves = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return leaves, np.arange(len(leaves))


def test_a_tree_of_rich_leaves_stays_as_it_is() -> None:
    assert prune(TREE, *reached(3, 3, 3, 3, 3)) == (TREE, 0)


@pytest.mark.parametrize("poor", range(5))
def test_a_poor_leaf_is_gone_and_the_rest_is_sound(poor: int) -> None:
    counts = [9, 9, 9, 9, 9]
    counts[poor] = 2
    pruned, lost = prune(TREE, *reached(*counts))
    assert lost == 1
    assert len(pruned.leaf_value) == 4
    assert TREE.leaf_value[poor] not in pruned.leaf_value
    assert read_trees(write_trees([pruned], SHAPE), SHAPE) == (pruned,)


def test_a_row_that_reached_a_kept_leaf_still_does() -> None:
    pruned, _ = prune(TREE, *reached(9, 9, 2, 9, 9))
    rows = np.array([[-1.0, 1.0, 0.0], [-1.0, 63.0, 0.0], [9.0, 0.0, 0.0], [0.0, 2.0, 9.0]])
    before = Trees(write_trees([TREE], SHAPE), FEATURES, 1).scores(rows)[:, 0]
    after = Trees(write_trees([pruned], SHAPE), FEATURES, 1).scores(rows)[:, 0]
    kept = before != TREE.leaf_value[2]
    assert kept.any()
    assert (after == before)[kept].all()
    assert TREE.leaf_value[2] not in after


def test_many_rows_of_two_documents_are_two() -> None:
    leaves, documents = reached(9, 9, 9, 9, 9)
    pruned, lost = prune(TREE, leaves, np.where(leaves == 1, documents % 2, documents))
    assert lost == 1
    assert TREE.leaf_value[1] not in pruned.leaf_value


def test_a_whole_side_may_go_and_a_tree_without_a_rich_leaf_says_nothing() -> None:
    pruned, lost = prune(TREE, *reached(9, 9, 2, 2, 2))
    assert lost == 3
    assert pruned.split_feature == (0, 1)[: len(pruned.split_feature)]
    assert set(pruned.leaf_value) == {TREE.leaf_value[0], TREE.leaf_value[1]}
    nothing, lost = prune(TREE, *reached(2, 2, 2, 2, 2))
    assert (nothing.leaf_value, lost) == ((0.0,), 5)
    alone = Tree((), (), (), (), (), (), (0.5,), (9,), ())
    assert prune(alone, *reached(9)) == (alone, 0)
