"""What came of promises that validation rows chose, and figures of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.metrics import Family, Figure, area_under_risk, scoring, share_bounds
from warrant.metrics.measure import METHOD
from warrant.metrics.probabilities import answer_probability
from warrant.metrics.scorer import SCORERS
from warrant.records.evaluation import OwnScore, Score
from warrant.records.reliance import Covered, Selective
from warrant.stages.evaluate.subject import Labels, Numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.metrics.scorer import Answer
    from warrant.models import Predictions
    from warrant.models.reliance import Coverage, Risk
    from warrant.stages.evaluate.figures import Gauge

EXACT = "clopper-pearson"


def covered(
    coverage: Coverage, answered: Predictions, subject: Labels | Numbers, gauge: Gauge
) -> Covered:
    """Measure how often sets hold the truth.

    Args:
        coverage: what was stated and chosen.
        answered: answers with their sets.
        subject: the same answers beside what is true.
        gauge: how figures are measured.

    Returns:
        The share of rows whose set holds the truth, and how large sets are.
    """
    if isinstance(subject, Numbers):
        assert answered.bounds is not None  # noqa: S101 - a coverage was stated
        low, high = answered.bounds.T
        holds, size = (low <= subject.true) & (subject.true <= high), 2 * coverage.most
    else:
        assert answered.sets is not None  # noqa: S101 - a coverage was stated
        true, known = subject.judged.true, answered.sets.shape[1]
        missed = true[:, :known] & ~answered.sets
        holds = ~(missed.any(axis=1) | true[:, known:].any(axis=1))
        size = float(answered.sets.sum(axis=1).mean())
    rows = np.ones(len(holds), dtype=np.bool_)
    share = float(holds.mean())
    bounds = _bounds_of(holds, rows, gauge)
    return Covered(
        stated=coverage.stated,
        chosen_on=coverage.rows,
        share=share,
        low=bounds.low,
        high=bounds.high,
        level=gauge.config.level,
        method=bounds.method,
        rows=len(holds),
        mean_size=size,
    )


_SHARE = Figure("share")


class _Bounds(NamedTuple):
    """An interval of a share, and how it was made."""

    low: float
    high: float
    method: str


def _bounds_of(found: NDArray[np.bool_], among: NDArray[np.bool_], gauge: Gauge) -> _Bounds:
    """Bound the share of some rows among others, at least one; groups are drawn together.

    Where no row differs from another, resamples cannot differ either: the bounds are then exact,
    as if each group were one row.
    """
    level, hits, rows = gauge.config.level, int((found & among).sum()), int(among.sum())
    if gauge.groups is None:
        return _Bounds(*share_bounds(hits, rows, level), EXACT)
    if hits in (0, rows):
        groups = len({gauge.groups[int(at)] for at in np.flatnonzero(among)})
        return _Bounds(*share_bounds(groups if hits else 0, groups, level), f"{EXACT}-by-group")
    measured, method = gauge.measure([_share_of(found & among, among)])
    interval = measured[_SHARE]
    name = interval.method + method.removeprefix(METHOD)
    return _Bounds(interval.low, interval.high, name)


def _share_of(found: NDArray[np.bool_], among: NDArray[np.bool_]) -> Family:
    from scipy import sparse

    def finish(summed: NDArray[np.float64]) -> NDArray[np.float64]:
        nothing = np.full(summed[1:].shape, np.nan)
        share = np.divide(summed[1:], summed[:1], out=nothing, where=summed[:1] > 0)
        return np.asarray(share, dtype=np.float64)

    parts = sparse.csr_array(np.vstack([among, found]).astype(np.float64))
    return Family((_SHARE,), parts, finish)


def selective(risk: Risk, subject: Labels, gauge: Gauge) -> Selective:
    """Measure what risk is left where the threshold answers.

    Args:
        risk: what was stated and chosen.
        subject: answers beside what is true, one a row.
        gauge: how figures are measured.

    Returns:
        How many rows are answered, how many of them wrong.
    """
    right, sure = _right_and_sure(subject)
    answered = sure >= risk.threshold if risk.threshold is not None else np.zeros_like(right)
    given, wrong = int(answered.sum()), int((answered & ~right).sum())
    bounds = _bounds_of(~right, answered, gauge) if given else None
    return Selective(
        stated=risk.stated,
        sure=risk.sure,
        chosen_on=risk.rows,
        threshold=risk.threshold,
        rows=len(right),
        answered=given,
        wrong=wrong,
        low=bounds.low if bounds else None,
        high=bounds.high if bounds else None,
        level=gauge.config.level,
        method=bounds.method if bounds else EXACT,
    )


def risk_area(subject: Labels | Numbers) -> float | None:
    """Give the area under risk by coverage; None where a row may have several answers."""
    if isinstance(subject, Numbers) or not subject.judged.single:
        return None
    return area_under_risk(*_right_and_sure(subject))


def _right_and_sure(subject: Labels) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    judged = subject.judged
    right = (judged.true == judged.predicted).all(axis=1)
    return right, answer_probability(judged, subject.probabilities)


def own_scores(
    names: Sequence[str], subject: Labels | Numbers, gauge: Gauge
) -> tuple[OwnScore, ...]:
    """Measure figures of the user's own.

    Args:
        names: of scorers in the catalog.
        subject: answers beside what is true.
        gauge: how figures are measured.

    Returns:
        One figure a scorer, in the same order.

    Raises:
        InputError: when nobody offers a scorer, or its score is no finite number.
    """
    answers, expected = _told(subject)
    lines = []
    for name in names:
        scorer = SCORERS.load(name)()
        found, method = gauge.measure([scoring(name, scorer, answers, expected)])
        value, low, high = found[Figure(name)][:3]
        method = found[Figure(name)].method + method.removeprefix(METHOD)
        score = Score(
            metric=name,
            value=value,
            low=low,
            high=high,
            level=gauge.config.level,
            method=method,
            rows=len(subject),
        )
        lines.append(OwnScore(words=scorer.words, better=scorer.better, score=score))
    return tuple(lines)


def _told(subject: Labels | Numbers) -> tuple[list[Answer], list[Answer]]:
    if isinstance(subject, Numbers):
        return list(subject.predicted.tolist()), list(subject.true.tolist())
    labels = subject.judged.labels
    both = (subject.judged.predicted, subject.judged.true)
    answers, expected = (
        [tuple(sorted(labels[at] for at in np.flatnonzero(row))) for row in rows] for rows in both
    )
    return list(answers), list(expected)
