"""Scores, all made from the same sums, so that a value and its resamples cannot disagree.

A row contributes: 1 row, whether the whole answer is right, and per label whether it was a true
positive, a false positive, a false negative. Every score is a function of the sums of these.

Source: scikit-learn's definitions (`accuracy_score`, `f1_score`); property tests compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from warrant.errors import InputError
from warrant.metrics.measure import Family, Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from warrant.metrics.judged import Judged

Undefined = Literal["skip", "zero", "one"]
"""What a label counts in a mean when its denominator is 0 (neither true nor predicted anywhere).
`skip`: it is left out, as scikit-learn does with labels that do not occur; `zero`: 0, as with
`zero_division=0` over all labels; `one`: 1, as with `zero_division=1`."""


@dataclass(frozen=True)
class Totals:
    """Sums of contributions, one per draw; a plain score has one draw."""

    rows: NDArray[np.float64]
    """Shape (draws,)."""

    exact: NDArray[np.float64]
    """Shape (draws,): rows whose whole answer is right."""

    hits: NDArray[np.float64]
    """Shape (draws, labels): true positives."""

    alarms: NDArray[np.float64]
    """Shape (draws, labels): false positives."""

    misses: NDArray[np.float64]
    """Shape (draws, labels): false negatives."""


class LabelFigures(NamedTuple):
    """Figures of one label; None where a denominator is 0."""

    label: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int
    """Rows where it is true."""
    predicted: int
    """Rows where it was predicted."""


def counting(judged: Judged, undefined: Undefined = "skip") -> Family:
    """Give accuracy, micro-F1, macro-F1, and the F1 of each label.

    Args:
        judged: answers.
        undefined: what a label without any true or predicted row counts in macro-F1.

    Returns:
        Figures named as in `METRICS`, and `f1` by label.
    """
    figures = [Figure(name) for name in METRICS]
    figures += [Figure("f1", place) for place in range(len(judged.labels))]

    def finish(summed: NDArray[np.float64]) -> NDArray[np.float64]:
        totals = _totals(summed)
        whole = [function(totals, undefined) for function in METRICS.values()]
        return np.vstack([*whole, _f1(totals).T])

    return Family(tuple(figures), _contributions(judged), finish)


def _contributions(judged: Judged) -> Any:  # noqa: ANN401 - scipy's sparse arrays have no types
    """Give what each row adds: 1, exact, and per label hits, alarms, misses: (sums, rows)."""
    from scipy import sparse

    true, predicted = judged.true, judged.predicted
    exact = (true == predicted).all(axis=1)
    parts = (true & predicted, ~true & predicted, true & ~predicted)
    ones = np.ones(len(judged), dtype=np.bool_)
    rows = [ones[None, :], exact[None, :], *(part.T for part in parts)]
    return sparse.vstack([sparse.csr_array(part, dtype=np.float64) for part in rows], format="csr")


def _totals(summed: NDArray[np.float64]) -> Totals:
    """Name the parts of summed contributions, shape (2 + 3 · labels, draws)."""
    hits, alarms, misses = np.split(summed[2:].T, 3, axis=1)
    return Totals(summed[0], summed[1], hits, alarms, misses)


def _whole(judged: Judged) -> Totals:
    return _totals(_contributions(judged) @ np.ones((len(judged), 1)))


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide; not a number where the denominator is 0."""
    undefined = np.full(below.shape, np.nan)
    return np.asarray(np.divide(above, below, out=undefined, where=below > 0), dtype=np.float64)


_STANDS_FOR: Mapping[Undefined, float] = {"skip": np.nan, "zero": 0.0, "one": 1.0}


def _accuracy(totals: Totals, undefined: Undefined) -> NDArray[np.float64]:
    share = _ratio(totals.exact, totals.rows)
    return np.where(np.isnan(share), _STANDS_FOR[undefined], share)


def _micro_f1(totals: Totals, undefined: Undefined) -> NDArray[np.float64]:
    hits = totals.hits.sum(axis=1)
    wrong = totals.alarms.sum(axis=1) + totals.misses.sum(axis=1)
    share = _ratio(2 * hits, 2 * hits + wrong)
    return np.where(np.isnan(share), _STANDS_FOR[undefined], share)


