"""Split-conformal sets: answers that hold the truth with a stated coverage.

What is nonconforming is measured on rows that no model learnt from; rows drawn like them are then
covered as often as stated, whatever the model. One answer a row: 1 less the probability of the true
label. Several: the largest of those of all true labels, so that a set holds all of them. Numbers:
the distance from the truth.

Law: of rows of which each in turn is set aside and the others choose, at least the stated share is
covered.

Source: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World (2005); Sadinle, Lei and
Wasserman, Least ambiguous set-valued classifiers (2019); Angelopoulos and Bates, Conformal
prediction: a gentle introduction (2023), section 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def fewest_rows(coverage: float) -> int:
    """Give how many rows are needed to state a coverage.

    Args:
        coverage: above 0 and below 1.

    Returns:
        Of fewer rows the largest nonconformity does not bound it.
    """
    return math.ceil(round(coverage / (1 - coverage), 9))


def label_nonconformity(
    true: NDArray[np.bool_], probabilities: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Say how strange the truth of each row is to the model.

    Args:
        true: shape (rows, labels); a label that the model does not know stands in a column of
            probability 0.
        probabilities: shape (rows, labels).

    Returns:
        Shape (rows,), 0 to 1; 0 for a row without any label.
    """
    return np.asarray(np.where(true, 1 - probabilities, 0.0).max(axis=1), dtype=np.float64)


def quantile(nonconformity: NDArray[np.float64], coverage: float) -> float | None:
    """Give the nonconformity up to which an answer belongs to the set.

    Args:
        nonconformity: shape (rows,), of rows that no model learnt from.
        coverage: above 0 and below 1.

    Returns:
        The ⌈(rows + 1) · coverage⌉-th smallest; None where the rows are too few.
    """
    rows = len(nonconformity)
    rank = math.ceil(round((rows + 1) * coverage, 9))
    return None if rank > rows else float(np.sort(nonconformity)[rank - 1])


def label_sets(
    probabilities: NDArray[np.float64], chosen: NDArray[np.bool_], most: float
) -> NDArray[np.bool_]:
    """Give the set of each row.

    Args:
        probabilities: shape (rows, labels).
        chosen: shape (rows, labels): the answers; they belong to the set, which covers no less.
        most: as `quantile` gives it.

    Returns:
        Shape (rows, labels).
    """
    return np.asarray((1 - probabilities <= most) | chosen, dtype=np.bool_)
