"""How far training rows pushed an answer of trees: by the leaves they share with the row.

A leaf's value is what its training rows had in common. A training row that falls into the same leaf
as the row asked about has a share of that value: towards the label where it has it, away where it
has not. That is no leave-one-out figure; it names the rows that the answer was made from.

Source: Davies and Ghahramani, The random forest kernel (2014), for likeness by shared leaves;
LightGBM 4, `tree.h`, for the way down a tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.models.model import VALUE
from warrant.models.trees.forest import IS_CATEGORY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.model import Columns
    from warrant.models.trees.forest import Tree
    from warrant.models.trees.model import TreesModel

_LEFT_IF_MISSING, _ZERO, _NAN = 2, 1, 2
_NOTHING = 1e-35
_WORD = 32


def influence_of(
    model: TreesModel,
    asked: Columns,
    train: Columns,
    labels: Sequence[tuple[str, ...]],
    towards: str,
    against: str | None = None,
) -> NDArray[np.float64]:
    """Say how far each training row pushed one answer.

    Args:
        model: taught on the rows.
        asked: one row.
        train: the training rows.
        labels: theirs; of `regression` one number each, as text.
        towards: the label that is pushed to; `VALUE` for `regression`.
        against: the label it is weighed against; None: its absence.

    Returns:
        Shape (training rows,): shares of the values of shared leaves, above 0 for the answer.
    """
    one = model.reader.read(asked).numbers
    rows = model.reader.read(train).numbers
    total = np.zeros(len(rows))
    for label, sign in ((towards, 1.0), (against, -1.0)):
        if label is None:
            continue
        pull = _pull(labels, label)
        for tree in _trees_of(model, label):
            here = leaves(tree, one)[0]
            same = leaves(tree, rows) == here
            value = abs(tree.leaf_value[here]) / max(1, int(same.sum()))
            total += sign * value * np.where(same, pull, 0.0)
    return total


def leaves(tree: Tree, numbers: NDArray[np.float64]) -> NDArray[np.int64]:
    """Walk rows down a tree.

    Args:
        tree: of a sound model.
        numbers: shape (rows, features); NaN is missing.

    Returns:
        Shape (rows,): the leaf of each.
    """
    place = np.zeros(len(numbers), np.int64)
    if not tree.split_feature:
        return place
    for _ in range(len(tree.split_feature)):
        moving = np.flatnonzero(place >= 0)
        if not moving.size:
            break
        for node in np.unique(place[moving]).tolist():
            here = moving[place[moving] == node]
            left = _goes_left(tree, node, numbers[here, tree.split_feature[node]])
            place[here] = np.where(left, tree.left_child[node], tree.right_child[node])
    return np.asarray(-place - 1)


def _goes_left(tree: Tree, node: int, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    kind, threshold = tree.decision_type[node], tree.threshold[node]
    if kind & IS_CATEGORY:
        start, end = tree.cat_boundaries[int(threshold) : int(threshold) + 2]
        words = tree.cat_threshold[start:end]
        known = {
            at * _WORD + bit
            for at, word in enumerate(words)
            for bit in range(_WORD)
            if word >> bit & 1
        }
        return np.array([not np.isnan(one) and int(one) in known for one in values], np.bool_)
    missing = (kind >> 2) & 3
    plain = values if missing == _NAN else np.nan_to_num(values, nan=0.0)
    is_missing = np.isnan(plain) if missing == _NAN else np.zeros(len(values), np.bool_)
    if missing == _ZERO:
        is_missing = np.abs(plain) <= _NOTHING
    left = plain <= threshold
    return np.asarray(np.where(is_missing, bool(kind & _LEFT_IF_MISSING), left), np.bool_)


def _trees_of(model: TreesModel, label: str) -> Sequence[Tree]:
    """Give the trees that score a label; of two labels and of a number they are the same."""
    round_ = model.shape.trees_a_round
    return model.trees if round_ == 1 else model.trees[model.labels.index(label) :: round_]


def _pull(labels: Sequence[tuple[str, ...]], label: str) -> NDArray[np.float64]:
    """Say for each row which way it pulls: 1 with the label, less than 0 without it."""
    if label == VALUE:
        values = np.array([float(row[0]) for row in labels])
        spread = float(values.std()) or 1.0
        return np.asarray((values - values.mean()) / spread)
    has = np.array([label in row for row in labels], np.float64)
    return np.asarray(has - has.mean())
