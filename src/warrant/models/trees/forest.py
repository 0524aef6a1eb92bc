"""Trees as they stand in a file: plain numbers, and the one way they are written.

The text is LightGBM's (version 4), cut down to what answers and contributions need. What LightGBM
writes besides is left out: `feature_infos` holds the least and greatest value of each column, which
is one document's; parameters, sums of gradients and importances answer nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

END = "end of trees\n"
"""The last line of a text."""

IS_CATEGORY = 1
"""Bit of a split's `decision_type`: its threshold is the number of a set of categories."""


@dataclass(frozen=True)
class Tree:
    """One tree of n leaves and n - 1 splits; a child below zero is the leaf `-child - 1`."""

    split_feature: tuple[int, ...]
    """The feature each split looks at, from 0."""

    split_gain: tuple[float, ...]
    """How much each split lessened the training loss."""

    threshold: tuple[float, ...]
    """Up to here (inclusive) a number goes left; of a category, the number of its set."""

    decision_type: tuple[int, ...]
    """Bits: 1, a category; 2, missing goes left; 4 and 8, which number is missing (8: NaN)."""

    left_child: tuple[int, ...]
    """Where each split goes on."""

    right_child: tuple[int, ...]
    """Where each split goes on otherwise."""

    leaf_value: tuple[float, ...]
    """What each leaf adds to the score."""

    leaf_count: tuple[int, ...]
    """Training rows of each leaf."""

    internal_count: tuple[int, ...]
    """Training rows of each split."""

    cat_boundaries: tuple[int, ...] = ()
    """Where each set of categories begins in `cat_threshold`, and the end of the last."""

    cat_threshold: tuple[int, ...] = ()
    """Sets of categories that go left, as bits in words of 32."""


@dataclass(frozen=True)
class Shape:
    """What `model.json` says about the trees beside it."""

    objective: str
    """As LightGBM names it, for example `binary sigmoid:1`."""

    features: int
    """How many numbers a row has."""

    trees_a_round: int = 1
    """Trees of one round, one for each score: tree t adds to the score t modulo this."""

    classes: int = 1
    """LightGBM's `num_class`."""

    categories: Mapping[int, int] = field(default_factory=dict)
    """The features that are categories, and how many each has."""

    @property
    def header(self) -> dict[str, str]:
        """All lines of the header but `tree_sizes`, in order."""
        return {
            "version": "v4",
            "num_class": str(self.classes),
            "num_tree_per_iteration": str(self.trees_a_round),
            "label_index": "0",
            "max_feature_idx": str(self.features - 1),
            "objective": self.objective,
            "feature_names": " ".join(f"f{place}" for place in range(self.features)),
            "feature_infos": " ".join(["none"] * self.features),
        }


class TreesError(Exception):
    """What is amiss in a text of trees; `files.py` tells the reader what to do."""


def write_trees(trees: Iterable[Tree], shape: Shape) -> bytes:
    """Write trees the one way.

    Args:
        trees: whole rounds.
        shape: of the model.

    Returns:
        ASCII text that LightGBM reads.
    """
    blocks = [_block(place, tree) for place, tree in enumerate(trees)]
    lines = {**shape.header, "tree_sizes": " ".join(str(len(block)) for block in blocks)}
    head = "tree\n" + "".join(f"{key}={value}\n" for key, value in lines.items()) + "\n"
    return (head + "".join(blocks) + END).encode("ascii")


def _block(place: int, tree: Tree) -> str:
    sets = len(tree.cat_boundaries) - 1 if tree.cat_boundaries else 0
    lines: dict[str, Iterable[float]] = {
        "num_leaves": (len(tree.leaf_value),),
        "num_cat": (sets,),
        "split_feature": tree.split_feature,
        "split_gain": tree.split_gain,
        "threshold": tree.threshold,
        "decision_type": tree.decision_type,
        "left_child": tree.left_child,
        "right_child": tree.right_child,
        "leaf_value": tree.leaf_value,
        "leaf_count": tree.leaf_count,
        "internal_count": tree.internal_count,
    }
    if sets:
        lines |= {"cat_boundaries": tree.cat_boundaries, "cat_threshold": tree.cat_threshold}
    lines |= {"is_linear": (0,), "shrinkage": (1,)}
    text = "".join(f"{key}={' '.join(map(repr, values))}\n" for key, values in lines.items())
    return f"Tree={place}\n{text}\n\n"
