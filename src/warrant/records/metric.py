"""The figures that a plan, an evaluation and a card may name: words, direction and range.

Source of each definition: scikit-learn's metrics of the same name, unless a line says otherwise.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.records.model import TaskKind

Better = Literal["higher", "lower"]
"""Which way is better: a score goes up, an error goes down."""


class Metric(NamedTuple):
    """What one figure is."""

    words: str
    """As a sentence names it."""
    better: Better
    """Which way is better."""
    least: float | None
    """Smallest value it can take; None: without end."""
    most: float | None
    """Largest value; None: without end."""
    meaning: str
    """What it says, in one sentence."""


METRICS: Final[Mapping[str, Metric]] = MappingProxyType(
    {
        "accuracy": Metric(
            "Accuracy", "higher", 0, 1, "Share of rows whose whole answer is right."
        ),
        "micro_f1": Metric(
            "Micro-F1", "higher", 0, 1, "F1 over all answers, each counting the same."
        ),
        "macro_f1": Metric("Macro-F1", "higher", 0, 1, "Mean of the F1 of each label."),
        "roc_auc": Metric(
            "ROC-AUC",
            "higher",
            0,
            1,
            "How often a row with a label gets a higher probability of it than a row without; mean "
            "over labels.",
        ),
        "pr_auc": Metric(
            "PR-AUC",
            "higher",
            0,
            1,
            "Average precision: precision at each rank where a true row stands; mean over labels.",
        ),
        "log_loss": Metric(
            "Log loss",
            "lower",
            0,
            None,
            "Mean of minus the natural logarithm of the probability given to what is true.",
        ),
        "brier": Metric(
            "Brier score",
            "lower",
            0,
            2,
            "Mean squared distance of probabilities from what is true; at most 1 where a row has "
            "two answers or several labels, else at most 2.",
        ),
        "ece": Metric(
            "Calibration error",
            "lower",
            0,
            1,
            "How far probabilities lie from the share that is right, over 15 bins of equal width.",
        ),
        "adaptive_ece": Metric(
            "Calibration error, even bins",
            "lower",
            0,
            1,
            "How far probabilities lie from the share that is right, over 15 bins of as many rows "
            "each.",
        ),
        "mae": Metric("Mean absolute error", "lower", 0, None, "Mean distance from what is true."),
        "rmse": Metric(
            "Root mean squared error",
            "lower",
            0,
            None,
            "Distance in which large misses weigh more.",
        ),
        "median_absolute_error": Metric(
            "Median absolute error", "lower", 0, None, "Half of the rows are closer than this."
        ),
        "r2": Metric(
            "R²",
            "higher",
            None,
            1,
            "Share of the variance that is explained; below 0: worse than the mean.",
        ),
        "cost_per_1000": Metric(
            "Cost per 1,000 items",
            "lower",
            0,
            None,
            "What missed labels, false alarms and reviews cost, in the recipe's own unit.",
        ),
    }
)
"""Every figure by name."""

_REGRESSION = ("mae", "rmse", "median_absolute_error", "r2")


def metrics_of(task: TaskKind) -> tuple[str, ...]:
    """Name the figures that a task has, the leading one last asked for first in tables.

    Args:
        task: how many answers a row has.

    Returns:
        Keys of `METRICS`, in the order in which they are shown.
    """
    if task == "regression":
        return (*_REGRESSION, "cost_per_1000")
    return tuple(name for name in METRICS if name not in _REGRESSION)


def leading(task: TaskKind) -> str:
    """Name the figure that stands for a model where one must do.

    Args:
        task: how many answers a row has.

    Returns:
        `mae` for `regression`, else `macro_f1`.
    """
    return "mae" if task == "regression" else "macro_f1"


def is_better(metric: str, value: float, other: float) -> bool:
    """Say whether a value of a figure is better than another.

    Args:
        metric: a key of `METRICS`.
        value: of it.
        other: another value of it.

    Returns:
        True when it is strictly better.

    Raises:
        KeyError: when there is no such figure.
    """
    return value > other if METRICS[metric].better == "higher" else value < other
