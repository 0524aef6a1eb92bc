"""Gradient boosted trees by LightGBM: one thread, one seed, the same bytes.

Source: Ke et al., "LightGBM: a highly efficient gradient boosting decision tree" (2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from warrant.models.trees.text import read_lightgbm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from warrant.models.trees.forest import Shape, Tree

MOST_ROUNDS = 1000
"""With validation rows, which stop it long before."""

BLIND_ROUNDS = 100
"""Without validation rows: LightGBM's own default."""

PATIENCE = 50
"""Rounds without gain on validation rows after which it stops."""

MOST_LEAVES = 31
LEARNING_RATE = 0.1

MOST_IN_LEAF = 20
"""Rows a leaf must have, by LightGBM's default; fewer where there are few rows."""

MOST_IN_CATEGORY = 100
"""Rows a group of categories must have, by LightGBM's default; fewer where there are few."""

FEWEST_IN_LEAF = 3


@dataclass(frozen=True)
class Target:
    """What is learnt from some rows."""

    numbers: Any
    """Sparse or dense matrix, shape (rows, features), float64; a missing number is NaN."""

    answers: NDArray[np.float64]
    """Shape (rows,): a number, 0 or 1, or the place of the label."""

    weights: NDArray[np.float64] | None = None
    """Shape (rows,), above 0; None: all alike."""


class Grown(NamedTuple):
    """What boosting gives."""

    trees: tuple[Tree, ...]
    """Whole rounds."""
    leaves: NDArray[np.int32]
    """Shape (training rows, trees): the leaf that each falls into."""
    rounds: int


def _nothing() -> None:
    """Go on."""


def grow(
    train: Target,
    validation: Target | None,
    shape: Shape,
    *,
    monotone: Sequence[int],
    seed: int,
    after_round: Callable[[], None] = _nothing,
) -> Grown:
    """Grow trees, round after round.

    Args:
        train: what to learn.
        validation: says when to stop; None: after `BLIND_ROUNDS`.
        shape: objective, classes, and which features are categories.
        monotone: for each feature 1 (never lowers the score), -1 (never raises it) or 0.
        seed: of everything random.
        after_round: called after each; what it raises stops the growth.

    Returns:
        Trees, and where the training rows fall.
    """
    import lightgbm

    rows = len(train.answers)
    chosen = {
        "objective": shape.objective.split(" ")[0],
        "num_class": shape.classes,
        "num_leaves": MOST_LEAVES,
        "learning_rate": LEARNING_RATE,
        "min_data_in_leaf": _at_most(MOST_IN_LEAF, rows // 20),
        "min_data_per_group": _at_most(MOST_IN_CATEGORY, rows // 50),
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
        **({"monotone_constraints": list(monotone)} if any(monotone) else {}),
    }
    learnt = _dataset(train, shape, None, chosen)
    unseen = [] if validation is None else [_dataset(validation, shape, learnt, chosen)]
    stop: list[Callable[..., Any]] = [lambda _: after_round()]
    stop += [lightgbm.early_stopping(PATIENCE, verbose=False)] if unseen else []
    booster = lightgbm.train(
        chosen,
        learnt,
        num_boost_round=MOST_ROUNDS if unseen else BLIND_ROUNDS,
        valid_sets=unseen,
        callbacks=stop,
    )
    rounds = booster.best_iteration if unseen else booster.current_iteration()
    trees = read_lightgbm(booster.model_to_string(num_iteration=rounds), shape)
    leaves = booster.predict(train.numbers, pred_leaf=True, num_iteration=rounds)
    return Grown(trees, np.asarray(leaves, np.int32).reshape(rows, len(trees)), rounds)


def _dataset(target: Target, shape: Shape, reference: Any, chosen: dict[str, Any]) -> Any:  # noqa: ANN401 - LightGBM has no types
    import lightgbm

    return lightgbm.Dataset(
        target.numbers,
        target.answers,
        weight=target.weights,
        reference=reference,
        categorical_feature=sorted(shape.categories) if reference is None else "auto",
        params=chosen,
    )


def _at_most(most: int, wished: int) -> int:
    return max(FEWEST_IN_LEAF, min(most, wished))
