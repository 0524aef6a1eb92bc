"""Which labels are probably wrong: confident learning on answers by models that had not the row.

How many are wrong is estimated first: rows for which another label is at least as probable as that
label is on average for the rows that carry it, and more probable than their own. Half as many again
are listed, in the order of the probability of their own label, the smallest first: by that order
alone the wrong ones come early, and the estimate misses some.

Source: Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset labels"
(2021), sections 3.1 (the count) and 3.2 (pruning by a count).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPARE = 1.5
"""So many rows are listed for each that is estimated to be wrong."""


class Suspect(NamedTuple):
    """One label that is probably wrong."""

    row: int
    """Position, from 0."""
    given: int | None
    """The label that the row has, its column; None: it has none of `proposed`."""
    proposed: int | None
    """The label that it seems to have; None: it seems not to have `given`."""
    own: float
    """Probability of what the row says, 0 to 1."""
    other: float
    """Probability of what is proposed, 0 to 1."""


def find_suspects(
    probabilities: NDArray[np.float64], truth: NDArray[np.bool_], *, single: bool
) -> list[Suspect]:
    """List the labels that are probably wrong.

    Args:
        probabilities: shape (rows, labels), each row by a model that had not learnt from it.
        truth: shape (rows, labels): the labels that rows carry.
        single: exactly one label a row.

    Returns:
        At most one suspect a row, the surest first.
    """
    found, count = (_of_one if single else _of_several)(probabilities, truth)
    ordered = sorted(found, key=lambda one: (one.own, one.row))
    return ordered[: round(SPARE * count)]


def _of_one(
    probabilities: NDArray[np.float64], truth: NDArray[np.bool_]
) -> tuple[list[Suspect], int]:
    given = truth.argmax(axis=1)
    rows = np.arange(len(given))
    own = probabilities[rows, given]
    eligible = np.where(probabilities >= _usual(probabilities, truth), probabilities, 0.0)
    count = int(((eligible.argmax(axis=1) != given) & (eligible.max(axis=1) > own)).sum())
    proposed = probabilities.argmax(axis=1)
    other = probabilities[rows, proposed]
    found = [
        Suspect(int(row), int(given[row]), int(proposed[row]), float(own[row]), float(other[row]))
        for row in np.flatnonzero(other > own)
    ]
    return found, count


def _of_several(
    probabilities: NDArray[np.float64], truth: NDArray[np.bool_]
) -> tuple[list[Suspect], int]:
    """Take each label as a question of yes and no; of a row the least probable answer counts."""
    own = np.where(truth, probabilities, 1 - probabilities)
    present, absent = _usual(probabilities, truth), _usual(1 - probabilities, ~truth)
    against = np.where(truth, absent, present)
    count = int(((own < 0.5) & (1 - own >= against)).any(axis=1).sum())
    worst = own.argmin(axis=1)
    found = []
    for row in np.flatnonzero(own.min(axis=1) < 0.5).tolist():
        label = int(worst[row])
        sure = float(own[row, label])
        given, proposed = (label, None) if truth[row, label] else (None, label)
        found.append(Suspect(row, given, proposed, sure, 1 - sure))
    return found, count


def _usual(probabilities: NDArray[np.float64], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give each label's mean probability among the rows that carry it; 1 where none does."""
    counts = truth.sum(axis=0)
    sums = np.where(truth, probabilities, 0.0).sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), 1.0)
