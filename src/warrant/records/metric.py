"""The figures that a plan, an evaluation and a card may name: words, direction and range.

Source of each definition: scikit-learn's metrics of the same name, unless a line says otherwise.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.records.task import TaskKind

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
        "precision": Metric(
            "Precision", "higher", 0, 1, "Share of the answers that are right, all labels together."
        ),
        "recall": Metric(
            "Recall",
            "higher",
            0,
            1,
            "Share of what is true that was answered, all labels together.",
        ),
        "exact_match": Metric(
            "Exact match",
            "higher",
            0,
            1,
            "Share of answers that say what is true word for word, but for case, signs and spaces.",
        ),
        "token_f1": Metric(
            "Token F1",
            "higher",
            0,
            1,
            "F1 over the words of an answer and of what is true, in any order; mean over rows.",
        ),
        "rouge_l": Metric(
            "ROUGE-L",
            "higher",
            0,
            1,
            "F1 over the longest sequence of words that answer and truth share; mean over rows.",
        ),
        "refusal_rate": Metric(
            "Refusal rate",
            "lower",
            0,
            1,
            "Share of answers that are empty or decline to answer where what is true does not.",
        ),
        "length_error": Metric(
            "Length error",
            "lower",
            0,
            None,
            "Mean difference in words between an answer and what is true.",
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

_LABELS = (
    *("accuracy", "micro_f1", "macro_f1", "roc_auc", "pr_auc"),
    *("log_loss", "brier", "ece", "adaptive_ece", "cost_per_1000"),
)
_OF_TASK: Final[Mapping[TaskKind, tuple[str, ...]]] = {
    "binary": _LABELS,
    "multiclass": _LABELS,
    "multilabel": _LABELS,
    "pairs": _LABELS,
    "regression": ("mae", "rmse", "median_absolute_error", "r2", "cost_per_1000"),
    "spans": ("precision", "recall", "micro_f1", "macro_f1"),
    "choice": ("accuracy", "log_loss", "brier", "ece", "adaptive_ece"),
    "generation": ("exact_match", "token_f1", "rouge_l", "refusal_rate", "length_error"),
}
_LEADING: Final[Mapping[TaskKind, str]] = {
    "regression": "mae",
    "spans": "micro_f1",
    "choice": "accuracy",
    "generation": "token_f1",
}


def metrics_of(task: TaskKind) -> tuple[str, ...]:
    """Name the figures that a task has, the leading one last asked for first in tables.

    Args:
        task: how many answers a row has.

    Returns:
        Keys of `METRICS`, in the order in which they are shown.
    """
    return _OF_TASK[task]


def leading(task: TaskKind) -> str:
    """Name the figure that stands for a model where one must do.

    Args:
        task: how many answers a row has.

    Returns:
        `mae` for `regression`, `micro_f1` for `spans`, `accuracy` for `choice`, `token_f1` for
        `generation`, else `macro_f1`.
    """
    return _LEADING.get(task, "macro_f1")


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
