from __future__ import annotations

import pytest

from tests.models.trees.malformed import (
    CATEGORIES,
    CORPUS,
    FEATURES,
    SOUND,
    TREES_A_ROUND,
    Malformed,
)
from warrant.models.trees.forest import Shape, TreesError, write_trees
from warrant.models.trees.text import read_trees

SHAPE = Shape("binary sigmoid:1", FEATURES, TREES_A_ROUND, 1, CATEGORIES)


def test_the_sound_text_is_read() -> None:
    first, second = read_trees(SOUND, SHAPE)
    assert (len(first.leaf_value), len(second.leaf_value)) == (5, 2)
    assert first.cat_threshold == (2420712578, 36)
    assert write_trees((first, second), SHAPE) == SOUND


@pytest.mark.parametrize("malformed", CORPUS, ids=lambda one: one.name)
def test_a_malformed_text_is_refused_by_its_fault(malformed: Malformed) -> None:
    with pytest.raises(TreesError) as refused:
        read_trees(malformed.data, SHAPE)
    assert malformed.fault in str(refused.value)


def test_no_two_texts_of_the_corpus_are_the_same() -> None:
    assert len({one.data for one in CORPUS}) == len(CORPUS) > 90
