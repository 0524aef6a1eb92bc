"""Strata for answers that are numbers: tenths of the rows, from the least to the greatest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.models.examples import number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_NUMBER = "no number"
"""Stratum of rows whose answer is none; training refuses them, and says where they are."""


def tenths(labels: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Give each row the tenth that its number lies in, so that the parts hold the same range.

    Args:
        labels: one a row, a number as text.

    Returns:
        `tenth 1` to `tenth 10`; equal numbers lie in one tenth, whatever the order of the rows.
    """
    values = np.array([number_of(text) for (text,) in labels], dtype=np.float64)
    known = values[~np.isnan(values)]
    edges = np.quantile(known, np.arange(0.1, 1.0, 0.1)) if known.size else np.zeros(0)
    places = np.searchsorted(edges, values, side="right")
    return [
        (NO_NUMBER if np.isnan(value) else f"tenth {place + 1}",)
        for value, place in zip(values, places.tolist(), strict=True)
    ]
