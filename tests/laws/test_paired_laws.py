"""Laws of intervals, paired tests, corrections, sets and weak parts, against other routes."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from warrant.metrics import (
    Comparison,
    Figure,
    Part,
    Resampling,
    abstain_below,
    area_under_risk,
    costing,
    find_weak,
    holm,
    label_nonconformity,
    label_sets,
    mcnemar,
    measure,
    paired_bootstrap,
    probing,
    quantile,
    share_bounds,
    worse_than_rest,
)
from warrant.metrics.conformal import fewest_rows
from warrant.metrics.judged import Judged
from warrant.metrics.measure import Family
from warrant.metrics.overlap import Overlap
from warrant.metrics.probabilities import BINS, even_bin_of
from warrant.testing import check_scorer

COST = Figure("cost_per_1000")
FEW = settings(max_examples=20, deadline=None)
SEED = st.integers(0, 2**32 - 1)


def mean_of(values: np.ndarray) -> Family:
    return costing(values / 1000)


@FEW
@given(SEED, st.integers(25, 60), st.sampled_from([0.8, 0.95]))
def test_a_corrected_interval_is_scipys(seed: int, rows: int, level: float) -> None:
    """Scipy draws other resamples: bounds agree within what two seeds of its own differ by."""
    values = np.random.default_rng(seed).gamma(1.5, size=rows)
    ours = measure([mean_of(values)], Resampling(4000, level, seed=1, method="bca"))[COST]
    peer = stats.bootstrap(
        (values,), np.mean, n_resamples=4000, confidence_level=level, method="BCa",
        rng=np.random.default_rng(2),
    ).confidence_interval  # fmt: skip
    scatter = 9 * values.std() / math.sqrt(rows) / math.sqrt(4000 * (1 - level) / 2)
    assert ours.is_corrected
    assert ours.method == "bootstrap-bca"
    assert ours.low == pytest.approx(peer.low, abs=scatter)
    assert ours.high == pytest.approx(peer.high, abs=scatter)


@FEW
@given(SEED)
def test_a_corrected_interval_of_groups_leaves_out_groups(seed: int) -> None:
    """One row a group, in any order, is no grouping; rows twice in a group are one row."""
    values = np.random.default_rng(seed).gamma(2, size=15)
    alone = measure([mean_of(values)], Resampling(300, method="bca"))[COST]
    twice = measure(
        [mean_of(np.repeat(values, 2))],
        Resampling(300, groups=np.repeat(np.arange(15), 2).tolist(), method="bca"),
    )[COST]
    assert twice == pytest.approx(alone)


def test_what_cannot_be_corrected_says_so() -> None:
    found = measure([mean_of(np.ones(9))], Resampling(50, method="bca"))[COST]
    assert found.method == "bootstrap-percentile"
    assert (found.value, found.low, found.high) == pytest.approx((1, 1, 1))


def test_what_would_take_minutes_is_not_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).gamma(2, size=30)
    plain = measure([mean_of(values)], Resampling(50))[COST]
    module = sys.modules["warrant.metrics.measure"]  # the package has a function of that name
    monkeypatch.setattr(module, "_MOST_LEFT_OUT", 59)
    found = measure([mean_of(values)], Resampling(50, method="bca"))[COST]
    assert (found, found.method) == (plain, "bootstrap-percentile")


@FEW
@given(SEED, st.integers(2, 40))
def test_two_equal_models_do_not_differ(seed: int, rows: int) -> None:
    """Law of `metrics.paired`: without a difference in any row the difference is 0, ..."""
    values = np.random.default_rng(seed).random(rows)
    found = paired_bootstrap(mean_of(values), mean_of(values), Comparison(COST), Resampling(99))
    assert found[2:] == (0, 0, 0, 1, 1)
    right = values > 0.5
    assert mcnemar(right, right).p == 1


@FEW
@given(SEED, st.integers(2, 40))
def test_exchanged_models_turn_round(seed: int, rows: int) -> None:
    """Law of `metrics.paired`: exchanging the two turns the difference and its interval round."""
    one, other = np.random.default_rng(seed).random((2, rows))
    families, how = (mean_of(one), mean_of(other)), Resampling(99)
    there = paired_bootstrap(*families, Comparison(COST), how)
    back = paired_bootstrap(*families[::-1], Comparison(COST), how)
    lower = paired_bootstrap(*families, Comparison(COST, higher_is_better=False), how)
    assert back.value == pytest.approx(-there.value)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert back.p == there.p
    assert (lower.value, lower.low) == pytest.approx((-there.value, -there.high))
    a, b = one > 0.5, other > 0.5
    assert mcnemar(a, b).p == mcnemar(b, a).p


def test_a_paired_difference_is_that_of_the_rows_differences() -> None:
    """By another route: scipy's bootstrap of the mean of the differences, row by row."""
    rng = np.random.default_rng(5)
    one = rng.random(60)
    other = one + rng.normal(0.03, 0.1, 60)
    ours = paired_bootstrap(
        mean_of(one), mean_of(other), Comparison(COST, margin=0.01), Resampling(5000)
    )
    peer = stats.bootstrap(
        (other - one,), np.mean, n_resamples=5000, method="percentile",
        rng=np.random.default_rng(1),
    )  # fmt: skip
    assert ours.value == pytest.approx((other - one).mean())
    assert (ours.low, ours.high) == pytest.approx(tuple(peer.confidence_interval), abs=0.003)
    drawn = peer.bootstrap_distribution
    assert ours.p_margin == pytest.approx((drawn <= 0.01).mean(), abs=0.03)
    assert ours.p == pytest.approx(2 * (drawn <= 0).mean(), abs=0.03)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_formula(only_first: int, only_second: int) -> None:
    first = np.array([True] * only_first + [False] * only_second, dtype=np.bool_)
    found = mcnemar(first, ~first)
    total, larger = only_first + only_second, max(only_first, only_second)
    if total < 25:
        tail = sum(math.comb(total, k) for k in range(larger, total + 1)) / 2**total
        assert found.method == "exact"
        assert found.p == pytest.approx(min(1, 2 * tail))
    else:
        distance = max(0, abs(only_first - only_second) - 1) ** 2 / total
        assert found.method == "corrected"
        assert found.p == pytest.approx(math.erfc(math.sqrt(distance / 2)))
    assert (found.only_first, found.only_second) == (only_first, only_second)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_only_raises_and_keeps_the_order(p_values: list[float]) -> None:
    """Law of `metrics.several`: a corrected p-value is never smaller than its own, ..."""
    corrected = holm(p_values)
    assert all(p <= found <= 1 for p, found in zip(p_values, corrected, strict=True))
    for one, found in zip(p_values, corrected, strict=True):
        for other, second in zip(p_values, corrected, strict=True):
            assert one > other or found <= second
    # By Holm's own words: the k-th smallest of m is held against level / (m - k + 1).
    ranked, reached = sorted(p_values), 0.0
    for at, p in enumerate(ranked):
        reached = max(reached, min(1.0, p * (len(ranked) - at)))
        assert corrected[p_values.index(p)] >= reached or p in ranked[:at]


