"""Answers that are numbers, out of the labels of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.models.examples import number_of

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
    return np.array([number_of(text) for (text,) in rows.labels], dtype=np.float64)
