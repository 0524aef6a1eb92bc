"""How far each training question pushes one answer of an encoder that chooses among options.

The options of a question compete, and only the head is looked at, as if its network stood still: a
question's gradient is its right vector less the mean of all of them, each by its odds. The step is
that of `warrant.models.linear.influence`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.models.linear.influence import step_towards
from warrant.models.matching.features import softmax_of
from warrant.models.matching.influence import option_truth
from warrant.models.options import LETTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.encoder.chooser import EncoderChooser
    from warrant.models.model import Columns


def influence_on_choice(
    model: EncoderChooser,
    asked: Columns,
    columns: Columns,
    labels: Sequence[tuple[str, ...]],
    slope: float,
    letters: tuple[str, str],
) -> NDArray[np.float64]:
    """Say how far each training question pushes one answer.

    Args:
        model: taught on the rows.
        asked: one row.
        columns: cells of the training rows.
        labels: their right letters.
        slope: by which scores were stretched after training.
        letters: the option that is pushed to, and the one that it is weighed against.

    Returns:
        Shape (training rows,): by about so much the score of the first over the second would fall
        without the row (log-odds).
    """
    own, _ = model.option_vectors(asked)
    aim = own[LETTERS.index(letters[0])] - own[LETTERS.index(letters[1])]
    vectors, lengths = model.option_vectors(columns)
    ends = np.cumsum([0, *lengths])
    scores, odds = vectors @ model.coef[0].astype(np.float64) / slope, np.zeros(len(vectors))
    for first, after in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        if first < after:
            odds[first:after] = softmax_of(scores[first:after])
            vectors[first:after] -= odds[first:after] @ vectors[first:after]
    pull = option_truth(labels, lengths) - odds
    solved = step_towards(vectors, odds, 1.0, aim)
    of = np.repeat(np.arange(len(lengths)), lengths)
    pushes = np.bincount(of, weights=pull * (vectors @ solved), minlength=len(lengths))
    return np.asarray(slope * pushes, np.float64)
