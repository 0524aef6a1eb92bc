"""How good scores are on validation rows, and the threshold with which they are best."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.metrics import Judged, judge, score
from warrant.models.linear.link import Link, choose, to_probabilities

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.examples import Examples
    from warrant.stages.train.config import TrainConfig

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)
"""What a `multilabel` answer may need; validation rows choose one."""


class Verdict(NamedTuple):
    """What validation rows say."""

    value: float
    """Of the choosing figure, more is better; not a number without validation rows."""
    threshold: float


def judge_scores(
    scores: NDArray[np.float64],
    link: Link,
    labels: tuple[str, ...],
    validation: Examples,
    config: TrainConfig,
) -> Verdict:
    """Give the best threshold on validation rows, and its value.

    Args:
        scores: shape (validation rows, labels).
        link: how scores become probabilities.
        labels: that the model knows.
        validation: the rows; labels that the model does not know count as missed.
        config: task and choosing figure.

    Returns:
        The figure, and the threshold of all labels.
    """
    if not len(validation):
        return Verdict(float("nan"), 0.5)
    seen = {label for row in validation.labels for label in row}
    everything = (*labels, *sorted(seen - set(labels)))
    truth = judge(validation.labels, everything)
    probabilities = to_probabilities(scores, link)
    strangers = np.zeros((len(truth), len(everything) - len(labels)), dtype=np.bool_)
    tried = []
    for threshold in THRESHOLDS if config.task == "multilabel" else (0.5,):
        chosen = choose(probabilities, config.task, (threshold,) * len(labels))
        judged = Judged(
            everything, truth, np.hstack([chosen, strangers]), config.task != "multilabel"
        )
        tried.append(Verdict(score(config.choose_by, judged), threshold))
    return max(
        tried,
        key=lambda found: (np.nan_to_num(found.value, nan=-1.0), -abs(found.threshold - 0.5)),
    )
