"""Answers that are numbers, out of the labels of rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.examples import Examples


def numbers_of(rows: Examples) -> NDArray[np.float64]:
    """Read the answers of a `regression`.

    Args:
        rows: with one label each.

    Returns:
        Shape (rows,); not a number where the label is none, which preflight refuses.
    """
    return np.array([_number(text) for (text,) in rows.labels], dtype=np.float64)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