def _f1(totals: Totals) -> NDArray[np.float64]:
    """Give the F1 of each label, shape (draws, labels)."""
    return _ratio(2 * totals.hits, 2 * totals.hits + totals.alarms + totals.misses)


def _macro_f1(totals: Totals, undefined: Undefined) -> NDArray[np.float64]:
    each = _f1(totals)
    counted = ~np.isnan(each) if undefined == "skip" else np.ones(each.shape, dtype=np.bool_)
    filled = np.where(np.isnan(each), 0.0 if undefined == "skip" else _STANDS_FOR[undefined], each)
    return _ratio(filled.sum(axis=1), counted.sum(axis=1).astype(np.float64))


METRICS: Mapping[str, Callable[[Totals, Undefined], NDArray[np.float64]]] = {
    "accuracy": _accuracy,
    "micro_f1": _micro_f1,
    "macro_f1": _macro_f1,
}
"""Every score by name: 0 to 1, higher is better. For `multilabel`, accuracy counts whole answers.
A score of nothing at all is not a number."""


def metric(name: str) -> Callable[[Totals, Undefined], NDArray[np.float64]]:
    """Find a score by name.

    Args:
        name: a key of `METRICS`.

    Returns:
        A function from sums to one value per draw.

    Raises:
        InputError: when there is no such score.
    """
    if name not in METRICS:
        raise InputError(f"No score is called {name!r}.", do=f"There are: {', '.join(METRICS)}.")
    return METRICS[name]


def score(name: str, judged: Judged, undefined: Undefined = "skip") -> float:
    """Give one score.

    Args:
        name: a key of `METRICS`.
        judged: answers.
        undefined: what a label without any true or predicted row counts.

    Returns:
        0 to 1; not a number when nothing could be counted.

    Raises:
        InputError: when there is no such score.
    """
    return float(metric(name)(_whole(judged), undefined)[0])


def constant_scores(
    name: str, true: NDArray[np.bool_], answers: NDArray[np.bool_], undefined: Undefined = "skip"
) -> NDArray[np.float64]:
    """Give the score of each of some answers, if every row were answered so.

    Args:
        name: a key of `METRICS`.
        true: shape (rows, labels).
        answers: shape (answers, labels).
        undefined: what a label without any true or predicted row counts.

    Returns:
        Shape (answers,).

    Raises:
        InputError: when there is no such score.
    """
    rows, support = float(len(true)), true.sum(axis=0).astype(np.float64)
    whole, counts = np.unique(np.packbits(true, axis=1), axis=0, return_counts=True)
    frequency = {bits.tobytes(): float(count) for bits, count in zip(whole, counts, strict=True)}
    totals = Totals(
        rows=np.full(len(answers), rows),
        exact=np.array([frequency.get(np.packbits(one).tobytes(), 0.0) for one in answers]),
        hits=answers * support,
        alarms=answers * (rows - support),
        misses=~answers * support,
    )
    return metric(name)(totals, undefined)


def per_label(judged: Judged) -> list[LabelFigures]:
    """Give precision, recall and F1 of each label, in the order of the labels.

    Args:
        judged: answers.

    Returns:
        One line a label.
    """
    totals = _whole(judged)
    hits, alarms, misses = (part[0] for part in (totals.hits, totals.alarms, totals.misses))
    precision = _ratio(hits, hits + alarms)
    recall = _ratio(hits, hits + misses)
    f1 = _ratio(2 * hits, 2 * hits + alarms + misses)
    return [
        LabelFigures(
            label,
            _or_none(precision[place]),
            _or_none(recall[place]),
            _or_none(f1[place]),
            support=int(hits[place] + misses[place]),
            predicted=int(hits[place] + alarms[place]),
        )
        for place, label in enumerate(judged.labels)
    ]


def confusion(judged: Judged) -> NDArray[np.int64]:
    """Count which label was taken for which.

    Args:
        judged: answers of a `single` task.

    Returns:
        Shape (labels, labels): rows true, columns predicted.

    Raises:
        InputError: when a row may have several labels.
    """
    if not judged.single:
        raise InputError(
            "A confusion table needs one label a row.", do="Read the figures per label instead."
        )
    size = len(judged.labels)
    cells = judged.true.argmax(axis=1) * size + judged.predicted.argmax(axis=1)
    return np.bincount(cells, minlength=size * size).reshape(size, size).astype(np.int64)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
