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
from warrant.models.examples import Examples
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
_ACCURACY = Comparison(Figure("accuracy"))


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
    labelled, groups = _labelled(trials, rows)
    folds = deal_folds(labelled, groups, rows.config.seed)
    scores = out_of_fold(trials, folds)
    base = Base(trials, folds, trials.choose(scores))
    single = trials.config.task != "multilabel"
    found = find_suspects(trials.probabilities(scores), trials.truth, single=single)
    curves = draw_curves(
        trials,
        labelled,
        groups,
        monotonic() + seconds / 2,
        lambda done, total: progress(done, total, "rounds of learning curves"),
    )
    values, left_out = _values(base, rows, until, progress)
    return Advice(
        rows=len(rows.examples),
        whole=_whole(trials, curves, rows),
        labels=() if trials.is_one else _labels(trials, curves, rows),
        values=tuple(values),
        suspects=_suspects(trials, found),
        unit="options" if trials.is_one else "rows" if trials.of is None else "words",
        cleaned=_cleaned(base, [one.row for one in found]),
        rounds=curves.rounds,
        left_out=left_out,
    )


def _labelled(trials: Trials, rows: AdvisedRows) -> tuple[Examples, Sequence[object]]:
    """Give labels and groups of what is tried: rows, or words of rows."""
    if trials.of is None:
        return rows.examples, rows.groups
    labels: list[tuple[str, ...]] = [
        (trials.labels[at],) for at in trials.truth.argmax(axis=1).tolist()
    ]
    return Examples(labels=labels), [rows.groups[at] for at in trials.of.tolist()]


def _suspects(trials: Trials, found: Sequence[Suspect]) -> tuple[SuspectRow, ...]:
    """Name suspects; of the words of one row the surest."""
    named = [_named(one, trials) for one in found]
    return tuple({one.row: one for one in reversed(named)}.values())[::-1]


def _named(one: Suspect, trials: Trials) -> SuspectRow:
    given, proposed = ("" if at is None else trials.labels[at] for at in (one.given, one.proposed))
    if trials.of is None or trials.places is None:
        return SuspectRow(one.row, given, proposed, one.own, one.other)
    start, end = trials.places[one.row].tolist()
    return SuspectRow(int(trials.of[one.row]), given, proposed, one.own, one.other, (start, end))


def _whole(trials: Trials, curves: Curves, rows: AdvisedRows) -> LabelAdvice:
    points = _points(trials, curves, curves.f1.mean(axis=0), rows)
    gain = _doubled(trials, curves, 1 - curves.f1.mean(axis=0), 1 - curves.resampled.mean(axis=1))
    return LabelAdvice("", len(rows.examples), points, gain)


def _labels(trials: Trials, curves: Curves, rows: AdvisedRows) -> tuple[LabelAdvice, ...]:
    counts = Counter(label for row in rows.examples.labels for label in row)
    if trials.of is not None:
        counts = Counter(one.label for row in rows.examples.spans for one in row)
    told = trials.labels[: trials.told]
    found = [_label(trials, curves, at, counts[name], rows) for at, name in enumerate(told)]
    return tuple(
        sorted(found, key=lambda one: (-(one.doubled.expected if one.doubled else -1), one.label))
    )


def _label(trials: Trials, curves: Curves, at: int, count: int, rows: AdvisedRows) -> LabelAdvice:
    points = _points(trials, curves, curves.f1[at], rows)
    name = trials.labels[at]
    what = "rows" if trials.of is None else "places"
    if count < FEWEST_OF_A_LABEL:
        why = f"it has {count} {what}, and from {FEWEST_OF_A_LABEL} on something can be said"
        return LabelAdvice(name, count, points, None, why)
    gain = _doubled(trials, curves, 1 - curves.f1[at], 1 - curves.resampled[:, at])
    if gain.high - gain.low > WIDEST:
        why = f"it could be from {gain.low:+.2f} to {gain.high:+.2f}"
        return LabelAdvice(name, count, points, None, why)
    return LabelAdvice(name, count, points, gain)


def _points(
    trials: Trials, curves: Curves, f1: NDArray[np.float64], rows: AdvisedRows
) -> tuple[Point, ...]:
    """Give a curve by rows, also where words were tried."""
    scale = len(rows.examples) / len(trials)
    return tuple(
        Point(round(float(many) * scale), float(value))
        for many, value in zip(curves.rows, f1, strict=True)
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
        here = np.array([cell == value for cell in cells])
        at = here if base.trials.of is None else here[base.trials.of]
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
    told = slice(trials.told)
    single = trials.config.task != "multilabel" and trials.told is None
    before, after = (
        counting(
            Judged(trials.labels[told], trials.truth[on][:, told], chosen[on][:, told], single)
        )
        for chosen in (first, second)
    )
    figure = _ACCURACY if trials.is_one else _FIGURE
    found = paired_bootstrap(before, after, figure, _RESAMPLING)
    return Gain(found.value, found.low, found.high)
