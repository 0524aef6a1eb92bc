"""Calibration on validation rows: probabilities that mean what they say. Answers stay as they are.

Scores are log-odds; a calibrated score is `slope · score + offset`, for each label. Labels that
compete share one slope, the inverse of a temperature, which keeps their order; of two labels, and
of labels that stand each for themselves, each has a slope and an offset of its own, and thresholds
move along.

Source: Guo et al., "On calibration of modern neural networks" (2017), for the temperature; Platt,
"Probabilistic outputs for support vector machines" (1999), as scikit-learn fits it, for the
sigmoid.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.records.model import TaskKind

Facts: TypeAlias = "Mapping[str, str | int | float | bool | None]"
"""By name, for a model's settings."""

FEWEST_ROWS = 50
"""Validation rows without which nothing is calibrated."""

FEWEST_OF_A_LABEL = 10
"""Validation rows that have a label, and rows that have it not, for a sigmoid of its own."""

_COLDEST, _HOTTEST = -3.0, 3.0  # of the temperature's logarithm
_SMALLEST_SLOPE = 1e-3  # a score that tells nothing, or the contrary, is left as it is


@dataclass(frozen=True)
class Calibration:
    """What is done to scores."""

    slopes: NDArray[np.float64]
    """Shape (labels,), above 0."""

    offsets: NDArray[np.float64]
    """Shape (labels,)."""

    facts: Facts = field(default_factory=dict)
    """How it was done, or why not, by name, for the model's settings and so for the card."""

    @property
    def is_none(self) -> bool:
        """True when scores stay as they are."""
        return bool((self.slopes == 1).all() and (self.offsets == 0).all())

    def apply(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrate scores.

        Args:
            scores: shape (rows, labels), log-odds.

        Returns:
            The same shape.
        """
        return scores * self.slopes + self.offsets

    def thresholds(self, task: TaskKind, threshold: float) -> tuple[float, ...]:
        """Move a threshold along, so that calibration changes no answer.

        Args:
            task: how many answers a row has.
            threshold: of all labels before calibration, 0 to 1.

        Returns:
            One a label.
        """
        if task == "multilabel":
            return tuple(expit(self.slopes * logit(threshold) + self.offsets).tolist())
        if task == "binary":
            second = float(expit(self.offsets[1] - self.offsets[0]))
            return (1 - second, second)
        return (threshold,) * len(self.slopes)


def calibrate(scores: NDArray[np.float64], truth: NDArray[np.bool_], task: TaskKind) -> Calibration:
    """Fit a calibration on validation rows.

    Args:
        scores: shape (rows, labels), log-odds of the model's labels.
        truth: shape (rows, labels); a row of a label that the model does not know has none.
        task: how many answers a row has; not `regression`.

    Returns:
        The calibration; one that does nothing, and says why, when the rows are too few.
    """
    if task != "multilabel":
        known = truth.any(axis=1)
        scores, truth = scores[known], truth[known]
    if len(scores) < FEWEST_ROWS:
        return _none(scores, f"none: {len(scores)} validation rows, {FEWEST_ROWS} are needed")
    if task == "multilabel":
        return _each_label(scores, truth)
    return _two_labels(scores, truth) if task == "binary" else _temperature(scores, truth)


def _none(scores: NDArray[np.float64], why: str) -> Calibration:
    labels = scores.shape[1]
    return Calibration(np.ones(labels), np.zeros(labels), {"calibration": why})


def _temperature(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> Calibration:
    # scikit-learn's own temperature wants every label among the validation rows.
    def loss(log_temperature: float) -> float:
        logs = log_softmax(scores / np.exp(log_temperature), axis=1)
        return float(-logs[truth].mean())

    found = minimize_scalar(loss, bounds=(_COLDEST, _HOTTEST), method="bounded")
    temperature = float(np.exp(found.x))
    labels = scores.shape[1]
    facts: Facts = {
        "calibration": "temperature, on validation rows",
        "calibration_rows": len(scores),
        "calibration_temperature": round(temperature, 4),
    }
    return Calibration(np.full(labels, 1 / temperature), np.zeros(labels), facts)


def _two_labels(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> Calibration:
    second = truth[:, 1]
    if not _is_enough(second):
        return _none(scores, f"none: a label has less than {FEWEST_OF_A_LABEL} validation rows")
    slope, offset = _sigmoid(scores[:, 1] - scores[:, 0], second)
    if slope < _SMALLEST_SLOPE:
        return _none(scores, "none: on validation rows the scores tell nothing")
    facts: Facts = {"calibration": "sigmoid, on validation rows", "calibration_rows": len(scores)}
    return Calibration(np.full(2, slope), np.array([-offset / 2, offset / 2]), facts)


def _each_label(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> Calibration:
    """Fit a sigmoid a label; labels of few rows share one."""
    enough = np.array([_is_enough(column) for column in truth.T])
    pairs = {
        label: (scores[:, label], truth[:, label]) for label in np.flatnonzero(enough).tolist()
    }
    fitted = {label: _sigmoid(*pair) for label, pair in pairs.items()}
    few = np.flatnonzero(~enough)
    shared = truth[:, few].ravel()
    if few.size and _is_enough(shared):
        fitted |= dict.fromkeys(few.tolist(), _sigmoid(scores[:, few].ravel(), shared))
    fitted = {label: pair for label, pair in fitted.items() if pair[0] >= _SMALLEST_SLOPE}
    if not fitted:
        return _none(scores, f"none: no label has {FEWEST_OF_A_LABEL} validation rows")
    slopes, offsets = np.ones(truth.shape[1]), np.zeros(truth.shape[1])
    for label, (slope, offset) in fitted.items():
        slopes[label], offsets[label] = slope, offset
    facts: Facts = {
        "calibration": "sigmoid for each label, on validation rows",
        "calibration_rows": len(scores),
        "calibration_labels_alone": len(fitted.keys() & pairs.keys()),
        "calibration_labels_together": len(fitted.keys() - pairs.keys()),
        "calibration_labels_left": truth.shape[1] - len(fitted),
    }
    return Calibration(slopes, offsets, facts)


def _is_enough(column: NDArray[np.bool_]) -> bool:
    return min(int(column.sum()), int((~column).sum())) >= FEWEST_OF_A_LABEL


def _sigmoid(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit slope and offset of one label."""
    given = FrozenEstimator(_Given().fit(scores, truth))
    fitted = CalibratedClassifierCV(given, method="sigmoid").fit(scores[:, np.newaxis], truth)
    (curve,) = fitted.calibrated_classifiers_[0].calibrators
    return -float(curve.a_), -float(curve.b_)  # it writes 1 / (1 + exp(a · score + b))


class _Given(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A classifier whose score is its only input."""

    def fit(self, scores: Any, truth: Sequence[bool] | NDArray[np.bool_]) -> _Given:  # noqa: ANN401 - scikit-learn's protocol
        del scores
        self.classes_ = np.unique(truth)
        return self

    def decision_function(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        return scores[:, 0]

    def predict(self, scores: NDArray[np.float64]) -> NDArray[np.bool_]:
        return self.decision_function(scores) > 0
