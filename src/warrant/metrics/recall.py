"""How surely at least so much was found: a lower bound of a share."""

from __future__ import annotations


def lower_bound(found: int, total: int, level: float = 0.95) -> float:
    """Give the one-sided lower confidence bound of a share.

    Args:
        found: how many of the labelled were found.
        total: how many were labelled; above 0.
        level: how sure, 0 to 1; it holds where the labelled are independent draws.

    Returns:
        0 to 1; 0 where none was found.

    Source: Clopper and Pearson 1934, the exact interval of a binomial share.
    """
    from scipy.stats import beta  # dear to import: a run with nothing to do needs none of it

    return float(beta.ppf(1 - level, found, total - found + 1)) if found else 0.0
