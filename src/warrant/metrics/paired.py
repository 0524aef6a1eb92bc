"""Two models on the same rows: is one better, and by how much?

Both see the same resamples, so that what makes a row hard for both cancels out.

Law: without a difference in any row the difference is 0, its interval has no width, and no p-value
is below 1.

Law: exchanging the two turns the difference and its interval round.

Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 16; Berg-Kirkpatrick,
Burkett and Klein, An empirical investigation of statistical significance in NLP (2012); Davison and
Hinkley, Bootstrap Methods and their Application (1997), section 4.2, for the 1 that is added;
McNemar, Note on the sampling error of the difference between correlated proportions (1947);
Edwards, Note on the correction for continuity (1948).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from warrant.errors import InputError
from warrant.metrics.measure import draw, values_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.metrics.measure import Family, Figure, Resampling

FEW_DIFFERENCES = 25
"""Of fewer rows that one model alone has right, McNemar's test is exact."""


class Difference(NamedTuple):
    """How much better the second model is; above 0 where it is better."""

    first: float
    """The first model's figure."""
    second: float
    """The second one's, on the same rows."""
    value: float
    """Second less first, turned round where less is better."""
    low: float
    high: float
    """Percentile interval of it."""
    p: float
    """Two-sided: how often resamples lie as far on the other side of no difference."""
    p_margin: float
    """One-sided: how often resamples do not exceed the margin."""

    @property
    def is_defined(self) -> bool:
        """False when a figure, or every resample of it, is not a number."""
        return not np.isnan(self).any()


class McNemar(NamedTuple):
    """Rows on which two models differ, and how likely that is by chance."""

    only_first: int
    """Rows that only the first has right."""
    only_second: int
    """Rows that only the second has right."""
    p: float
    """Two-sided."""
    method: Literal["exact", "corrected"]
    """`exact`: binomial; `corrected`: chi-squared with the correction for continuity."""


class Comparison(NamedTuple):
    """Which figure is compared, and what difference matters."""

    figure: Figure
    """One that both families give."""
    higher_is_better: bool = True
    """False for errors and costs."""
    margin: float = 0.0
    """The difference that `p_margin` holds against, in the unit of the figure; 0 or more."""


def paired_bootstrap(
    first: Family, second: Family, comparison: Comparison, resampling: Resampling
) -> Difference:
    """Compare a figure of two models.

    Args:
        first: figures of one model.
        second: the same figures of the other one, on the same rows.
        comparison: which figure, and what matters.
        resampling: how.

    Returns:
        The difference; a resample in which a figure is undefined is left out.

    Raises:
        InputError: when there are no rows or other rows, or settings are out of range.
    """
    if first.parts.shape[1] != second.parts.shape[1]:
        raise InputError(
            f"One model was measured on {first.parts.shape[1]} rows, the other on "
            f"{second.parts.shape[1]}.",
            do="Compare them on the same rows.",
        )
    sign = 1.0 if comparison.higher_is_better else -1.0
    places = [family.figures.index(comparison.figure) for family in (first, second)]
    both = values_of([first, second])
    one, other = (float(found[at]) for found, at in zip(both, places, strict=True))
    drawn = draw([first, second], resampling)
    spread = sign * (drawn[1][places[1]] - drawn[0][places[0]])
    spread = spread[~np.isnan(spread)]
    if not spread.size:
        nothing = float("nan")
        return Difference(one, other, nothing, nothing, nothing, nothing, nothing)
    tail = (1 - resampling.level) / 2
    low, high = np.quantile(spread, (tail, 1 - tail))
    one_side = min(_share(spread <= 0), _share(spread >= 0))
    return Difference(
        first=one,
        second=other,
        value=sign * (other - one),
        low=float(low),
        high=float(high),
        p=min(1.0, 2 * one_side),
        p_margin=_share(spread <= comparison.margin),
    )


def _share(holds: NDArray[np.bool_]) -> float:
    """Count the value itself among the resamples: no p-value is 0."""
    return float((holds.sum() + 1) / (holds.size + 1))


def mcnemar(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> McNemar:
    """Test whether two models are right equally often.

    Args:
        first: shape (rows,): whether one model is right.
        second: shape (rows,): whether the other one is, on the same rows.

    Returns:
        Rows that tell them apart, and the p-value; 1 where there are none.
    """
    from scipy.stats import binomtest, chi2

    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    total = only_first + only_second
    if total < FEW_DIFFERENCES:
        p = float(binomtest(only_first, total).pvalue) if total else 1.0
        return McNemar(only_first, only_second, p, "exact")
    distance = max(0, abs(only_first - only_second) - 1) ** 2 / total
    return McNemar(only_first, only_second, float(chi2.sf(distance, 1)), "corrected")
