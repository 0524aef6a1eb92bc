"""The checks of one tree: every index in range, every node reached once, every number finite."""

from __future__ import annotations

from math import ceil, isfinite
from typing import TYPE_CHECKING

from warrant.models.trees.forest import IS_CATEGORY, TreesError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.trees.forest import Shape, Tree

MOST_LEAVES = 65_536
"""Of one tree."""

MOST_DEPTH = 256
"""LightGBM's contributions call themselves once for each split on the way."""

_MOST_ROWS = 2**31 - 1
_MOST_DECISION = 11
_WORD = 32


def check_tree(tree: Tree, shape: Shape) -> None:
    """Check a tree whose arrays have the right lengths.

    Args:
        tree: to check.
        shape: of the model.

    Raises:
        TreesError: at the first thing that is amiss.
    """
    splits = len(tree.split_feature)
    for name in ("threshold", "split_gain", "leaf_value"):
        if not all(map(isfinite, getattr(tree, name))):
            raise TreesError(f"{name!r} is not finite")
    _check_range("split_feature", tree.split_feature, 0, shape.features - 1)
    _check_range("decision_type", tree.decision_type, 0, _MOST_DECISION)
    _check_range("left_child", tree.left_child, -splits - 1, splits - 1)
    _check_range("right_child", tree.right_child, -splits - 1, splits - 1)
    _check_range("leaf_count", tree.leaf_count, 1, _MOST_ROWS)
    _check_range("cat_threshold", tree.cat_threshold, 0, 2**_WORD - 1)
    _check_form(tree)
    _check_counts(tree)
    _check_features(tree, shape)


def _check_range(name: str, values: Sequence[int], least: int, most: int) -> None:
    if values and not (least <= min(values) and max(values) <= most):
        raise TreesError(f"{name!r} lies outside {least} to {most}")


def _check_form(tree: Tree) -> None:
    """Each split and leaf is the child of one split that stands before it."""
    children = (*tree.left_child, *tree.right_child)
    depths = [1] * len(tree.left_child)
    for place, pair in enumerate(zip(tree.left_child, tree.right_child, strict=True)):
        for child in pair:
            if 0 <= child <= place:
                raise TreesError(f"the child of split {place + 1} stands before it")
            if child > 0:
                depths[child] = depths[place] + 1
    # n splits have 2 n children: none twice, so each other split and each leaf is one of them.
    if len(set(children)) != len(children):
        raise TreesError("a split or leaf is reached twice")
    if max(depths, default=0) > MOST_DEPTH:
        raise TreesError(f"it is deeper than {MOST_DEPTH} splits")


def _check_counts(tree: Tree) -> None:
    counts = list(tree.internal_count)
    for place, pair in enumerate(zip(tree.left_child, tree.right_child, strict=True)):
        below = (counts[child] if child >= 0 else tree.leaf_count[-child - 1] for child in pair)
        if sum(below) != counts[place]:
            raise TreesError("its counts of rows do not add up")
    if sum(tree.leaf_count) > _MOST_ROWS:
        raise TreesError("its counts of rows do not add up")


def _check_features(tree: Tree, shape: Shape) -> None:
    words = [end - start for start, end in zip(tree.cat_boundaries, tree.cat_boundaries[1:])]  # noqa: B905 - pairs of neighbours
    decisions = zip(tree.split_feature, tree.decision_type, tree.threshold, strict=True)
    for feature, decision, threshold in decisions:
        most = shape.categories.get(feature)
        if bool(decision & IS_CATEGORY) != (most is not None):
            kind = "a category" if most is None else "a number"
            raise TreesError(f"it splits feature {feature} as {kind}, which it is not")
        if most is None:
            continue
        if not (threshold.is_integer() and 0 <= threshold < len(words)):
            raise TreesError("a split names a set of categories that is not there")
        if words[int(threshold)] > ceil(most / _WORD):
            raise TreesError("a set of categories is longer than its column has")
