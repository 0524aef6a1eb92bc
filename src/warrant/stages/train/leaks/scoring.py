"""How well one view of a column answers by itself, each row from the rows of other folds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from warrant.stages.train.leaks.answers import FEWEST_OF_A_LABEL, FOLDS
from warrant.stages.train.leaks.views import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.stages.train.leaks.answers import Answers

LEAVES = 64
"""Pieces that an amount is cut into at most."""

PROMISING = 0.7
"""Share of right answers in equal pieces from which on finer ones are sought."""


class Score(NamedTuple):
    """How well something answers alone."""

    whole: float
    """Mean over labels of the share of right answers, 0 to 1; of a `regression` the share of the
    variance that is told, in values or in ranks, whichever is more."""
    one_label: float
    """The same for the label that is told best, against all others; of a `regression` 0."""
    errors: int
    """Rows answered wrong, of the label told best; of a `regression` 0."""


def score_view(view: View, answers: Answers) -> Score:
    """Answer each row by one view.

    Args:
        view: of the rows that are looked at.
        answers: of the same rows.

    Returns:
        The score.
    """
    if view.is_amount and not answers.is_number:
        rough = _score(View(view.by, _equal_pieces(view.codes)), answers)
        if max(rough.whole, rough.one_label) < PROMISING:
            return rough
    return _score(view, answers)


def _score(view: View, answers: Answers) -> Score:
    told = np.zeros_like(answers.truth)
    for fold in range(FOLDS):
        held = answers.folds == fold
        if held.all() or not held.any():
            continue
        codes = _pieces(view, answers, held) if view.is_amount else view.codes
        told[held] = _learn(codes, ~held, answers)[codes[held]]
    return score_told(told, answers)


def _equal_pieces(codes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Cut an amount into pieces of about as many rows; what is empty stays apart."""
    count = min(LEAVES, 1 + len(codes) // 12)
    edges = np.unique(np.quantile(codes, np.linspace(0, 1, count + 1)[1:-1]))
    return np.where(codes == 0, 0, 1 + np.searchsorted(edges, codes)).astype(np.intp)


def score_told(told: NDArray[np.float64], answers: Answers) -> Score:
    """Compare what was told with the truth.

    Args:
        told: shape of the truth: a number; or more than 0 for yes, the greatest for one of several.
        answers: the truth.

    Returns:
        The score.
    """
    truth = answers.truth
    if answers.is_number:
        left = ((truth - told) ** 2).sum(axis=0)
        variance = ((truth - truth.mean(axis=0)) ** 2).sum(axis=0)
        return Score(float((1 - left / np.maximum(variance, 1e-300)).max()), 0.0, 0)
    yes = told > 0
    count, rows = truth.sum(axis=0), len(truth)
    right = (yes * truth).sum(axis=0)
    wrong_yes = (yes * (1 - truth)).sum(axis=0)
    judged = (count >= FEWEST_OF_A_LABEL) & (rows - count >= FEWEST_OF_A_LABEL)
    if not judged.any():
        return Score(0.0, 0.0, rows)
    each = (right / np.maximum(count, 1) + 1 - wrong_yes / np.maximum(rows - count, 1)) / 2
    each = np.where(judged, each, 0.0)
    best = int(each.argmax())
    errors = int(count[best] - right[best] + wrong_yes[best])
    whole = float(each[judged].mean())
    if answers.is_one_of and len(answers.labels) > 2:
        hit = truth[np.arange(rows), told.argmax(axis=1)] * (told.max(axis=1) > -np.inf)
        whole = float((hit @ truth / np.maximum(count, 1))[judged].mean())
    return Score(whole, float(each[best]), errors)


def _learn(codes: NDArray[np.intp], taught: NDArray[np.bool_], answers: Answers) -> NDArray[Any]:
    """Give for each code what its rows tell; nothing of codes that were not seen."""
    size = int(codes.max()) + 1
    seen = np.bincount(codes[taught], minlength=size)[:, None]
    truth = answers.truth[taught]
    sums = np.column_stack(
        [np.bincount(codes[taught], column, minlength=size) for column in truth.T]
    )
    if answers.is_number:
        means: NDArray[Any] = np.where(seen > 0, sums / np.maximum(seen, 1), truth.mean(axis=0))
        return means
    count = truth.sum(axis=0)
    yes = sums / np.maximum(count, 1)
    no = (seen - sums) / np.maximum(len(truth) - count, 1)
    lead: NDArray[Any] = np.where(seen > 0, yes - no, -np.inf)
    return lead


def _pieces(view: View, answers: Answers, held: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Cut an amount into pieces that tell the answer in the rows of the other folds."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    amount = view.codes.astype(np.float32)[:, None]
    truth = answers.truth
    if answers.is_number:
        ranks = truth / np.maximum(truth.std(axis=0), 1e-300)
        tree = DecisionTreeRegressor(max_leaf_nodes=LEAVES, min_samples_leaf=2, random_state=0)
        tree.fit(amount[~held], ranks[~held])
    else:
        tree = DecisionTreeClassifier(
            max_leaf_nodes=LEAVES, min_samples_leaf=2, random_state=0, class_weight="balanced"
        )
        known = truth[~held, :20]
        tree.fit(amount[~held], known.argmax(axis=1) if answers.is_one_of else known)
    pieces: NDArray[np.intp] = tree.apply(amount).astype(np.intp)
    return pieces
