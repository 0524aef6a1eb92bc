"""Curves, reliability and histogram of the record: data that a page draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.metrics import answer_probability
from warrant.metrics.curves import (
    coverage_curve,
    histogram,
    pr_curve,
    reliability,
    roc_curve,
)
from warrant.records.evaluation import Bin, Curve, HistogramBin, Point, Reliability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.metrics.curves import Binned, Counted, CurvePoint
    from warrant.records.evaluation import CurveKind
    from warrant.stages.evaluate.subject import Labels, Numbers

MOST_LABELS = 20
"""At most this many labels have curves of their own, the most frequent first."""


def label_curves(subject: Labels, fewest: int) -> tuple[Curve, ...]:
    """Give ROC and precision by recall of each label, pooled ones, and accuracy by coverage.

    Args:
        subject: answers.
        fewest: rows between two points; a label with fewer rows, with or without it, has none.

    Returns:
        Pooled curves first.
    """
    judged, probabilities = subject.judged, subject.probabilities
    pooled, pairs = judged.true.reshape(-1), fewest * len(judged.labels)  # a row is in each label
    curves = []
    if _is_enough(pooled, pairs):
        curves += _both(None, pooled, probabilities.reshape(-1), pairs)
    if judged.single and len(judged) >= fewest:
        right = (judged.true == judged.predicted).all(axis=1)
        sure = answer_probability(judged, probabilities)
        curves.append(_curve("coverage", None, coverage_curve(right, sure, fewest)))
    for place in _shown_labels(subject, fewest):
        label = judged.labels[place]
        curves += _both(label, judged.true[:, place], probabilities[:, place], fewest)
    return tuple(curves)


def label_reliability(subject: Labels, fewest: int) -> tuple[Reliability, ...]:
    """Give predicted probabilities beside shares of true rows.

    Args:
        subject: answers.
        fewest: rows in a bin.

    Returns:
        Of the answer given, or pooled; then of each label that has curves.
    """
    judged, probabilities = subject.judged, subject.probabilities
    if len(judged) < fewest:
        return ()
    if judged.single:
        true, together = (judged.true == judged.predicted).all(axis=1), fewest
        predicted = answer_probability(judged, probabilities)
    else:
        true, predicted = judged.true.reshape(-1), probabilities.reshape(-1)
        together = fewest * len(judged.labels)
    found = [_reliability(None, reliability(true.astype(np.float64), predicted, together))]
    for place in _shown_labels(subject, fewest):
        bins = reliability(
            judged.true[:, place].astype(np.float64), probabilities[:, place], fewest
        )
        found.append(_reliability(judged.labels[place], bins))
    return tuple(found)


def label_histogram(subject: Labels, fewest: int) -> tuple[HistogramBin, ...]:
    """Count rows by the probability of the answer given.

    Args:
        subject: answers.
        fewest: rows in a bin.

    Returns:
        Bins; none where several answers a row have no one probability, or there are too few rows.
    """
    judged = subject.judged
    if not judged.single or len(judged) < fewest:
        return ()
    right = (judged.true == judged.predicted).all(axis=1)
    return _histogram(histogram(answer_probability(judged, subject.probabilities), right, fewest))


def number_reliability(subject: Numbers, fewest: int) -> tuple[Reliability, ...]:
    """Give predicted values beside true ones.

    Args:
        subject: answers.
        fewest: rows in a bin.

    Returns:
        One diagram; none where there are too few rows.
    """
    if len(subject) < fewest:
        return ()
    return (_reliability(None, reliability(subject.true, subject.predicted, fewest)),)


def number_histogram(subject: Numbers, fewest: int) -> tuple[HistogramBin, ...]:
    """Count rows by their error: predicted less true.

    Args:
        subject: answers.
        fewest: rows in a bin.

    Returns:
        Bins, all rows counted as right; none where there are too few rows.
    """
    if len(subject) < fewest:
        return ()
    errors = subject.predicted - subject.true
    return _histogram(histogram(errors, np.ones(len(errors), dtype=np.bool_), fewest))


def _shown_labels(subject: Labels, fewest: int) -> list[int]:
    """Choose the labels that have enough rows with them and without, the most frequent first."""
    true = subject.judged.true
    order = np.argsort(-true.sum(axis=0), kind="stable")
    return [int(place) for place in order if _is_enough(true[:, place], fewest)][:MOST_LABELS]


def _is_enough(true: NDArray[np.bool_], fewest: int) -> bool:
    return bool(fewest <= true.sum() <= len(true) - fewest)


def _both(
    label: str | None, true: NDArray[np.bool_], probabilities: NDArray[np.float64], fewest: int
) -> list[Curve]:
    return [
        _curve("roc", label, roc_curve(true, probabilities, fewest)),
        _curve("pr", label, pr_curve(true, probabilities, fewest)),
    ]


def _curve(kind: CurveKind, label: str | None, points: Sequence[CurvePoint]) -> Curve:
    return Curve(
        kind=kind,
        label=label,
        points=tuple(Point(**point._asdict()) for point in points),
    )


def _reliability(label: str | None, bins: Sequence[Binned]) -> Reliability:
    return Reliability(label=label, bins=tuple(Bin(**one._asdict()) for one in bins))


def _histogram(bins: Sequence[Counted]) -> tuple[HistogramBin, ...]:
    return tuple(HistogramBin(**one._asdict()) for one in bins)
