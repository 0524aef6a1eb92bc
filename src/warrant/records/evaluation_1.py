"""Scores as release 0.1 wrote them (`warrant/evaluation/1`): read for ever, written no more."""

from typing import Literal

from warrant.records.base import Count, Hex, Name, Rate, Record


class Score(Record):
    """One figure with its interval."""

    metric: Name
    value: float
    low: float
    high: float
    """Bounds of the interval."""
    level: Rate
    """Coverage of the interval, for example 0.95."""
    method: Name
    """How the interval was made, for example `bootstrap-percentile`."""
    rows: Count
    slice: Name | None = None
    """`column=value`, or None for all rows."""


class LabelScore(Record):
    """Precision, recall and F1 of one label; None where a denominator is zero."""

    label: Name
    precision: float | None
    recall: float | None
    f1: float | None
    support: Count
    predicted: Count


class Bound(Record):
    """A bound of the plan and whether the result met it."""

    metric: Name
    at_least: float
    value: float | None
    met: bool


class Evaluation1(Record):
    """All scores of one model on one dataset, in the first shape."""

    format: Literal["warrant/evaluation/1"] = "warrant/evaluation/1"
    model: Hex
    test: Hex
    """Manifest of the test set."""
    plan: Hex | None
    """Envelope digest of the plan committed before; None: no plan."""
    scores: tuple[Score, ...]
    floor: tuple[Score, ...]
    """The same metrics without a model: always the most frequent answer."""
    labels: tuple[LabelScore, ...]
    confusion: tuple[tuple[Count, ...], ...]
    """Rows true, columns predicted, in the order of `labels`; empty for multilabel."""
    bounds: tuple[Bound, ...]
    rows: Count
    resamples: Count
    seed: int
