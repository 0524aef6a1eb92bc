"""What models that choose an option share: how options are read, and how they compete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import InputError
from warrant.models.linear.link import choose
from warrant.models.matching.features import softmax_of
from warrant.models.model import Abstention, Columns, Predictions
from warrant.models.options import LETTERS, read_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def choose_options(scores: Sequence[NDArray[np.float64]], column: str) -> Predictions:
    """Let the options of each row compete.

    Args:
        scores: of each row a number an option; none where its options cannot be read.
        column: name of the column of options.

    Returns:
        Probabilities of the letters; a row without options has no answer.
    """
    probabilities = np.zeros((len(scores), len(LETTERS)))
    for row, some in enumerate(scores):
        if len(some):
            probabilities[row, : len(some)] = softmax_of(some)
    unread = [not len(some) for some in scores]
    probabilities[unread] = 1 / len(LETTERS)
    reason = (Abstention("unreadable", column),)
    return Predictions(
        LETTERS,
        probabilities,
        choose(probabilities, "choice", ()),
        abstentions=tuple(reason if one else () for one in unread) if any(unread) else (),
    )


def read_all_options(columns: Columns, name: str) -> list[list[str]]:
    """Read the options of all rows.

    Args:
        columns: cells by column name.
        name: of the column.

    Returns:
        Of each row its options; none where they cannot be read.

    Raises:
        InputError: when there is no such column.
    """
    if name not in columns:
        raise InputError(
            f"The model reads a column {name!r}, which is not in the input.",
            do=f"Name one column {name!r}.",
        )
    return [read_options(cell) or [] for cell in columns[name]]


def require_as_many(one: Sequence[object], other: Sequence[object]) -> None:
    """Require that two columns have as many cells.

    Args:
        one: a column.
        other: another.

    Raises:
        InputError: when they have not.
    """
    if len(one) != len(other):
        raise InputError(
            "The input's columns differ in length.", do="Give each row a cell in each."
        )
