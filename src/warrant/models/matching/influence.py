"""How far each training question pushes one answer of a linear model that chooses among options.

Each option beside its question is one case of a logistic regression; a question pushes by all of
its options together. The step is that of `warrant.models.linear.influence`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from warrant.models.linear.influence import step_towards
from warrant.models.linear.model import score_rows
from warrant.models.options import LETTERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from warrant.models.matching.model import MatchingModel
    from warrant.models.model import Columns


def option_truth(labels: Sequence[tuple[str, ...]], lengths: Sequence[int]) -> NDArray[np.bool_]:
    """Say of each option whether it is the right one of its row.

    Args:
        labels: the right letter of each row.
        lengths: how many options each row has.

    Returns:
        Shape (options of all rows,).
    """
    right = [LETTERS.index(one[0]) if one and one[0] in LETTERS else -1 for one in labels]
    parts = [np.arange(many) == at for at, many in zip(right, lengths, strict=True)]
    return np.concatenate(parts) if parts else np.zeros(0, np.bool_)


def influence_of_options(
    model: MatchingModel,
    asked: Columns,
    columns: Columns,
    labels: Sequence[tuple[str, ...]],
    settings: tuple[float, float],
    letters: tuple[str, str],
) -> NDArray[np.float64]:
    """Say how far each training question pushes one answer.

    Args:
        model: of the task `choice`, taught on the rows.
        asked: one row.
        columns: cells of the training rows.
        labels: their right letters.
        settings: inverse of the penalty, and the slope by which scores were stretched afterwards.
        letters: the option that is pushed to, and the one that it is weighed against.

    Returns:
        Shape (training rows,): by about so much the score of the first over the second would fall
        without the row (log-odds).
    """
    strength, slope = settings
    own, _ = model.option_terms(asked)
    target = own[[LETTERS.index(letters[0])]] - own[[LETTERS.index(letters[1])]]
    rows, lengths = model.option_terms(columns)
    odds = 1 / (1 + np.exp(-score_rows(rows, model.coef, model.intercept)[:, 0] / slope))
    full, aim = _with_constant(rows, 1.0), _with_constant(target, 0.0)
    solved = step_towards(
        full, strength * odds * (1 - odds), 1.0, np.asarray(aim.todense()).ravel()
    )
    pushes = strength * (option_truth(labels, lengths) - odds) * (full @ solved)
    of = np.repeat(np.arange(len(lengths)), lengths)
    return np.asarray(slope * np.bincount(of, weights=pushes, minlength=len(lengths)), np.float64)


def _with_constant(rows: Any, value: float) -> Any:  # noqa: ANN401 - sparse matrices
    return sparse.csr_array(
        sparse.hstack([rows, sparse.csr_array(np.full((rows.shape[0], 1), value))], format="csr")
    )
