"""Leaves that too few documents reached are cut off: a leaf's value could tell of one of them.

LightGBM's `min_data_in_leaf` does not do it: it counts rows, of which a document may have many, and
where rows differ in weight it only estimates how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.models.trees.forest import IS_CATEGORY, Tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST_DOCUMENTS = 3
"""A leaf of fewer is cut off."""


class Pruned(NamedTuple):
    """A tree, and how many leaves it lost."""

    tree: Tree
    lost: int


def prune(tree: Tree, leaves: NDArray[np.int32], documents: NDArray[np.intp]) -> Pruned:
    """Cut off leaves of few documents: the split above each becomes its other side.

    Args:
        tree: any tree.
        leaves: shape (rows,): the leaf that each training row falls into.
        documents: shape (rows,): number of the document each row comes from.

    Returns:
        A tree whose every leaf keeps the value it learnt from at least `FEWEST_DOCUMENTS`; one
        leaf that says nothing when there is none.
    """
    width = int(documents.max(initial=0)) + 1
    pairs = np.unique(leaves.astype(np.int64) * width + documents)
    found = np.bincount(pairs // width, minlength=len(tree.leaf_value))
    poor = frozenset(np.flatnonzero(found < FEWEST_DOCUMENTS).tolist())
    if not poor:
        return Pruned(tree, 0)
    return Pruned(_Rebuilt(tree, poor).tree(), len(poor))


class _Rebuilt:
    """A tree being written anew: splits from the root down, so that children stand behind."""

    def __init__(self, tree: Tree, poor: frozenset[int]) -> None:
        self._old = tree
        self._poor = poor
        self._splits: list[int] = []
        self._leaves: list[int] = []
        self._children: dict[int, tuple[int, int]] = {}

    def tree(self) -> Tree:
        root = self._reach(0 if self._old.left_child else -1)
        if root is None:
            return Tree((), (), (), (), (), (), (0.0,), (sum(self._old.leaf_count),), ())
        self._place(root)
        return self._collect()

    def _reach(self, node: int) -> int | None:
        """Give the node that stands here when poor leaves are gone; None: nothing."""
        if node < 0:
            return None if -node - 1 in self._poor else node
        left, right = (
            self._reach(child)
            for child in (self._old.left_child[node], self._old.right_child[node])
        )
        if left is None or right is None:
            return right if left is None else left
        self._children[node] = (left, right)
        return node

    def _place(self, node: int) -> None:
        if node < 0:
            self._leaves.append(-node - 1)
            return
        self._splits.append(node)
        for child in self._children[node]:
            self._place(child)

    def _collect(self) -> Tree:
        old, splits, leaves = self._old, self._splits, self._leaves
        new = {split: place for place, split in enumerate(splits)}
        new |= {-leaf - 1: -place - 1 for place, leaf in enumerate(leaves)}
        left = tuple(new[self._children[split][0]] for split in splits)
        right = tuple(new[self._children[split][1]] for split in splits)
        counts = tuple(old.leaf_count[leaf] for leaf in leaves)
        sets = [int(old.threshold[one]) for one in splits if old.decision_type[one] & IS_CATEGORY]
        words = [old.cat_threshold[slice(*old.cat_boundaries[one : one + 2])] for one in sets]
        numbers = iter(range(len(sets)))
        return Tree(
            split_feature=tuple(old.split_feature[split] for split in splits),
            split_gain=tuple(old.split_gain[split] for split in splits),
            threshold=tuple(
                float(next(numbers)) if old.decision_type[one] & IS_CATEGORY else old.threshold[one]
                for one in splits
            ),
            decision_type=tuple(old.decision_type[split] for split in splits),
            left_child=left,
            right_child=right,
            leaf_value=tuple(old.leaf_value[leaf] for leaf in leaves),
            leaf_count=counts,
            internal_count=_add_up(left, right, counts),
            cat_boundaries=tuple(np.cumsum([0, *map(len, words)]).tolist()) if words else (),
            cat_threshold=tuple(word for part in words for word in part),
        )


def _add_up(
    left: tuple[int, ...], right: tuple[int, ...], leaves: tuple[int, ...]
) -> tuple[int, ...]:
    counts = [0] * len(left)
    for split in reversed(range(len(left))):
        counts[split] = sum(
            counts[child] if child >= 0 else leaves[-child - 1]
            for child in (left[split], right[split])
        )
    return tuple(counts)
