"""Ridge regression by scikit-learn, one strength at a time.

Source: Hoerl and Kennard, "Ridge regression" (1970).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import Ridge

from warrant.models.linear.model import score_rows
from warrant.stages.train.builtin.logistic import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray


def fit_ridge(
    numbers: Any,  # noqa: ANN401 - a sparse matrix
    values: NDArray[np.float64],
    strength: float,
    rows: NDArray[np.float64] | None = None,
) -> Weights:
    """Fit one number at one strength.

    Args:
        numbers: sparse matrix, shape (rows, terms).
        values: shape (rows,).
        strength: inverse of the penalty on squared weights: larger follows the rows more closely.
        rows: shape (rows,): how much each counts; None: one.

    Returns:
        The weights, as float64: values may be large, and their differences small.
    """
    center = float(np.average(values, weights=rows))
    squares = (values - center) ** 2
    spread = float(values.std() if rows is None else np.sqrt(np.average(squares, weights=rows)))
    spread = spread or 1.0
    fitted = Ridge(alpha=1 / strength, solver="sparse_cg", tol=1e-8, max_iter=10_000).fit(
        numbers, (values - center) / spread, rows
    )
    coef = np.asarray(fitted.coef_, np.float64).reshape(1, -1) * spread
    return Weights(coef, np.array([fitted.intercept_ * spread + center]), True)  # noqa: FBT003 - a field


def root_mean_square_error(
    weights: Weights,
    numbers: Any,  # noqa: ANN401 - a sparse matrix
    values: NDArray[np.float64],
) -> float:
    """Judge a fit on other rows.

    Args:
        weights: the fit.
        numbers: sparse matrix, shape (rows, terms).
        values: shape (rows,).

    Returns:
        The error in the unit of the values; not a number without rows.
    """
    if not len(values):
        return float("nan")
    missed = score_rows(numbers, weights.coef, weights.intercept)[:, 0] - values
    return float(np.sqrt(np.mean(missed**2)))
