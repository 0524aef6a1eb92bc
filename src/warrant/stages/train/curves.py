"""Learning curves of rows at hand: fits on more and more of them, each row answered without it."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from warrant.stages.train.trials import FOLDS, Trials, deal_folds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from warrant.models.examples import Examples

SHARES = (0.25, 0.4, 0.6, 0.85, 1.0)
"""Of the rows outside a fold, how many are learnt from."""
MOST_ROUNDS = 4
"""Deals of the rows into folds; more say little more."""
RESAMPLES = 200
"""Of rows and rounds, behind each interval."""


@dataclass(frozen=True)
class Curves:
    """F1 of each label, and their mean, at some numbers of rows."""

    rows: NDArray[np.float64]
    """Shape (points,): rows learnt from, rising."""
    f1: NDArray[np.float64]
    """Shape (labels that are told, points): mean over rounds; of options one line, accuracy."""
    resampled: NDArray[np.float64]
    """Shape (resamples, labels, points)."""
    rounds: int
    """Deals of the rows that were tried."""


def draw_curves(
    trials: Trials,
    examples: Examples,
    groups: Sequence[object],
    until: float,
    tell: Callable[[int, int], None],
) -> Curves:
    """Fit on shares of the rows, round after round, while there is time.

    Args:
        trials: the rows.
        examples: the same, as they were read.
        groups: of each row, what keeps it with others.
        until: `time.monotonic()` after which no new round begins; one is always made.
        tell: told rounds done and rounds at most.

    Returns:
        The curves; the same rows and the same number of rounds give the same.
    """
    counts = []
    seed = trials.config.seed
    for number in range(MOST_ROUNDS):
        tell(number, MOST_ROUNDS)
        counts.append(_round(trials, deal_folds(examples, groups, seed + number), seed + number))
        if monotonic() >= until:
            break
    tell(MOST_ROUNDS, MOST_ROUNDS)
    stacked: NDArray[np.bool_] = np.array(counts)[
        ..., : trials.told
    ]  # rounds, points, 3, rows, labels
    if trials.is_one:
        stacked = np.asarray(
            stacked.any(axis=-1, keepdims=True)
        )  # of one answer a row, F1 is accuracy
    rows = np.array([share * len(trials) * (FOLDS - 1) / FOLDS for share in SHARES])
    f1 = _f1(stacked.sum(axis=3, dtype=np.float64)).mean(axis=0).T
    return Curves(rows, f1, _resample(stacked, seed), len(counts))


def _round(trials: Trials, folds: NDArray[np.intp], seed: int) -> NDArray[np.bool_]:
    """Give hits, false alarms and misses of every row at every share."""
    order = np.random.default_rng(seed).permutation(len(trials))
    found = np.zeros((len(SHARES), 3, *trials.truth.shape), dtype=np.bool_)
    for place, share in enumerate(SHARES):
        scores = np.zeros(trials.truth.shape)
        for fold in range(FOLDS):
            others = order[folds[order] != fold]
            asked = np.flatnonzero(folds == fold)
            learnt = np.sort(others[: max(2, round(share * len(others)))])
            scores[asked] = trials.score(learnt, asked)
        chosen = trials.choose(scores)
        found[place] = chosen & trials.truth, chosen & ~trials.truth, ~chosen & trials.truth
    return found


def _f1(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give F1 from hits, false alarms and misses, which stand on the last axis but one."""
    hits, alarms, misses = np.moveaxis(counts, -2, 0)
    return np.asarray(2 * hits / np.maximum(2 * hits + alarms + misses, 1))


def _resample(counts: NDArray[np.bool_], seed: int) -> NDArray[np.float64]:
    """Draw rows again with replacement, and one round for each resample."""
    draw = np.random.default_rng([seed, 1])
    rounds, points, kinds, rows, labels = counts.shape
    found = np.empty((RESAMPLES, points, labels))
    flat = counts.transpose(0, 3, 1, 2, 4).reshape(rounds, rows, -1)
    for at in range(RESAMPLES):
        times = np.bincount(draw.integers(0, rows, rows), minlength=rows).astype(np.float32)
        summed = times @ flat[draw.integers(rounds)]
        found[at] = _f1(summed.reshape(points, kinds, labels).astype(np.float64))
    return found.transpose(0, 2, 1)
