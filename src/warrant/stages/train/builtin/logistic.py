"""Linear models by scikit-learn, one strength at a time.

Logistic regressions; where many labels compete, the margins between them, in a sixth of the
time and about as often right. Margins are no probabilities: the temperature found on validation
rows makes them so; where these are too few, each label is a logistic regression by itself.

Source: Fan et al., LIBLINEAR (2008); Byrd et al., L-BFGS-B (1995); Crammer and Singer, On the
algorithmic implementation of multiclass kernel-based vector machines (2001).
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from warrant.stages.train.weighing import balanced_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.linear.link import Link
    from warrant.stages.train.config import TrainConfig

MOST_JOINT_LABELS = 12
"""Up to here labels compete in one logistic fit, whose cost grows with their number squared; more
compete by their margins."""

LOOSE = 0.1
"""LIBLINEAR's own tolerance: a third of the time of scikit-learn's, and the same answers."""


class Weights(NamedTuple):
    """What one fit gives."""

    coef: NDArray[np.float32] | NDArray[np.float64]
    """Shape (labels, terms)."""
    intercept: NDArray[np.float32] | NDArray[np.float64]
    """Shape (labels,)."""
    converged: bool


def link_of(config: TrainConfig, labels: int, *, is_calibrated: bool) -> Link:
    """Choose how scores become probabilities.

    Args:
        config: the settings of the run.
        labels: how many there are.
        is_calibrated: whether validation rows suffice to make margins probabilities.

    Returns:
        The link.
    """
    if config.task == "multilabel":
        return "sigmoid"
    return "softmax" if labels <= MOST_JOINT_LABELS or is_calibrated else "one_vs_rest"


def fit_logistic(
    numbers: Any,  # noqa: ANN401 - a sparse matrix
    truth: NDArray[np.bool_],
    link: Link,
    strength: float,
    config: TrainConfig,
    rows: NDArray[np.float64] | None = None,
) -> Weights:
    """Fit all labels at one strength.

    Args:
        numbers: sparse matrix, shape (rows, terms).
        truth: shape (rows, labels).
        link: `softmax` fits all labels at once, the others one by one.
        strength: C of scikit-learn: larger follows the rows more closely.
        config: class weights and seed.
        rows: shape (rows,): how much each counts; None: one.

    Returns:
        The weights, as float32.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        if link == "softmax":
            fit = _fit_joint if truth.shape[1] <= MOST_JOINT_LABELS else _fit_margins
            coef, intercept = fit(numbers, truth, strength, config, rows)
        else:
            pairs = [_fit_one(numbers, column, strength, config, rows) for column in truth.T]
            coef = np.vstack([pair[0] for pair in pairs])
            intercept = np.array([pair[1] for pair in pairs])
    converged = not any(issubclass(found.category, ConvergenceWarning) for found in caught)
    return Weights(coef.astype(np.float32), intercept.astype(np.float32), converged)


def _fit_joint(
    numbers: Any,  # noqa: ANN401 - a sparse matrix
    truth: NDArray[np.bool_],
    strength: float,
    config: TrainConfig,
    rows: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    answers = truth.argmax(axis=1)
    fitted = LogisticRegression(
        C=strength,
        class_weight=_class_weight(config, rows),
        solver="lbfgs",
        max_iter=1000,
        random_state=config.seed,
    ).fit(numbers, answers, _weights_of(answers, config, rows))
    coef, intercept = fitted.coef_, fitted.intercept_
    if truth.shape[1] == 2:
        # scikit-learn keeps one line for two labels; half for each and half against is the same.
        return np.vstack([-coef / 2, coef / 2]), np.concatenate([-intercept / 2, intercept / 2])
    return coef, intercept


def _fit_margins(
    numbers: Any,  # noqa: ANN401 - a sparse matrix
    truth: NDArray[np.bool_],
    strength: float,
    config: TrainConfig,
    rows: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    answers = truth.argmax(axis=1)
    fitted = LinearSVC(
        C=strength,
        class_weight=_class_weight(config, rows),
        multi_class="crammer_singer",
        tol=LOOSE,
        max_iter=1000,
        random_state=config.seed,
    ).fit(numbers, answers, _weights_of(answers, config, rows))
    return fitted.coef_, fitted.intercept_


def _fit_one(
    numbers: Any,  # noqa: ANN401 - a sparse matrix
    column: NDArray[np.bool_],
    strength: float,
    config: TrainConfig,
    rows: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float64], float]:
    if column.all():
        # Nothing to tell apart: always yes, as surely as this many rows allow.
        counted = len(column) if rows is None else float(rows.sum())
        return np.zeros(numbers.shape[1]), float(np.log(counted + 1))
    fitted = LogisticRegression(
        C=strength,
        class_weight=_class_weight(config, rows),
        solver="liblinear",
        dual=bool(config.texts),  # many more terms than rows; of other columns there are few
        tol=LOOSE if config.texts else LOOSE / 10,
        max_iter=1000,
        random_state=config.seed,
    ).fit(numbers, column, _weights_of(column.astype(np.intp), config, rows))
    return fitted.coef_[0], float(fitted.intercept_[0])


def _class_weight(config: TrainConfig, rows: NDArray[np.float64] | None) -> str | None:
    # scikit-learn's own `balanced` counts rows, whatever they weigh
    return "balanced" if config.class_weights == "balanced" and rows is None else None


def _weights_of(
    answers: NDArray[np.intp], config: TrainConfig, rows: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    if rows is None or config.class_weights != "balanced":
        return rows
    return balanced_weights(answers, rows)
