"""The recipe's part about evaluation: what is measured, bounded, and foretold."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from warrant.flow.recipe_fault import AdviceError
from warrant.flow.recipe_rows import Part, Text
from warrant.records.failure_test import failure_figure, workflow_figure
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

    metric: Metric | None = None
    """Which figure; or instead of it `failure_test` or `workflow`."""
    failure_test: Text | None = None
    """Name of a failure test; its figure is the share of cases that pass."""
    workflow: Text | None = None
    """Name of a rule of a workflow; its figure is the share of cases that keep it."""
    at_least: float | None = None
    """The least value, of a figure of which more is better; most go from 0 to 1."""
    at_most: float | None = None
    """The largest value, of a figure of which less is better, for example `mae: 2.5`."""

    @model_validator(mode="after")
    def _one_that_fits(self) -> Self:
        said = {
            key: getattr(self, key)
            for key in ("metric", "failure_test", "workflow")
            if getattr(self, key) is not None
        }
        if len(said) != 1:
            raise AdviceError(
                "a bound names one figure" + (f", and here are {len(said)}" if said else ""),
                "Write one of metric, failure_test and workflow: {metric: macro_f1, at_least: 0.6}",
            )
        [(key, name)] = said.items()
        more_is_better = key != "metric" or METRICS[name].better == "higher"
        right, wrong = ("at_least", "at_most") if more_is_better else ("at_most", "at_least")
        value = getattr(self, right)
        if value is None or getattr(self, wrong) is not None:
            what = "more" if more_is_better else "less"
            raise AdviceError(
                f"{name!r} needs the bound {right!r} and no other: {what} is better",
                f"Write: {{{key}: {name}, {right}: VALUE}}",
            )
        known = name if key == "metric" else "accuracy"
        _require_range(known, value, name)
        worst = METRICS[known].least if more_is_better else METRICS[known].most
        if value == worst:
            raise AdviceError(
                f"every model meets the bound {right!r} {value:g} of {name!r}: it is no bound",
                f"Write what is enough, {'above' if more_is_better else 'below'} {worst:g}",
            )
        return self

    @property
    def figure(self) -> str:
        """The bounded figure, as plan and evaluation name it."""
        if self.failure_test is not None:
            return failure_figure(self.failure_test)
        return workflow_figure(self.workflow) if self.workflow is not None else str(self.metric)


def _require_range(metric: str, value: float, name: str | None = None) -> None:
    """Refuse a value that a figure cannot take; `name` is what messages call it."""
    least, most = METRICS[metric].least, METRICS[metric].most
    if (least is not None and value < least) or (most is not None and value > most):
        low = "" if least is None else f"from {least:g} "
        high = "upwards" if most is None else f"to {most:g}"
        percent = most == 1 and 2 <= value <= 100
        raise AdviceError(
            f"{(name or metric)!r} goes {low}{high}, and {value:g} lies outside",
            f"Write '{value / 100:g}' in place of '{value:g}'"
            if percent
            else f"Write a value {low}{high}",
        )


def _one_bound_each(plan: tuple[PlanBound, ...]) -> tuple[PlanBound, ...]:
    for metric, times in Counter(bound.figure for bound in plan).items():
        if times > 1:
            raise ValueError(f"{metric} has two bounds")
    return plan


class FailureTest(Part):
    """A failure test: a change of test rows, and what should come of it."""

    test: Text
    """Its name, for example `negation`."""
    settings: dict[str, Any] = {}  # noqa: RUF012 - pydantic copies it
    """`expect`, `name`, `column`, `labels`, `within`, and the settings of the test itself."""


class WorkflowRule(Part):
    """A rule over the ordered answers of a case."""

    name: Text
    """What a plan's bound calls it."""
    ok: Text
    """CEL that is true at every step: over `answer`, `previous`, `earlier`, `step`, `steps`."""


class Workflow(Part):
    """Cases whose answers must agree with one another; `split: group` should name the same."""

    case: Text
    """The column whose equal values are one case."""
    order_by: Text | None = None
    """The column by which its rows are put in order; left out: as they stand in the source."""
    rules: tuple[WorkflowRule, ...] = ()
    """Rules; added to those of the domain."""


class Evaluate(Part):
    """What is measured on rows never used before."""

    plan: Annotated[tuple[PlanBound, ...], AfterValidator(_one_bound_each)] = ()
    """Bounds; failing one blocks deployment, never the card."""
    slices: tuple[Text, ...] = ()
    """Columns whose values are measured apart."""
    convention: Literal["plain", "lexglue"] = "plain"
    """How F1 is counted; `lexglue` makes "no label" one more label of `multilabel`."""
    failure_tests: tuple[FailureTest, ...] = ()
    """Changes of test rows and what should come of them: `typos`, `negation: {expect: changes}`."""
    workflow: Workflow | None = None
    """Rules over the ordered answers of a case."""
    failure_cases: Annotated[int, Field(ge=1, le=100_000)] = 500
    """Of one failure test, at most so many rows are looked at."""
    resamples: Annotated[int, Field(ge=100, le=100_000)] = 2000
    """Bootstrap resamples behind each interval."""
    interval: Literal["percentile", "bca"] = "percentile"
    """How bounds are read off the resamples: as they lie, or (`bca`) corrected for bias and
    acceleration."""
    conformal: Annotated[float, Field(gt=0, lt=1)] | None = None
    """How often a set of answers shall hold the truth, for example 0.9: validation rows choose the
    sets, the test says how often they did, and `warrant predict` gives them."""
    risk: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Largest share of wrong answers among those given, for example 0.05, where a row has one
    answer: below a threshold that validation rows choose, the model abstains."""
    scorers: tuple[Text, ...] = ()
    """Figures of your own, by their names in the catalog `warrant.scorers`; `overlap` is there."""
