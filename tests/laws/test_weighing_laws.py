"""How much rows count while a model learns."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from warrant.models.examples import cluster_weights
from warrant.stages.train.builtin.logistic import MOST_JOINT_LABELS, fit_logistic
from warrant.stages.train.builtin.ridge import fit_ridge
from warrant.stages.train.config import TrainConfig
from warrant.stages.train.weighing import balanced_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.linear.link import Link

CONFIG = TrainConfig("made", "label")
Balance: TypeAlias = Literal["balanced", "none"]
ROWS, TERMS = 48, 5


@given(st.lists(st.none() | st.integers(0, 4), max_size=30), st.data())
def test_a_cluster_counts_as_one_row_whichever_of_its_rows_are_here(
    clusters: list[int | None], data: st.DataObject
) -> None:
    """Law of `models.examples`: the weights of a cluster's rows add up to 1, ..."""
    here = [one for one in clusters if data.draw(st.booleans()) or one is None]
    sums: dict[int, float] = defaultdict(float)
    for cluster, weight in zip(here, cluster_weights(here), strict=True):
        if cluster is None:
            assert weight == 1
        else:
            sums[cluster] += weight
    assert all(abs(total - 1) < 1e-9 for total in sums.values())


def numbers(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=(ROWS, TERMS))


def copied(seed: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Give each row one to four copies, all of a row weighing one together."""
    times = np.random.default_rng(seed + 1).integers(1, 5, ROWS)
    order = np.repeat(np.arange(ROWS), times)
    return order, np.repeat(1.0 / times, times)


@pytest.mark.parametrize("balanced", ["balanced", "none"])
@pytest.mark.parametrize(
    ("labels", "link"),
    [(2, "softmax"), (3, "softmax"), (3, "sigmoid"), (MOST_JOINT_LABELS + 1, "softmax")],
)
@settings(max_examples=5)
@given(seed=st.integers(0, 10_000))
def test_copies_that_weigh_one_together_teach_a_label_like_one_row(
    labels: int, link: Link, balanced: Balance, seed: int
) -> None:
    """Law of `stages.train.weighing`: rows that stand there several times, ..."""
    seen = numbers(seed)
    answers = (np.arange(ROWS) + (seen[:, 0] > 0)) % labels
    truth = np.eye(labels, dtype=np.bool_)[answers]
    config = replace(CONFIG, class_weights=balanced)
    order, weights = copied(seed)
    # By weights too, so that both are fitted by the same formula of balance.
    one = fit_logistic(sparse.csr_array(seen), truth, link, 1.0, config, np.ones(ROWS))
    other = fit_logistic(sparse.csr_array(seen[order]), truth[order], link, 1.0, config, weights)
    # LIBLINEAR stops early, by a tolerance of its own and in another order of rows.
    loose = 0.2 if labels > MOST_JOINT_LABELS else 0.05 if link == "sigmoid" else 0.001
    assert np.abs(one.coef - other.coef).max() < loose


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_copies_that_weigh_one_together_teach_a_number_like_one_row(seed: int) -> None:
    """Law of `stages.train.weighing`: rows that stand there several times, ..."""
    seen = numbers(seed)
    values = seen @ np.arange(TERMS) + np.random.default_rng(seed + 2).normal(size=ROWS)
    order, weights = copied(seed)
    one = fit_ridge(sparse.csr_array(seen), values, 3.0)
    other = fit_ridge(sparse.csr_array(seen[order]), values[order], 3.0, weights)
    np.testing.assert_allclose(other.coef, one.coef, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(other.intercept, one.intercept, rtol=1e-4, atol=1e-4)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0.05, 1.0)), min_size=1, max_size=40))
def test_balanced_labels_weigh_alike_and_all_rows_what_they_did(
    rows: list[tuple[int, float]],
) -> None:
    answers, before = (np.array(part) for part in zip(*rows, strict=True))
    after = balanced_weights(answers, before)
    sums = np.bincount(answers, after)
    assert np.allclose(sums[sums > 0], before.sum() / (sums > 0).sum())
    assert after.sum() == pytest.approx(before.sum())
