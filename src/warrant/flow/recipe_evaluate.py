"""The recipe's part about evaluation: what is measured, bounded, and foretold."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from warrant.flow.recipe_fault import AdviceError
from warrant.flow.recipe_rows import Part, Text
from warrant.records.metric import METRICS

Metric = Literal[
    "accuracy",
    "micro_f1",
    "macro_f1",
    "roc_auc",
    "pr_auc",
    "log_loss",
    "brier",
    "ece",
    "adaptive_ece",
    "mae",
    "rmse",
    "median_absolute_error",
    "r2",
    "precision",
    "recall",
    "exact_match",
    "token_f1",
    "rouge_l",
    "refusal_rate",
    "length_error",
    "cost_per_1000",
]
"""Figures that a plan may bound: the keys of `warrant.records.metric.METRICS`."""


class Expect(Part):
    """The author's own prediction of the result, signed before the run."""

    metric: Metric = "macro_f1"
    """Which figure is predicted; `regression` needs one of its own, for example `mae`."""
    value: float
    """The predicted value: 0 to 1, an error in the unit of the label."""
    sure: Annotated[float, Field(ge=0, le=1)] = 0.5
    """How sure the author is that the result is as good, 0 to 1."""

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        _require_range(self.metric, self.value)
        return self


class PlanBound(Part):
    """A figure that must be reached before deployment."""

    metric: Metric
    """Which figure."""
    at_least: float | None = None
    """The least value, of a figure of which more is better; most go from 0 to 1."""
    at_most: float | None = None
    """The largest value, of a figure of which less is better, for example `mae: 2.5`."""

    @model_validator(mode="after")
    def _one_that_fits(self) -> Self:
        more_is_better = METRICS[self.metric].better == "higher"
        right, wrong = ("at_least", "at_most") if more_is_better else ("at_most", "at_least")
        value = getattr(self, right)
        if value is None or getattr(self, wrong) is not None:
            what = "more" if more_is_better else "less"
            raise AdviceError(
                f"{self.metric!r} needs the bound {right!r} and no other: {what} is better",
                f"Write: {{metric: {self.metric}, {right}: VALUE}}",
            )
        _require_range(self.metric, value)
        return self


def _require_range(metric: str, value: float) -> None:
    """Refuse a value that a figure cannot take."""
    least, most = METRICS[metric].least, METRICS[metric].most
    if (least is not None and value < least) or (most is not None and value > most):
        low = "" if least is None else f"from {least:g} "
        high = "upwards" if most is None else f"to {most:g}"
        percent = most == 1 and 2 <= value <= 100
        raise AdviceError(
            f"{metric!r} goes {low}{high}, and {value:g} lies outside",
            f"Write '{value / 100:g}' in place of '{value:g}'"
            if percent
            else f"Write a value {low}{high}",
        )


def _one_bound_each(plan: tuple[PlanBound, ...]) -> tuple[PlanBound, ...]:
    for metric, times in Counter(bound.metric for bound in plan).items():
        if times > 1:
            raise ValueError(f"{metric} has two bounds")
    return plan


class Evaluate(Part):
    """What is measured on rows never used before."""

    plan: Annotated[tuple[PlanBound, ...], AfterValidator(_one_bound_each)] = ()
    """Bounds; failing one blocks deployment, never the card."""
    slices: tuple[Text, ...] = ()
    """Columns whose values are measured apart."""
    convention: Literal["plain", "lexglue"] = "plain"
    """How F1 is counted; `lexglue` makes "no label" one more label of `multilabel`."""
    resamples: Annotated[int, Field(ge=100, le=100_000)] = 2000
    """Bootstrap resamples behind each interval."""
