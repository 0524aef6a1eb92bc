"""Values with bootstrap intervals, all figures of a test set from the same resamples.

A figure is a function of weighted sums over rows (`Family`). A resample is a weight per row: how
often it was drawn. So all resamples of all figures are one sparse matrix times the weights, a
portion of resamples at a time, and a value and its interval come from the same arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from warrant.errors import InputError
from warrant.metrics.corrected import corrected_tails

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

Method = Literal["percentile", "bca"]
"""How bounds are read off resamples: as they lie, or corrected for bias and acceleration."""

METHOD = "bootstrap-percentile"
"""How intervals are named in records whose bounds are read off as they lie."""

CORRECTED = "bootstrap-bca"
"""How corrected intervals are named."""

_CELLS = 1_000_000
"""Weights at a time: a portion stays in the processor's cache."""

_MOST_LEFT_OUT = 1_000_000_000
"""Sums times units: a family with more is not corrected."""


class Interval(NamedTuple):
    """A value and the interval around it."""

    value: float
    low: float
    high: float
    is_corrected: bool = False
    """The bounds are corrected for bias and acceleration; False too where that was asked for and
    cannot be had: all resamples on one side, no row that makes a difference, or areas under curves
    of so many rows and labels that leaving out each row in turn would take minutes."""

    @property
    def is_defined(self) -> bool:
        """False when the value, or every resample of it, is not a number."""
        return not np.isnan(self).any()

    @property
    def method(self) -> str:
        """How it was made, as records name it."""
        return CORRECTED if self.is_corrected else METHOD


class Figure(NamedTuple):
    """What is measured."""

    metric: str
    """A key of `warrant.records.metric.METRICS`, or a name of the caller's."""
    label: int | None = None
    """The place of a label, or None for all."""


@dataclass(frozen=True)
class Family:
    """Figures that are made from the same sums."""

    figures: tuple[Figure, ...]
    """In the order in which `finish` gives them."""

    parts: Any
    """Sparse array of shape (sums, rows): what a row adds to each sum."""

    finish: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    """From sums of shape (sums, draws) to values of shape (figures, draws); not a number where a
    figure is undefined."""


@dataclass(frozen=True)
class Resampling:
    """How often, how wide, and what is drawn together."""

    resamples: int = 2000
    """How many resamples, 1 or more."""

    level: float = 0.95
    """Coverage, above 0 and below 1."""

    seed: int = 7
    """The same seed, answers and library give the same interval."""

    groups: Sequence[object] | None = None
    """One value per row: rows with equal values are drawn together. None: rows are drawn."""

    method: Method = "percentile"
    """How bounds are read off the resamples."""


def measure(families: Sequence[Family], resampling: Resampling) -> dict[Figure, Interval]:
    """Give figures with intervals.

    Args:
        families: of the same rows, at least one row.
        resampling: how.

    Returns:
        An interval per figure. A resample in which a figure is undefined is left out of its
        interval; an undefined figure is not a number.

    Raises:
        InputError: when there are no rows, or settings are out of range.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), sections 13.3 and 14.3.
    """
    level, intervals = resampling.level, {}
    drawn = draw(families, resampling)
    for family, whole, found in zip(families, values_of(families), drawn, strict=True):
        left_out = _without_each(family, resampling) if resampling.method == "bca" else None
        for at, figure in enumerate(family.figures):
            others = None if left_out is None else left_out[at]
            intervals[figure] = _interval(whole[at], found[at], level, others)
    return intervals


def values_of(families: Sequence[Family]) -> list[NDArray[np.float64]]:
    """Give the figures of all rows, each counted once.

    Args:
        families: of the same rows.

    Returns:
        For each family, shape (figures,).
    """
    rows = families[0].parts.shape[1]
    once = np.ones((rows, 1))
    return [family.finish(family.parts @ once)[:, 0] for family in families]


def draw(families: Sequence[Family], resampling: Resampling) -> list[NDArray[np.float64]]:
    """Give the figures of each resample; all families see the same ones.

    Args:
        families: of the same rows, at least one row.
        resampling: how.

    Returns:
        For each family, shape (figures, resamples).

    Raises:
        InputError: when there are no rows, or settings are out of range.
    """
    rows = families[0].parts.shape[1]
    _check(rows, resampling)
    drawn: list[list[NDArray[np.float64]]] = [[] for _ in families]
    for weights in _draw(rows, resampling):
        for family, found in zip(families, drawn, strict=True):
            found.append(family.finish(family.parts @ weights))
    return [np.concatenate(found, axis=1) for found in drawn]


def _check(rows: int, resampling: Resampling) -> None:
    if not rows:
        raise InputError("There are no rows to measure on.", do="Give at least one row.")
    if resampling.resamples < 1 or not 0 < resampling.level < 1:
        raise InputError(
            f"Cannot resample {resampling.resamples} times at the level {resampling.level}.",
            do="Take at least 1 resample and a level between 0 and 1.",
        )
    if resampling.groups is not None and len(resampling.groups) != rows:
        raise InputError(
            f"There are {rows} rows and {len(resampling.groups)} group values.",
            do="Give one group value a row.",
        )


def _draw(rows: int, resampling: Resampling) -> Iterator[NDArray[np.float64]]:
    """Draw units with replacement: how often each row is drawn, in arrays (rows, some)."""
    group_of = None if resampling.groups is None else _numbered(resampling.groups)
    units = rows if group_of is None else int(group_of.max()) + 1
    rng = np.random.default_rng(resampling.seed)
    step = max(1, _CELLS // rows)
    for start in range(0, resampling.resamples, step):
        some = min(step, resampling.resamples - start)
        cells = rng.integers(0, units, size=(some, units), dtype=np.int64)
        cells += np.arange(some)[:, None] * units
        counts = np.bincount(cells.reshape(-1), minlength=some * units).reshape(some, units)
        weights = np.ascontiguousarray(counts.T, dtype=np.float64)
        yield weights if group_of is None else weights[group_of]


def _numbered(groups: Sequence[object]) -> NDArray[np.intp]:
    places: dict[object, int] = {}
    return np.array([places.setdefault(group, len(places)) for group in groups], dtype=np.intp)


def _without_each(family: Family, resampling: Resampling) -> NDArray[np.float64] | None:
    """Give the figures without each unit in turn, shape (figures, units); None: too much work."""
    from scipy import sparse

    parts, rows = family.parts, family.parts.shape[1]
    if resampling.groups is not None:
        group_of = _numbered(resampling.groups)
        shape = (rows, int(group_of.max()) + 1)
        parts = parts @ sparse.csr_array((np.ones(rows), (np.arange(rows), group_of)), shape=shape)
    parts = sparse.csc_array(parts)
    sums, units = parts.shape
    if sums * units > _MOST_LEFT_OUT:
        return None
    total = np.asarray(parts.sum(axis=1), dtype=np.float64).reshape(-1, 1)
    step = max(1, _CELLS // sums)
    portions = (parts[:, start : start + step].toarray() for start in range(0, units, step))
    return np.concatenate([family.finish(total - portion) for portion in portions], axis=1)


def _interval(
    value: float,
    resampled: NDArray[np.float64],
    level: float,
    left_out: NDArray[np.float64] | None = None,
) -> Interval:
    counted = resampled[~np.isnan(resampled)]
    if not counted.size:
        return Interval(float(value), float("nan"), float("nan"))
    tail = (1 - level) / 2
    tails = None if left_out is None else corrected_tails(value, counted, left_out, level)
    low, high = np.quantile(counted, tails or (tail, 1 - tail))
    return Interval(float(value), float(low), float(high), tails is not None)