def test_holm_gives_what_tables_give() -> None:
    """R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@FEW
@given(SEED, st.integers(1, 60))
def test_even_bins_hold_as_many_rows_and_the_error_is_their_gap(seed: int, rows: int) -> None:
    rng = np.random.default_rng(seed)
    likely = rng.integers(0, 12, (rows, 2)) / 12
    true = rng.random((rows, 2)) < 0.4
    bins = even_bin_of(likely)
    gap = 0.0
    for column in range(2):
        ranked = sorted(likely[:, column].tolist())
        places = [ranked.index(one) * BINS // rows for one in likely[:, column].tolist()]
        assert bins[:, column].tolist() == places
        for place in set(places):
            inside = np.array(places) == place
            gap += abs((likely[inside, column] - true[inside, column]).sum()) / rows / 2
    judged = Judged(("a", "b"), true, likely > 0.5, single=False)
    found = measure([probing(judged, likely)], Resampling(resamples=1))
    assert found[Figure("adaptive_ece")].value == pytest.approx(gap)


@FEW
@given(SEED, st.integers(1, 50))
def test_the_area_is_the_mean_risk_of_all_orders(seed: int, rows: int) -> None:
    rng = np.random.default_rng(seed)
    sure, right = rng.permutation(rows) / rows, rng.random(rows) < 0.7
    order = sorted(range(rows), key=lambda at: -sure[at])
    risks = [sum(not right[at] for at in order[:k]) / k for k in range(1, rows + 1)]
    assert area_under_risk(right, sure) == pytest.approx(sum(risks) / rows)
    assert area_under_risk(right, np.ones(rows)) == pytest.approx(1 - right.mean())


@settings(max_examples=4, deadline=None)
@given(SEED)
def test_the_stated_risk_is_kept(seed: int) -> None:
    """Law of `metrics.selective`: with `sure` of 0.95, the risk of rows drawn like these ..."""
    rng, broken, tries = np.random.default_rng(seed), 0, 60
    for _ in range(tries):
        sure = rng.random(300)
        right = rng.random(300) < 0.5 + sure / 2
        found = abstain_below(right, sure, 0.2)
        # Of rows surer than t, the risk is the mean of (1 - s) / 2 from t to 1: (1 - t) / 4.
        broken += found is not None and (1 - found.threshold) / 4 > 0.2
    assert broken <= stats.binom.ppf(1 - 1e-9, tries, 0.05)
    right = np.arange(100) < 50
    assert abstain_below(right, right * 1.0, 0.2) == (1.0, 0.5, 0.0)
    assert abstain_below(right[:4], right[:4] * 1.0, 0.01) is None


@given(st.integers(1, 60), st.data())
def test_bounds_of_a_share_are_where_its_tails_say(total: int, data: st.DataObject) -> None:
    found = data.draw(st.integers(0, total))
    low, high = share_bounds(found, total)
    assert low <= found / total <= high
    if found:
        assert stats.binom.sf(found - 1, total, low) == pytest.approx(0.025)
    if found < total:
        assert stats.binom.cdf(found, total, high) == pytest.approx(0.025)


@FEW
@given(SEED, st.integers(1, 40), st.sampled_from([0.5, 0.8, 0.9]))
def test_each_row_set_aside_is_covered_by_the_others(seed: int, rows: int, stated: float) -> None:
    """Law of `metrics.conformal`: of rows of which each in turn is set aside and the others ..."""
    rng = np.random.default_rng(seed)
    strange = rng.integers(0, 6, rows + 1) / 6
    limits = [quantile(np.delete(strange, at), stated) for at in range(rows + 1)]
    if rows < fewest_rows(stated):
        assert limits == [None] * (rows + 1)
        return
    covered = [one <= most for one, most in zip(strange, limits, strict=True) if most is not None]
    assert len(covered) == rows + 1
    assert sum(covered) >= stated * (rows + 1) - 1e-9


@FEW
@given(SEED, st.booleans())
def test_a_set_holds_the_truth_where_it_is_not_too_strange(seed: int, several: bool) -> None:
    rng = np.random.default_rng(seed)
    likely = rng.random((20, 4))
    chosen = np.eye(4, dtype=np.bool_)[likely.argmax(axis=1)]
    true = (
        rng.random((20, 4)) < 0.4 if several else np.eye(4, dtype=np.bool_)[rng.integers(0, 4, 20)]
    )
    strange = label_nonconformity(true, likely)
    sets = label_sets(likely, chosen, 0.6)
    assert (sets & chosen == chosen).all()
    for row in np.flatnonzero(strange <= 0.6):
        assert (sets[row] | ~true[row]).all()


@FEW
@given(SEED, st.integers(20, 120))
def test_a_weak_part_is_worse_large_enough_and_sure(seed: int, rows: int) -> None:
    """Law of `metrics.weak`: a part that is found has at least the fewest rows, ..."""
    rng = np.random.default_rng(seed)
    parts = [
        Part(column, str(value), rng.integers(0, 3, rows) == value)
        for column in ("a", "b")
        for value in range(3)
    ]
    wrong = rng.random(rows) < np.where(parts[0].rows, 0.8, 0.1)
    found, tested = find_weak(wrong, parts, 8)
    assert tested <= 6 + 9
    for one in found:
        mask = np.logical_and.reduce(
            [part.rows for part in parts if (part.column, part.value) in one.parts]
        )
        assert one.rows == mask.sum() >= 8
        assert one.loss == pytest.approx(wrong[mask].mean())
        assert one.loss > one.rest == pytest.approx(wrong[~mask].mean())
        assert one.p <= one.corrected < 0.05
    if rows >= 100:
        assert found[0].parts[0] == ("a", "0") or ("a", "0") in found[0].parts


@FEW
@given(SEED)
def test_worse_than_the_rest_is_fishers_and_mann_whitneys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wrong, rows = rng.random((2, 30)) < 0.4
    rows[:2] = True, False
    table = [[(wrong & rows).sum(), (~wrong & rows).sum()],
             [(wrong & ~rows).sum(), (~wrong & ~rows).sum()]]  # fmt: skip
    peer = stats.fisher_exact(table, alternative="greater").pvalue
    assert worse_than_rest(wrong, rows) == pytest.approx(peer)
    far = rng.random(30)
    ranked = stats.mannwhitneyu(far[rows], far[~rows], alternative="greater").pvalue
    assert worse_than_rest(far, rows) == pytest.approx(ranked)
    assert worse_than_rest(np.ones(30), rows) == 1.0


@given(st.lists(st.tuples(*[st.sets(st.sampled_from("abc")).map(sorted).map(tuple)] * 2)))
def test_our_scorer_is_a_scorer(rows: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
    """Law of `metrics.scorer`: the score of a row depends on that row alone, and is a finite ..."""
    known: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(("a",), ("a",)), (("b",), ("a",))]
    check_scorer(Overlap, [*known, *rows])
    assert Overlap().score(("a", "b"), ("b", "c")) == pytest.approx(1 / 3)
    assert Overlap().score((), ()) == 1.0
    assert (Overlap().score(1.5, 1.5), Overlap().score(1.5, 2.0)) == (1.0, 0.0)
