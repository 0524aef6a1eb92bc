"""How long the tiers on a processor take, fitted once to real runs: where no row was tried.

140 runs of generated rows (`benchmarks/estimates.py`), 80 to 12,000 rows, 2 to 60 labels, in
processor seconds of one thread that turns `REFERENCE` characters a second into terms. A power of
each count, and a fixed part. Of these runs 93 of 100 lie within 1.58 times the guess either way, 88
when each is left out of the fit in its turn; that is the range that is given, so that the high
figure is 2.5 times the low one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from warrant.stages.train.builtin.logistic import MOST_JOINT_LABELS

if TYPE_CHECKING:
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.estimates import Stats

REFERENCE = 1.4e6
"""Characters a second of the machine on which the runs were timed."""

FIXED_S = 0.1
"""Of a step, whatever its rows."""

SPREAD = 1.58
"""How far a run may lie from the guess, times or by."""

_CELLS, _ROWS, _FEATURES = 1e5, 1e3, 10.0
_CHARACTERS_PER_NUMBER = 6
_FEATURES_OF_TEXT = 30
"""Numbers and words to whose order the powers are fitted."""


class Fit(NamedTuple):
    """Seconds at the orders above, and the power of each count."""

    log_seconds: float
    cells: float = 0.0
    """Characters of text, and six for each other cell."""
    rows: float = 0.0
    features: float = 0.0
    labels: float = 0.0
    labels_at: float = 1.0
    """Labels of the order."""


LINEAR_SEVERAL = Fit(-0.595, 0.945, 0.157, 0, 0.502, 10)
LINEAR_FEW = Fit(-0.488, 0.98, 0.174, 0, 0.58, 4)
LINEAR_MANY = Fit(-0.373, 0.97, 0.073, 0, 0.117, 20)
LINEAR_NUMBER = Fit(-0.942, 0.916, 0.124)
TREES_LABELS = Fit(-2.278, 0, 0.772, 0.676, 0.712, 1)
TREES_NUMBER = Fit(-1.935, 0, 0.772, 0.676)


def cells_of(config: TrainConfig, stats: Stats) -> float:
    """Count what is read: characters, and six for each cell that is no text."""
    others = len(config.names) - len(config.texts)
    return stats.characters + _CHARACTERS_PER_NUMBER * stats.rows * others


def linear_seconds(config: TrainConfig, stats: Stats) -> float:
    """Guess the time of the linear tier on the reference machine.

    Args:
        config: the settings of the run.
        stats: of the training rows.

    Returns:
        Processor seconds.
    """
    if config.task == "regression":
        fit = LINEAR_NUMBER
    elif config.task == "multilabel":
        fit = LINEAR_SEVERAL
    else:
        fit = LINEAR_FEW if stats.labels <= MOST_JOINT_LABELS else LINEAR_MANY
    return _seconds(fit, config, stats, stats.labels)


def trees_seconds(config: TrainConfig, stats: Stats) -> float:
    """Guess the time of the trees tier on the reference machine.

    Args:
        config: the settings of the run.
        stats: of the training rows.

    Returns:
        Processor seconds.
    """
    if config.task == "regression":
        return _seconds(TREES_NUMBER, config, stats, 1)
    return _seconds(
        TREES_LABELS, config, stats, 1 if config.task == "binary" else max(stats.labels, 1)
    )


def _seconds(fit: Fit, config: TrainConfig, stats: Stats, labels: int) -> float:
    features = len(config.names) - len(config.texts) + _FEATURES_OF_TEXT * bool(config.texts)
    log = (
        fit.log_seconds
        + fit.cells * math.log((cells_of(config, stats) + 1) / _CELLS)
        + fit.rows * math.log(max(stats.rows, 1) / _ROWS)
        + fit.features * math.log(max(features, 1) / _FEATURES)
        + fit.labels * math.log(max(labels, 1) / fit.labels_at)
    )
    return FIXED_S + math.exp(log)
