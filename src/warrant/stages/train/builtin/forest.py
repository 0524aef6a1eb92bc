"""From rows and answers to the trees of a whole model: one boosting for each question asked.

A model of one question (a number, one of several labels) is boosted once; `multilabel` asks one
question a label, and each has trees of its own. They stand in one text, round by round.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from warrant.models.trees.forest import Tree
from warrant.models.trees.link import shape_of
from warrant.stages.train.builtin.boosting import Target, grow
from warrant.stages.train.builtin.pruning import prune
from warrant.stages.train.weighing import balanced_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from warrant.models.trees.forest import Shape
    from warrant.records.model import TaskKind

SILENT = Tree((), (), (), (), (), (), (0.0,), (1,), ())
"""A tree that adds nothing: fills up the rounds of labels that stopped early."""


@dataclass(frozen=True)
class Rows:
    """Rows as numbers, and what is true of them."""

    numbers: Any
    """Sparse or dense matrix, shape (rows, features), float64; a missing number is NaN."""

    truth: NDArray[np.bool_] | NDArray[np.float64]
    """Shape (rows, labels); of `regression` shape (rows,)."""

    documents: NDArray[np.intp]
    """Shape (rows,): number of the document each row comes from."""

    weights: NDArray[np.float64] | None = None
    """Shape (rows,): how much each counts, above 0; None: one."""


@dataclass(frozen=True)
class Plan:
    """How a forest is grown."""

    task: TaskKind
    """What is answered."""

    shape: Shape
    """Of the whole model."""

    monotone: Sequence[int]
    """For each feature 1, -1 or 0."""

    balanced: bool
    """Whether rare labels weigh more."""

    seed: int
    """Of everything random."""

    after_round: Callable[[], None] = lambda: None
    """Called after each round; what it raises stops the growth."""


class Forest(NamedTuple):
    """The trees of a model."""

    trees: tuple[Tree, ...]
    """Whole rounds."""
    rounds: int
    lost_leaves: int
    """Leaves that were cut off, since too few documents reached them."""


def grow_forest(
    train: Rows, validation: Rows | None, plan: Plan, progress: Callable[[int, int], None]
) -> Forest:
    """Grow all trees of a model.

    Args:
        train: rows to learn from.
        validation: says when to stop; None: nothing does.
        plan: how.
        progress: called with how many questions are done, and of how many.

    Returns:
        The trees, pruned to leaves of enough documents.
    """
    grown = []
    questions = _questions(train.truth, plan.task)
    unseen = _questions(validation.truth, plan.task) if validation is not None else questions
    for done, (learnt, checked) in enumerate(zip(questions, unseen, strict=True)):
        progress(done, len(questions))
        check = _target(validation, checked, plan) if validation is not None else None
        grown.append(_grow_one(train, learnt, check, plan))
    progress(len(questions), len(questions))
    trees = [one.trees for one in grown]
    if len(trees) > 1:
        rounds = zip_longest(*trees, fillvalue=SILENT)
        trees = [tuple(chain.from_iterable(rounds))]
    most = max(one.rounds for one in grown)
    return Forest(trees[0], most, sum(one.lost_leaves for one in grown))


def _questions(truth: NDArray[Any], task: TaskKind) -> list[NDArray[np.float64]]:
    """Give the answers to each question, -1 where a row has none that can be learnt."""
    if task == "regression":
        return [truth.astype(np.float64)]
    if task == "multilabel":
        return list(truth.T.astype(np.float64))
    known = truth.any(axis=1)
    return [np.where(known, truth.argmax(axis=1), -1.0)]


def _target(rows: Rows, answers: NDArray[np.float64], plan: Plan) -> Target | None:
    if plan.task == "regression":
        return Target(rows.numbers, answers, rows.weights) if len(answers) else None
    known = np.flatnonzero(answers >= 0)
    if not known.size:
        return None
    weights = None if rows.weights is None else rows.weights[known]
    if plan.balanced:
        weights = balanced_weights(answers[known].astype(np.intp), weights)
    return Target(rows.numbers[known], answers[known], weights)


def _grow_one(
    train: Rows, answers: NDArray[np.float64], validation: Target | None, plan: Plan
) -> Forest:
    target = _target(train, answers, plan)
    if target is None:
        raise ValueError("no row to learn from has an answer")
    if plan.task == "multilabel" and len(np.unique(answers)) == 1:
        return _always(answers)
    shape = plan.shape
    if plan.task == "multilabel":
        shape = shape_of("binary", 2, shape.features, shape.categories)
    grown = grow(
        target,
        validation,
        shape,
        monotone=plan.monotone,
        seed=plan.seed,
        after_round=plan.after_round,
    )
    pruned = [
        prune(tree, grown.leaves[:, place], train.documents)
        for place, tree in enumerate(grown.trees)
    ]
    return Forest(tuple(one.tree for one in pruned), grown.rounds, sum(one.lost for one in pruned))


def _always(answers: NDArray[np.float64]) -> Forest:
    """Nothing to tell apart: always the same, as surely as this many rows allow."""
    score = float(np.log(len(answers) + 1)) * (1 if answers[0] else -1)
    tree = Tree((), (), (), (), (), (), (score,), (len(answers),), ())
    return Forest((tree,), 1, 0)
