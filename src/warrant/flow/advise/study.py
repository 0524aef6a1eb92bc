"""The trials behind advice, in order of what helps most, until the time is used up."""

from __future__ import annotations

from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.flow.advise.advice import Advice, LabelAdvice, Point, SuspectRow, ValueAdvice
from warrant.metrics import Figure, Judged, Resampling, counting
from warrant.metrics.growth import Gain, gain_of
from warrant.metrics.paired import Comparison, paired_bootstrap
from warrant.metrics.suspects import find_suspects
from warrant.stages.train.curves import draw_curves
from warrant.stages.train.trials import FOLDS, deal_folds, out_of_fold, read_trials

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.flow.advise.rows import AdvisedRows
    from warrant.metrics.suspects import Suspect
    from warrant.records.interfaces import Progress
    from warrant.stages.train.curves import Curves
    from warrant.stages.train.trials import Trials

    Chosen = NDArray[np.bool_]

FEWEST_OF_A_LABEL = 15
"""Rows of a label without which nothing is known of its curve."""
FEWEST_OF_A_SLICE = 20
"""Rows of a source or slice without which nothing is claimed about it."""
MOST_VALUES = 12
"""Values of a column that are valued, those of most rows first."""
WIDEST = 0.3
"""Of an interval of F1; a wider one says "not known"."""

_RESAMPLING = Resampling(resamples=500, seed=7)
_FIGURE = Comparison(Figure("macro_f1"))


class Base(NamedTuple):
    """Every row answered by fits on the other folds."""

    trials: Trials
    folds: NDArray[np.intp]
    chosen: Chosen


def study(rows: AdvisedRows, seconds: float, progress: Progress) -> Advice:
    """Find out what more rows would bring, what sources are worth, which labels look wrong.

    Args:
        rows: training and validation rows.
        seconds: of time; a first look at everything is always made, and sources and slices are
            left out when it is used up.
        progress: told how far it is.

    Returns:
        What was found.
    """
    until = monotonic() + seconds
    trials = read_trials(rows.examples, rows.config, rows.strength)
    folds = deal_folds(rows.examples, rows.groups, rows.config.seed)
    scores = out_of_fold(trials, folds)
    base = Base(trials, folds, trials.choose(scores))
    single = rows.config.task != "multilabel"
    found = find_suspects(trials.probabilities(scores), trials.truth, single=single)
    curves = draw_curves(
        trials,
        rows.examples,
        rows.groups,
        monotonic() + seconds / 2,
        lambda done, total: progress(done, total, "rounds of learning curves"),
    )
    values, left_out = _values(base, rows, until, progress)
    return Advice(
        rows=len(trials),
        whole=_whole(trials, curves),
        labels=_labels(trials, curves),
        values=tuple(values),
        suspects=tuple(_named(one, trials.labels) for one in found),
        cleaned=_cleaned(base, [one.row for one in found]),
        rounds=curves.rounds,
        left_out=left_out,
    )


def _named(one: Suspect, labels: Sequence[str]) -> SuspectRow:
    given, proposed = ("" if at is None else labels[at] for at in (one.given, one.proposed))
    return SuspectRow(one.row, given, proposed, one.own, one.other)


def _whole(trials: Trials, curves: Curves) -> LabelAdvice:
    points = _points(curves, curves.f1.mean(axis=0))
    gain = _doubled(trials, curves, 1 - curves.f1.mean(axis=0), 1 - curves.resampled.mean(axis=1))
    return LabelAdvice("", len(trials), points, gain)


def _labels(trials: Trials, curves: Curves) -> tuple[LabelAdvice, ...]:
    counts = trials.truth.sum(axis=0)
    found = [_label(trials, curves, at, int(counts[at])) for at in range(len(trials.labels))]
    return tuple(
        sorted(found, key=lambda one: (-(one.doubled.expected if one.doubled else -1), one.label))
    )


