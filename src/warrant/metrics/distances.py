"""Errors of numbers: how far answers lie from what is true.

Source: scikit-learn's `mean_absolute_error`, `root_mean_squared_error`, `median_absolute_error`,
`r2_score`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.metrics.measure import Family, Figure

if TYPE_CHECKING:
    from numpy.typing import NDArray


def missing_by(true: NDArray[np.float64], predicted: NDArray[np.float64]) -> Family:
    """Give mean absolute error, root mean squared error and R².

    Args:
        true: shape (rows,).
        predicted: shape (rows,), in the same unit.

    Returns:
        Figures `mae`, `rmse`, `r2`; R² is undefined where all true values are equal.
    """
    from scipy import sparse

    errors = predicted - true
    centred = true - true.mean()  # the same R², without the rounding of large numbers
    parts = np.vstack([np.ones(len(true)), np.abs(errors), errors**2, centred, centred**2])

    def finish(summed: NDArray[np.float64]) -> NDArray[np.float64]:
        rows, distance, squared, value, square = summed
        spread = square - value**2 / rows
        has_spread = spread > 1e-12 * np.maximum(square, 1e-300)
        explained = 1 - squared / np.where(has_spread, spread, 1)
        return np.vstack(
            [
                distance / rows,
                np.sqrt(squared / rows),
                np.where(has_spread, explained, np.nan),
            ]
        )

    figures = (Figure("mae"), Figure("rmse"), Figure("r2"))
    return Family(figures, sparse.csr_array(parts), finish)


def half_closer_than(true: NDArray[np.float64], predicted: NDArray[np.float64]) -> Family:
    """Give the median absolute error.

    Args:
        true: shape (rows,).
        predicted: shape (rows,), in the same unit.

    Returns:
        Figure `median_absolute_error`.
    """
    from scipy import sparse

    errors = np.abs(predicted - true)
    order = np.argsort(errors, kind="stable")
    ranked = errors[order]
    rows = len(true)
    # How often each row is drawn, in the order of the errors.
    parts = sparse.csr_array((np.ones(rows), (np.arange(rows), order)), shape=(rows, rows))

    def finish(summed: NDArray[np.float64]) -> NDArray[np.float64]:
        reached = np.cumsum(summed, axis=0)
        total = reached[-1]
        lower = (reached > np.floor((total - 1) / 2)).argmax(axis=0)
        upper = (reached > np.floor(total / 2)).argmax(axis=0)
        return np.asarray((ranked[lower] + ranked[upper])[None, :] / 2, dtype=np.float64)

    return Family((Figure("median_absolute_error"),), parts, finish)
