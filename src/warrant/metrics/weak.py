"""Where a model does worse than elsewhere: parts of the rows, and parts of parts, tested.

Every part and every two parts of different columns are tested against all other rows, and their
p-values corrected together: what is found is not one of many chances.

Law: a part that is found has at least the fewest rows, a higher loss than the rest, and a corrected
p-value below the level.

Source: Chung et al., Slice Finder (2019), for the search; Fisher's exact test for right and wrong;
Mann and Whitney (1947) for distances.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.metrics.several import holm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_PARTS = 200
"""Parts that are tested by themselves, the largest first."""

MOST_PAIRED = 30
"""Parts that are crossed with each other, the largest first."""


class Part(NamedTuple):
    """Rows that share something."""

    column: str
    """What they share it in."""
    value: str
    """What they share."""
    rows: NDArray[np.bool_]
    """Shape (all rows,)."""


class Weak(NamedTuple):
    """A part of the rows where the model does worse."""

    parts: tuple[tuple[str, str], ...]
    """Column and value of one part, or of two that are crossed."""
    rows: int
    loss: float
    """Mean loss of its rows: for labels the share of wrong answers."""
    rest: float
    """Mean loss of all other rows."""
    p: float
    """One-sided."""
    corrected: float
    """By Holm, over all parts that were tested."""


def find_weak(
    losses: NDArray[np.bool_] | NDArray[np.float64],
    parts: Sequence[Part],
    fewest: int,
    level: float = 0.05,
) -> tuple[list[Weak], int]:
    """Search for parts of the rows where the model does worse.

    Args:
        losses: shape (rows,): whether each answer is wrong, or how far it lies from the truth.
        parts: that may be weak.
        fewest: rows of a part, and of the rest, that are enough to test it.
        level: of the corrected p-values.

    Returns:
        What was found, the surest first, and how many parts were tested. Two crossed parts are
        listed only where they are worse than each of them alone.
    """
    tested = _candidates(parts, fewest, len(losses))
    p_values = [worse_than_rest(losses, mask) for _, mask in tested]
    found = []
    for (named, mask), p, corrected in zip(tested, p_values, holm(p_values), strict=True):
        loss, rest = float(losses[mask].mean()), float(losses[~mask].mean())
        if corrected < level and loss > rest:
            found.append(
                Weak(
                    tuple((one.column, one.value) for one in named),
                    int(mask.sum()),
                    loss,
                    rest,
                    p,
                    corrected,
                )
            )
    alone = {one.parts[0]: one.loss for one in found if len(one.parts) == 1}
    kept = [
        one
        for one in found
        if len(one.parts) == 1 or all(one.loss > alone.get(part, 0.0) for part in one.parts)
    ]
    return sorted(kept, key=lambda one: (one.corrected, one.p, -one.loss)), len(tested)


def _candidates(
    parts: Sequence[Part], fewest: int, rows: int
) -> list[tuple[tuple[Part, ...], NDArray[np.bool_]]]:
    """List parts, and two of them crossed, that are large enough and leave enough."""
    enough = [one for one in parts if fewest <= int(one.rows.sum()) <= rows - fewest]
    largest = sorted(enough, key=lambda one: -int(one.rows.sum()))
    found = [((one,), one.rows) for one in largest[:MOST_PARTS]]
    crossed = [
        ((one, other), one.rows & other.rows)
        for one, other in combinations(largest[:MOST_PAIRED], 2)
        if one.column != other.column
    ]
    return [*found, *(one for one in crossed if fewest <= int(one[1].sum()) <= rows - fewest)]


def worse_than_rest(
    losses: NDArray[np.bool_] | NDArray[np.float64], rows: NDArray[np.bool_]
) -> float:
    """Test whether some rows do worse than all others.

    Args:
        losses: shape (rows,): whether each answer is wrong, or how far it lies from the truth.
        rows: shape (rows,): some, and not all.

    Returns:
        One-sided p-value: exact for right and wrong (Fisher), by ranks for distances. It takes rows
        for independent of each other.
    """
    from scipy.stats import hypergeom, mannwhitneyu

    if losses.dtype == np.bool_:
        wrong, inside = int(losses.sum()), int(rows.sum())
        return float(hypergeom.sf(int(losses[rows].sum()) - 1, len(losses), wrong, inside))
    if (losses == losses[0]).all():
        return 1.0
    return float(mannwhitneyu(losses[rows], losses[~rows], alternative="greater").pvalue)