def _label(trials: Trials, curves: Curves, at: int, rows: int) -> LabelAdvice:
    points = _points(curves, curves.f1[at])
    name = trials.labels[at]
    if rows < FEWEST_OF_A_LABEL:
        why = f"it has {rows} rows, and from {FEWEST_OF_A_LABEL} on something can be said"
        return LabelAdvice(name, rows, points, None, why)
    gain = _doubled(trials, curves, 1 - curves.f1[at], 1 - curves.resampled[:, at])
    if gain.high - gain.low > WIDEST:
        why = f"it could be from {gain.low:+.2f} to {gain.high:+.2f}"
        return LabelAdvice(name, rows, points, None, why)
    return LabelAdvice(name, rows, points, gain)


def _points(curves: Curves, f1: NDArray[np.float64]) -> tuple[Point, ...]:
    return tuple(
        Point(round(float(rows)), float(value)) for rows, value in zip(curves.rows, f1, strict=True)
    )


def _doubled(
    trials: Trials, curves: Curves, errors: NDArray[np.float64], resampled: NDArray[np.float64]
) -> Gain:
    return gain_of(curves.rows, errors, resampled, float(len(trials)), 2.0 * len(trials))


def _values(
    base: Base, rows: AdvisedRows, until: float, progress: Progress
) -> tuple[list[ValueAdvice], int]:
    """Leave out one source or slice after another, the largest first."""
    wanted = [(by, cells, one) for by, cells in rows.slices.items() for one in _largest(cells)]
    found: list[ValueAdvice] = []
    left_out = 0
    for number, (by, cells, (value, count)) in enumerate(wanted):
        progress(number, len(wanted), "sources and slices")
        if monotonic() >= until and found and count >= FEWEST_OF_A_SLICE:
            left_out += 1
            continue
        at = np.array([cell == value for cell in cells])
        found.append(_value(base, by, value, at, count))
    return _ordered(found), left_out


def _largest(cells: Sequence[str]) -> Iterator[tuple[str, int]]:
    yield from Counter(cells).most_common(MOST_VALUES)


def _ordered(found: list[ValueAdvice]) -> list[ValueAdvice]:
    return sorted(found, key=lambda one: (one.by, -(one.worth.expected if one.worth else -9)))


def _value(base: Base, by: str, value: str, at: NDArray[np.bool_], count: int) -> ValueAdvice:
    if count < FEWEST_OF_A_SLICE:
        why = f"it has {count} rows, and nothing is claimed about fewer than {FEWEST_OF_A_SLICE}"
        return ValueAdvice(by, value, count, None, None, why)
    right = float((base.chosen == base.trials.truth).all(axis=1)[at].mean())
    if (~at).sum() < FEWEST_OF_A_SLICE:
        return ValueAdvice(by, value, count, right, None, "nearly all rows come from it")
    worth = _difference(base, _without(base, at), base.chosen, np.ones(len(at), dtype=np.bool_))
    return ValueAdvice(by, value, count, right, worth)


def _cleaned(base: Base, suspects: Sequence[int]) -> Gain | None:
    """Learn without the suspects, and measure on the others."""
    if not suspects:
        return None
    out = np.isin(np.arange(len(base.folds)), suspects)
    return _difference(base, base.chosen, _without(base, out), ~out)


def _without(base: Base, out: NDArray[np.bool_]) -> Chosen:
    """Answer every row by fits on the other folds that have not learnt from some rows."""
    scores = np.zeros(base.trials.truth.shape)
    for fold in range(FOLDS):
        asked = np.flatnonzero(base.folds == fold)
        learnt = np.flatnonzero((base.folds != fold) & ~out)
        if len(asked):
            scores[asked] = base.trials.score(learnt, asked)
    return base.trials.choose(scores)


def _difference(base: Base, first: Chosen, second: Chosen, on: NDArray[np.bool_]) -> Gain:
    """Give how much better the second answers are, on the same resampled rows."""
    trials = base.trials
    single = trials.config.task != "multilabel"
    before, after = (
        counting(Judged(trials.labels, trials.truth[on], chosen[on], single))
        for chosen in (first, second)
    )
    found = paired_bootstrap(before, after, _FIGURE, _RESAMPLING)
    return Gain(found.value, found.low, found.high)
