"""Bounds of a bootstrap corrected for bias and acceleration (BCa).

Source: Efron, Better bootstrap confidence intervals (1987); Efron and Tibshirani, An Introduction
to the Bootstrap (1993), section 14.3; `scipy.stats.bootstrap`, which tests compare with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def corrected_tails(
    value: float, resampled: NDArray[np.float64], left_out: NDArray[np.float64], level: float
) -> tuple[float, float] | None:
    """Say which quantiles of the resamples bound the interval.

    Args:
        value: of the figure, on all rows.
        resampled: shape (resamples,), numbers all.
        left_out: shape (units,): the figure without each unit in turn; what is not a number is
            passed over.
        level: coverage, above 0 and below 1.

    Returns:
        Two shares, 0 to 1, the lower first; None where the correction is not defined: the value is
        not a number, all resamples lie on one side of it, or no unit makes a difference.
    """
    from scipy.special import ndtr, ndtri

    below = ((resampled < value).mean() + (resampled <= value).mean()) / 2
    known = left_out[~np.isnan(left_out)]
    spread = known.mean() - known if known.size else known
    squares = float(np.square(spread).sum())
    scale = 1e-12 * max(1.0, abs(value))
    if np.isnan(value) or not 0 < below < 1 or squares <= scale**2:
        return None
    bias = float(ndtri(below))
    acceleration = float((spread**3).sum()) / (6 * squares**1.5)
    shares = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        reached = bias + float(ndtri(tail))
        shares.append(float(ndtr(bias + reached / (1 - acceleration * reached))))
    return min(shares), max(shares)
