"""Log loss, Brier score and calibration errors: whether probabilities mean what they say.

One answer a row: the probabilities of a row sum to 1, and a calibration error is that of the
probability of the answer given. Several: every label is a question of its own, and each figure is
the mean over the labels.

Source: scikit-learn's `log_loss` and `brier_score_loss` (`scale_by_half="auto"`); Brier,
Verification of forecasts expressed in terms of probability (1950); Guo et al., On calibration of
modern neural networks (2017), section 2; Kull et al., Beyond temperature scaling (2019), section
3, for the error by label; Nixon et al., Measuring calibration in deep learning (2019), for bins of
as many rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.metrics.measure import Family, Figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.metrics.judged import Judged

BINS = 15
"""Bins behind the calibration errors: of equal width, and of as many rows each."""

_LEAST = float(np.finfo(np.float64).eps)
"""No probability is taken for less: what is true and was called impossible has a finite loss."""


def probing(judged: Judged, probabilities: NDArray[np.float64]) -> Family:
    """Give log loss, Brier score and calibration errors.

    Args:
        judged: answers.
        probabilities: shape (rows, labels), 0 to 1.

    Returns:
        Figures `log_loss`, `brier`, `ece`, `adaptive_ece`.
    """
    from scipy import sparse

    losses = _log_losses(judged, probabilities)
    squares = _squares(judged, probabilities)
    rows = len(judged)
    if judged.single:
        sure = answer_probability(judged, probabilities)[:, None]
        right = (judged.true == judged.predicted).all(axis=1)[:, None]
    else:
        sure, right = probabilities, judged.true
    questions = sure.shape[1]
    gaps = [_gaps(sure - right, bins) for bins in (bin_of(sure), even_bin_of(sure))]
    plain = sparse.csr_array(np.vstack([np.ones(rows), losses, squares]))
    half = 3 + BINS * questions

    def finish(summed: NDArray[np.float64]) -> NDArray[np.float64]:
        total, loss, square = summed[:3]
        missed = [np.abs(part).sum(axis=0) / questions for part in (summed[3:half], summed[half:])]
        return np.vstack([part / total for part in (loss, square, *missed)])

    figures = tuple(map(Figure, ("log_loss", "brier", "ece", "adaptive_ece")))
    return Family(figures, sparse.vstack([plain, *gaps], format="csr"), finish)


def _gaps(distances: NDArray[np.float64], bins: NDArray[np.intp]) -> Any:  # noqa: ANN401 - scipy's sparse arrays have no types
    """Give what each row adds to the distance in each bin of each question: (sums, rows)."""
    from scipy import sparse

    rows, questions = distances.shape
    places = bins + BINS * np.arange(questions)
    where = (places.reshape(-1), np.repeat(np.arange(rows), questions))
    return sparse.csr_array((distances.reshape(-1), where), shape=(BINS * questions, rows))


def answer_probability(judged: Judged, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the probability of the answer that was given.

    Args:
        judged: answers of a `single` task.
        probabilities: shape (rows, labels).

    Returns:
        Shape (rows,), 0 to 1.
    """
    return np.take_along_axis(probabilities, judged.predicted.argmax(axis=1)[:, None], axis=1)[:, 0]


def bin_of(probabilities: NDArray[np.float64]) -> NDArray[np.intp]:
    """Give the bin of each probability; a bin holds its upper bound, the first one 0 too.

    Args:
        probabilities: any shape, 0 to 1.

    Returns:
        The same shape, 0 to `BINS` − 1.
    """
    bounds = np.linspace(0, 1, BINS + 1)
    return np.clip(np.searchsorted(bounds, probabilities, side="left") - 1, 0, BINS - 1)


def even_bin_of(probabilities: NDArray[np.float64]) -> NDArray[np.intp]:
    """Give the bin of each probability among bins of as many rows; equal ones share a bin.

    Args:
        probabilities: shape (rows, questions), 0 to 1.

    Returns:
        The same shape, 0 to `BINS` − 1, by rising probability.
    """
    ranks = [np.searchsorted(np.sort(column), column, side="left") for column in probabilities.T]
    return np.asarray(np.stack(ranks, axis=1) * BINS // max(1, len(probabilities)), dtype=np.intp)


def _log_losses(judged: Judged, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    if judged.single:
        given = (probabilities * judged.true).sum(axis=1)
        return np.asarray(-np.log(np.clip(given, _LEAST, 1)), dtype=np.float64)
    given = np.where(judged.true, probabilities, 1 - probabilities)
    return np.asarray(-np.log(np.clip(given, _LEAST, 1)).mean(axis=1), dtype=np.float64)


def _squares(judged: Judged, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    squares = np.square(probabilities - judged.true)
    if not judged.single:
        return np.asarray(squares.mean(axis=1), dtype=np.float64)
    halved = 2 if len(judged.labels) == 2 else 1
    return np.asarray(squares.sum(axis=1) / halved, dtype=np.float64)
