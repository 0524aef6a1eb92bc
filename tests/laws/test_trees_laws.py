"""Laws of the text of trees: one form, and no bytes that do harm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.trees.malformed import CATEGORIES, FEATURES, SOUND
from warrant.models.trees.forest import Shape, Tree, TreesError, write_trees
from warrant.models.trees.process import Trees
from warrant.models.trees.text import read_trees

SHAPE = Shape("binary sigmoid:1", FEATURES, categories=CATEGORIES)
NUMBERS = st.floats(-1e200, 1e200)
COUNTS = st.integers(1, 10**6)
ROWS = np.array([[0.5, 3.0, 1.0], [np.nan, 5.0, 2.0], [-9.0, np.nan, np.nan]])


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A sound tree, grown as LightGBM grows it: a leaf becomes a split, its left child stays it."""
    left: list[int] = []
    right: list[int] = []
    for split in range(draw(st.integers(0, 12))):
        if split:
            grown = draw(st.integers(0, split))
            for side in (left, right):
                if -grown - 1 in side:
                    side[side.index(-grown - 1)] = split
        left.append(-draw(st.just(grown)) - 1 if split else -1)
        right.append(-split - 2)
    splits = len(left)
    kinds = [draw(st.integers(0, FEATURES - 1)) for _ in range(splits)]
    sets = [
        draw(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3))
        for one in kinds
        if one in CATEGORIES
    ]
    numbers = iter(range(len(sets)))
    counts = [draw(COUNTS) for _ in range(splits + 1)]
    inner = [0] * splits
    for split in reversed(range(splits)):
        inner[split] = sum(
            inner[child] if child >= 0 else counts[-child - 1]
            for child in (left[split], right[split])
        )
    ends = np.cumsum([0, *map(len, sets)]).tolist()
    return Tree(
        split_feature=tuple(kinds),
        split_gain=tuple(draw(NUMBERS) for _ in kinds),
        threshold=tuple(
            float(next(numbers)) if one in CATEGORIES else draw(NUMBERS) for one in kinds
        ),
        decision_type=tuple(
            draw(st.sampled_from((1, 9) if one in CATEGORIES else (0, 2, 8, 10))) for one in kinds
        ),
        left_child=tuple(left),
        right_child=tuple(right),
        leaf_value=tuple(draw(NUMBERS) for _ in counts),
        leaf_count=tuple(counts),
        internal_count=tuple(inner),
        cat_boundaries=tuple(ends) if sets else (),
        cat_threshold=tuple(word for words in sets for word in words),
    )


@given(st.lists(trees(), min_size=1, max_size=3))
def test_what_was_written_is_read(found: list[Tree]) -> None:
    """Law of `models.trees.text`: `read_trees(write_trees(trees, shape), shape)` gives equal ..."""
    assert read_trees(write_trees(found, SHAPE), SHAPE) == tuple(found)


@settings(deadline=None)
@given(st.lists(trees(), min_size=1, max_size=3))
def test_what_passes_the_checks_is_answered_and_the_parts_add_up(found: list[Tree]) -> None:
    process = Trees(write_trees(found, SHAPE), FEATURES, 1)
    scores = process.scores(ROWS)
    parts = process.contributions(ROWS)[:, 0]
    assert np.isfinite(scores).all()
    most = sum(max(map(abs, tree.leaf_value)) for tree in found)
    np.testing.assert_allclose(parts.sum(axis=1), scores[:, 0], rtol=1e-9, atol=1e-6 * most)


@settings(deadline=None)
@given(st.data())
def test_no_change_of_bytes_does_harm(data: st.DataObject) -> None:
    changed = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(changed) - 1))
        change = data.draw(st.sampled_from(("other", "digit", "gone", "twice")))
        if change == "other":
            changed[place] = data.draw(st.integers(0, 255))
        elif change == "digit":
            changed[place] = data.draw(st.sampled_from(b"0123456789-. "))
        elif change == "gone":
            del changed[place]
        else:
            changed[place:place] = changed[place : place + data.draw(st.integers(1, 40))]
    try:
        read_trees(bytes(changed), SHAPE)
    except TreesError:
        return
    assert np.isfinite(Trees(bytes(changed), FEATURES, 1).scores(ROWS)).all()
    assert np.isfinite(Trees(bytes(changed), FEATURES, 1).contributions(ROWS)).all()


@given(st.binary(max_size=400))
def test_no_bytes_at_all_do_harm(data: bytes) -> None:
    """Law of `models.trees.text`: any bytes give trees, or a TreesError; nothing else."""
    for text in (data, b"tree\n" + data, SOUND[:200] + data):
        with pytest.raises(TreesError):
            read_trees(text, SHAPE)
