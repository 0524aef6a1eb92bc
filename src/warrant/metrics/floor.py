"""The floor: the best that can be had without a model, by always giving one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.metrics.judged import Judged
from warrant.metrics.scores import Undefined, score

if TYPE_CHECKING:
    from numpy.typing import NDArray


def best_constant(judged: Judged, name: str, undefined: Undefined = "skip") -> Judged:
    """Answer every row the same, as well as that can be done.

    One answer a row: the most frequent label. Several: whichever scores best among the most
    frequent whole answer and the sets of the k most frequent labels, k from 0 on. The choice
    looks at the true answers of these very rows, so that the floor is never too low.

    Args:
        judged: answers; the predicted ones are not looked at.
        name: the score to do well in; decides among sets of several labels.
        undefined: as in `score`.

    Returns:
        The same true answers beside the constant one.
    """
    true = judged.true
    candidates = _most_frequent_first(true)[:1] if judged.single else _sets(true)
    tried = [
        Judged(judged.labels, true, np.broadcast_to(answer, true.shape), judged.single)
        for answer in candidates
    ]
    return max(
        tried, key=lambda constant: np.nan_to_num(score(name, constant, undefined), nan=-1.0)
    )


def _most_frequent_first(true: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Give each label alone, the most frequent first; ties in the order of the labels."""
    order = np.argsort(-true.sum(axis=0), kind="stable")
    return [np.arange(true.shape[1]) == place for place in order]


def _sets(true: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    answers, counts = np.unique(true, axis=0, return_counts=True)
    nested = [np.zeros(true.shape[1], dtype=np.bool_)]
    for label in _most_frequent_first(true):
        nested.append(nested[-1] | label)
    return [np.asarray(answers[counts.argmax()], dtype=np.bool_), *nested]
