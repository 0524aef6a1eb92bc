"""Answering only where the model is sure: what risk is left, and from where on to abstain.

Risk is the share of wrong answers among those given; coverage the share of rows answered.

Law: with `sure` of 0.95, the risk of rows drawn like these exceeds the stated one at most one time
in twenty.

Source: El-Yaniv and Wiener, On the foundations of noise-free selective classification (2010);
Geifman and El-Yaniv, Selective classification for deep neural networks (2017), for the bound;
Geifman, Uziel and El-Yaniv, Bias-reduced uncertainty estimation (2019), for the area; Clopper and
Pearson, The use of confidence or fiducial limits (1934).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS = 20
"""So many coverages are tried; each pays its share of the doubt."""


class Abstaining(NamedTuple):
    """From where on to abstain."""

    threshold: float
    """Answers of a lower probability are left to a person."""
    coverage: float
    """Share of these rows that is answered."""
    risk: float
    """Share of wrong answers among them."""


def share_bounds(found: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Give the exact two-sided interval of a share.

    Args:
        found: how many, 0 to `total`.
        total: of how many, 1 or more.
        level: coverage of the interval.

    Returns:
        Lower and upper bound, 0 to 1.
    """
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = float(beta.ppf(tail, found, total - found + 1)) if found else 0.0
    high = float(beta.ppf(1 - tail, found + 1, total - found)) if found < total else 1.0
    return low, high


def area_under_risk(right: NDArray[np.bool_], sure: NDArray[np.float64]) -> float:
    """Give the area under the risk-coverage curve.

    Args:
        right: shape (rows,): whether each answer is right; at least one row.
        sure: shape (rows,): probability of the answer given.

    Returns:
        The mean risk over all coverages, 0 to 1, less is better; rows of equal probability count
        as one step.
    """
    order = np.argsort(-sure, kind="stable")
    ranked = sure[order]
    ends = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)
    risk = np.cumsum(~right[order])[ends] / (ends + 1)
    return float((risk * np.diff(ends, prepend=-1)).sum() / len(ranked))


def abstain_below(
    right: NDArray[np.bool_], sure: NDArray[np.float64], risk: float, level: float = 0.95
) -> Abstaining | None:
    """Find the lowest threshold whose risk is surely below a stated one.

    Args:
        right: shape (rows,): whether each answer is right.
        sure: shape (rows,): probability of the answer given.
        risk: the largest share of wrong answers that is allowed, above 0 and below 1.
        level: how sure, 0 to 1.

    Returns:
        The threshold that answers most; None where these rows are too few or too often wrong to
        say so of any.
    """
    from scipy.stats import beta

    ranked = np.sort(sure)[::-1]
    for step in range(STEPS, 0, -1):
        count = len(ranked) * step // STEPS
        if not count:
            break
        threshold = float(ranked[count - 1])
        answered = sure >= threshold
        rows, wrong = int(answered.sum()), int((answered & ~right).sum())
        doubt = (1 - level) / STEPS
        most = 1.0 if wrong == rows else float(beta.ppf(1 - doubt, wrong + 1, rows - wrong))
        if most <= risk:
            return Abstaining(threshold, rows / len(ranked), wrong / rows)
    return None
