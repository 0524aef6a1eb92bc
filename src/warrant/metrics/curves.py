"""Curves, reliability and histograms as data for plots, thinned so that no row can be read off.

Law: at least `fewest` rows stand between two points of a curve, and in each bin.

Source: Fawcett, An introduction to ROC analysis (2006); Davis and Goadrich, The relationship
between Precision-Recall and ROC curves (2006); El-Yaniv and Wiener, On the foundations of
noise-free selective classification (2010), for risk by coverage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_POINTS = 50
"""A curve has at most so many points."""

MOST_BINS = 20
"""A histogram or a reliability diagram has at most so many bins."""


class CurvePoint(NamedTuple):
    """One point of a curve."""

    x: float
    y: float
    threshold: float


class Binned(NamedTuple):
    """Rows between two bounds; the upper one belongs to the bin."""

    low: float
    high: float
    rows: int
    predicted: float
    true: float


class Counted(NamedTuple):
    """Rows between two bounds, told apart by whether they are right."""

    low: float
    high: float
    right: int
    wrong: int


class _Steps(NamedTuple):
    """What stands above each distinct probability, from the highest down."""

    threshold: NDArray[np.float64]
    rows: NDArray[np.int64]
    found: NDArray[np.int64]


def roc_curve(
    true: NDArray[np.bool_], probabilities: NDArray[np.float64], fewest: int
) -> list[CurvePoint]:
    """Give false alarms against what is found.

    Args:
        true: shape (rows,); some, and not all.
        probabilities: shape (rows,).
        fewest: rows between two points, 1 or more.

    Returns:
        From (0, 0) to (1, 1) by rising x.
    """
    steps = _steps(true, probabilities)
    with_it = int(steps.found[-1])
    without = int(steps.rows[-1]) - with_it
    x = (steps.rows - steps.found) / without
    y = steps.found / with_it
    kept = _thin(x + y, steps.rows, fewest)
    points = [CurvePoint(float(x[at]), float(y[at]), _rounded(steps.threshold[at])) for at in kept]
    return [CurvePoint(0.0, 0.0, 1.0), *points]


def pr_curve(
    true: NDArray[np.bool_], probabilities: NDArray[np.float64], fewest: int
) -> list[CurvePoint]:
    """Give what is found against precision.

    Args:
        true: shape (rows,); some.
        probabilities: shape (rows,).
        fewest: rows between two points, 1 or more.

    Returns:
        By rising x, up to 1.
    """
    steps = _steps(true, probabilities)
    x = steps.found / int(steps.found[-1])
    kept = _thin(x + steps.rows / steps.rows[-1], steps.rows, fewest)
    return [
        CurvePoint(
            float(x[at]),
            float(steps.found[at] / steps.rows[at]),
            _rounded(steps.threshold[at]),
        )
        for at in kept
    ]


def coverage_curve(
    right: NDArray[np.bool_], sure: NDArray[np.float64], fewest: int
) -> list[CurvePoint]:
    """Give the share of rows answered, most certain first, against accuracy on them.

    Args:
        right: shape (rows,): whether the answer is right.
        sure: shape (rows,): probability of the answer given.
        fewest: rows between two points, 1 or more.

    Returns:
        By rising x, up to 1.
    """
    steps = _steps(right, sure)
    x = steps.rows / steps.rows[-1]
    return [
        CurvePoint(
            float(x[at]),
            float(steps.found[at] / steps.rows[at]),
            _rounded(steps.threshold[at]),
        )
        for at in _thin(x, steps.rows, fewest)
    ]


def reliability(
    true: NDArray[np.float64], predicted: NDArray[np.float64], fewest: int
) -> list[Binned]:
    """Give what was predicted beside what was true, over bins of about as many rows.

    Args:
        true: shape (rows,): 0 or 1, or values.
        predicted: shape (rows,): probabilities, or values.
        fewest: rows in a bin, 1 or more.

    Returns:
        By rising bounds; equal predictions share a bin. One bin where there are fewer rows.
    """
    order = np.argsort(predicted, kind="stable")
    ranked, truth = predicted[order], true[order]
    ends = _ends(ranked, fewest)
    starts = [0, *ends[:-1]]
    return [
        Binned(
            low=_rounded(ranked[start]),
            high=_rounded(ranked[end - 1]),
            rows=end - start,
            predicted=float(ranked[start:end].mean()),
            true=float(truth[start:end].mean()),
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def histogram(values: NDArray[np.float64], right: NDArray[np.bool_], fewest: int) -> list[Counted]:
    """Count rows by a number, neighbours joined until no bin has too few rows.

    Args:
        values: shape (rows,).
        right: shape (rows,): told apart in each bin.
        fewest: rows in a bin, 1 or more.

    Returns:
        By rising bounds, of equal width where enough rows stand in each. One bin where there are
        fewer rows.
    """
    low, high = _rounded(values.min(), down=True), _rounded(values.max(), up=True)
    bounds = np.linspace(low, high, MOST_BINS + 1)
    place = np.clip(np.searchsorted(bounds, values, side="left") - 1, 0, MOST_BINS - 1)
    good = np.bincount(place[right], minlength=MOST_BINS)
    bad = np.bincount(place[~right], minlength=MOST_BINS)
    bins: list[Counted] = []
    for at in range(MOST_BINS):
        one = Counted(float(bounds[at]), float(bounds[at + 1]), int(good[at]), int(bad[at]))
        if bins and (_few(bins[-1], fewest) or low == high):
            bins[-1] = _joined(bins[-1], one)
        else:
            bins.append(one)
    if len(bins) > 1 and _few(bins[-1], fewest):
        last = bins.pop()
        bins[-1] = _joined(bins[-1], last)
    return bins


def _few(one: Counted, fewest: int) -> bool:
    return one.right + one.wrong < fewest


def _joined(one: Counted, other: Counted) -> Counted:
    return Counted(one.low, other.high, one.right + other.right, one.wrong + other.wrong)


def _ends(ranked: NDArray[np.float64], fewest: int) -> list[int]:
    """Cut a ranking into bins: the index behind the last row of each."""
    rows = len(ranked)
    size = max(fewest, -(-rows // MOST_BINS))
    ends: list[int] = []
    start = 0
    while start < rows:
        end = min(start + size, rows)
        end = int(np.searchsorted(ranked, ranked[end - 1], side="right"))
        if rows - end < fewest:
            end = rows
        ends.append(end)
        start = end
    return ends


def _steps(true: NDArray[np.bool_], probabilities: NDArray[np.float64]) -> _Steps:
    order = np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    last = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)
    found = np.cumsum(true[order])
    return _Steps(ranked[last], last + 1, found[last])


def _thin(length: NDArray[np.float64], rows: NDArray[np.int64], fewest: int) -> list[int]:
    """Choose points evenly along a curve, far enough apart; the last one is always there.

    Args:
        length: how far along the curve each point lies, rising.
        rows: how many rows stand at or before each point, rising.
        fewest: rows before, between and after the points.

    Returns:
        Indices of points, rising.
    """
    end = len(rows) - 1
    kept: list[int] = []
    reached, before = 0.0, 0
    step = float(length[end]) / (MOST_POINTS - 2)
    for at in range(end):
        far = float(length[at]) >= reached
        if far and rows[at] - before >= fewest and rows[end] - rows[at] >= fewest:
            kept.append(at)
            before = int(rows[at])
            reached = float(length[at]) + step
    return [*kept, end]


def _rounded(value: float, *, up: bool = False, down: bool = False) -> float:
    """Give three digits of a value: a bound says where a bin ends, not what one row was given."""
    if value == 0 or not np.isfinite(value):
        return float(value)
    digits = 2 - int(np.floor(np.log10(abs(value))))
    near = round(float(value), digits)
    if (up and near < value) or (down and near > value):
        near = round(near + (10.0**-digits if up else -(10.0**-digits)), digits)
    return near
