from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as peer

from warrant.metrics.curves import (
    MOST_BINS,
    MOST_POINTS,
    coverage_curve,
    histogram,
    pr_curve,
    reliability,
    roc_curve,
)

ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 40)), min_size=4, max_size=80).filter(
    lambda rows: len({one for one, _ in rows}) == 2
)


def arrays(rows: list[tuple[bool, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([one for one, _ in rows]), np.array([part / 40 for _, part in rows])


@given(ROWS)
def test_with_nothing_to_hide_every_point_is_one_of_scikit_learns(
    rows: list[tuple[bool, int]],
) -> None:
    true, likely = arrays(rows)
    x, y, _ = peer.roc_curve(true, likely, drop_intermediate=False)
    points = roc_curve(true, likely, 1)
    assert {(round(a, 9), round(b, 9)) for a, b, _ in points} <= {
        (round(a, 9), round(b, 9)) for a, b in zip(x, y, strict=True)
    }
    assert (points[0][:2], points[-1][:2]) == ((0, 0), (1, 1))
    precision, recall, _ = peer.precision_recall_curve(true, likely)
    assert {(round(a, 9), round(b, 9)) for a, b, _ in pr_curve(true, likely, 1)} <= {
        (round(a, 9), round(b, 9)) for a, b in zip(recall, precision, strict=True)
    }


@given(ROWS, st.integers(1, 12))
def test_enough_rows_stand_between_two_points(rows: list[tuple[bool, int]], fewest: int) -> None:
    """Law of the room: at least `fewest` rows between two points, unless there is only one."""
    true, likely = arrays(rows)
    for points, with_rows in (
        (roc_curve(true, likely, fewest), lambda x, y: x * (~true).sum() + y * true.sum()),
        (coverage_curve(true, likely, fewest), lambda x, _: x * len(true)),
    ):
        at = [with_rows(point.x, point.y) for point in points]
        assert len(points) <= MOST_POINTS + 1
        assert at[-1] == pytest.approx(len(true))
        steps = np.diff(at if at[0] == 0 else [0, *at])
        assert len(at) <= 2 or steps.min() >= fewest - 1e-6


@given(ROWS, st.integers(1, 12))
def test_every_bin_holds_enough_rows_and_all_hold_all(
    rows: list[tuple[bool, int]], fewest: int
) -> None:
    """Law of `metrics.curves`: at least `fewest` rows stand between two points of a curve, ..."""
    true, likely = arrays(rows)
    bins = reliability(true.astype(float), likely, fewest)
    assert sum(one.rows for one in bins) == len(true)
    assert len(bins) == 1 or min(one.rows for one in bins) >= fewest
    assert sum(one.rows * one.true for one in bins) == pytest.approx(true.sum())
    counts = histogram(likely, true, fewest)
    assert sum(one.right for one in counts) == true.sum()
    assert sum(one.wrong for one in counts) == (~true).sum()
    assert len(counts) == 1 or min(one.right + one.wrong for one in counts) >= fewest
    assert all(one.low < one.high or len(counts) == 1 for one in counts)
    assert all(one.high == two.low for one, two in pairwise(counts))


def test_a_large_test_set_has_a_bounded_number_of_points_and_bins() -> None:
    rng = np.random.default_rng(1)
    true = rng.random(20_000) < 0.02
    likely = rng.random(20_000) + true
    assert 30 < len(roc_curve(true, likely, 10)) <= MOST_POINTS
    assert 30 < len(pr_curve(true, likely, 10)) <= MOST_POINTS
    assert 30 < len(coverage_curve(true, likely, 10)) <= MOST_POINTS
    assert len(reliability(true.astype(float), likely, 10)) == MOST_BINS
    assert 10 < len(histogram(likely, true, 10)) <= MOST_BINS


def test_a_thinned_curve_keeps_its_area() -> None:
    rng = np.random.default_rng(2)
    true = rng.random(5_000) < 0.3
    likely = rng.normal(size=5_000) + 1.5 * true
    points = roc_curve(true, likely, 10)
    area = np.trapezoid([point.y for point in points], [point.x for point in points])
    assert area == pytest.approx(peer.roc_auc_score(true, likely), abs=0.005)


def test_thresholds_and_bounds_have_three_digits() -> None:
    rng = np.random.default_rng(3)
    true, likely = rng.random(500) < 0.4, rng.random(500)
    told = [point.threshold for point in roc_curve(true, likely, 10)]
    told += [bound for one in reliability(true.astype(float), likely, 10) for bound in one[:2]]
    assert all(float(f"{one:.3g}") == pytest.approx(one) for one in told)


def test_equal_values_make_one_bin() -> None:
    same = np.full(30, 0.25)
    right = np.arange(30) % 2 == 0
    assert [one[2:] for one in histogram(same, right, 10)] == [(15, 15)]
    assert [one.rows for one in reliability(right.astype(float), same, 10)] == [30]
