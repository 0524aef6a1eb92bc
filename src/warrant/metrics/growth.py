"""Learning curves: the power law through errors at some numbers of rows, and what more bring.

The law is `error = a · rows^-b + c`, with `a` and `c` not below 0 and `b` between `SLOWEST` and
`FASTEST`. Uncertainty comes from resampled rows, to each of which the law is fitted anew; from how
many of the smallest numbers of rows it is fitted to, since no law holds from the first row on; and
from how far the curve lies off the law.

Source: Cortes et al., "Learning curves: asymptotic values and rate of convergence" (1993); Hestness
et al., "Deep learning scaling is predictable, empirically" (2017).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SLOWEST, FASTEST = 0.1, 3.0
"""Exponents that are tried; most published ones lie between 0.1 and 1, easy tasks end sooner."""
_EXPONENTS = np.linspace(SLOWEST, FASTEST, 30)
_LEFT_OUT = (0, 1, 2)  # of the smallest numbers of rows; three points at least are left
_INNER = (2.5, 97.5)  # per cent: the middle 95


class Law(NamedTuple):
    """Power laws, one for each curve; the fields have the shape of the curves without their end."""

    scale: Floats
    """`a`, 0 or more."""
    exponent: Floats
    """`b`."""
    rest: Floats
    """`c`: what no number of rows takes away, 0 or more."""

    def error(self, rows: float) -> Floats:
        """Give the error with so many rows.

        Args:
            rows: above 0.

        Returns:
            0 or more, one for each curve.
        """
        return np.asarray(self.scale * rows**-self.exponent + self.rest)


class Gain(NamedTuple):
    """What more rows would bring."""

    expected: float
    """Change of the figure; above 0 it gets better."""
    low: float
    """The least that is plausible (2.5 %)."""
    high: float
    """The most that is plausible (97.5 %)."""


def fit_law(rows: Floats, errors: Floats) -> Law:
    """Fit the law to curves.

    Args:
        rows: shape (points,): rows learnt from, above 0, at least two different numbers.
        errors: shape (…, points), 0 to 1; more rows weigh more, since errors there lie closer to
            what is asked.

    Returns:
        The laws with the least squares among the exponents tried.

    Law: on points of a law whose exponent is one of those tried, the fitted law gives them back.
    """
    weights = rows / rows.sum()
    best = Law(*(np.zeros(errors.shape[:-1]) for _ in range(3)))
    least = np.full(errors.shape[:-1], np.inf)
    for exponent in _EXPONENTS:
        scale, rest = _lines(rows**-exponent, errors, weights)
        missed = errors - scale[..., None] * rows**-exponent - rest[..., None]
        squares = (weights * missed**2).sum(axis=-1)
        better = squares < least - 1e-15
        least = np.where(better, squares, least)
        tried = Law(scale, np.full_like(scale, exponent), rest)
        best = Law(*(np.where(better, new, old) for new, old in zip(tried, best, strict=True)))
    return best


def _lines(bases: Floats, errors: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Give the best `a` and `c` for one exponent, neither below 0."""
    middle = (weights * bases).sum()
    spread = (weights * (bases - middle) ** 2).sum()
    height = (weights * errors).sum(axis=-1)
    scale = (weights * (bases - middle) * errors).sum(axis=-1) / spread
    rest = height - scale * middle
    alone = (weights * bases * errors).sum(axis=-1) / (weights * bases**2).sum()
    scale, rest = np.where(rest < 0, alone, scale), np.maximum(rest, 0.0)
    return np.maximum(scale, 0.0), np.where(scale < 0, height, rest)


def gain_of(rows: Floats, errors: Floats, resampled: Floats, now: float, then: float) -> Gain:
    """Say what a figure gains when rows grow from one number to another.

    Args:
        rows: shape (points,), as in `fit_law`.
        errors: shape (points,): one less the figure.
        resampled: shape (resamples, points): the same on resampled rows.
        now: rows at hand.
        then: rows asked about.

    Returns:
        The gain by the law, and its interval; the interval holds the gain.
    """
    draw = np.random.default_rng(0)
    expected, spread = [], []
    for out in _LEFT_OUT[: max(1, len(rows) - 2)]:
        law, laws = fit_law(rows[out:], errors[out:]), fit_law(rows[out:], resampled[:, out:])
        expected.append(float(law.error(now) - law.error(then)))
        missed = errors[out:] - law.scale * rows[out:] ** -law.exponent - law.rest
        off = draw.normal(0, float(np.sqrt((missed**2).mean())), len(resampled))
        spread.append(laws.error(now) - laws.error(then) + off)
    middle = float(np.median(expected))
    low, high = np.percentile(np.concatenate(spread), _INNER)
    return Gain(middle, min(float(low), middle), max(float(high), middle))
