"""Whether a costlier model is better: a paired test on validation rows, which no model learnt from.

Validation rows chose the settings of every candidate, which flatters each of them a little; test
rows take no part.

Law: a model is never promoted over one that gives the same answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.metrics import (
    Comparison,
    Difference,
    Figure,
    Judged,
    Resampling,
    counting,
    judge,
    missing_by,
    paired_bootstrap,
)
from warrant.stages.train.numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.metrics import Family
    from warrant.models import Predictions
    from warrant.models.examples import Examples
    from warrant.stages.train.config import TrainConfig

FEWEST_ROWS = 30
"""Validation rows without which no model is promoted."""


@dataclass(frozen=True)
class AutoConfig:
    """When a costlier tier is worth its price."""

    margin: float = 0.01
    """By how much it must be better, 0 or more: in the figure that chooses; for `regression` a
    share of the cheaper tier's mean absolute error."""

    level: float = 0.05
    """How likely chance may make it look so, above 0 and below 1; all tests share it."""

    against: str | None = None
    """The cheaper tier that the recipe's own one must beat, or nothing is trained; None: with
    `tier: auto`, the cheapest that no other one beats is kept."""


class Trial(NamedTuple):
    """A costlier model held against a cheaper one."""

    difference: Difference
    """In the choosing figure; above 0 where the costlier is better."""
    p: float
    """That it is not better by the margin, times the number of tests."""
    is_better: bool
    """Whether it is promoted."""


def figure_of(config: TrainConfig) -> str:
    """Name the figure that candidates are compared in.

    Args:
        config: the settings of the run.

    Returns:
        A key of `warrant.records.metric.METRICS`.
    """
    return "mae" if config.task == "regression" else config.choose_by


def held_against(
    cheaper: Predictions,
    costlier: Predictions,
    validation: Examples,
    config: TrainConfig,
    tests: int,
) -> Trial:
    """Test whether a costlier model is better by the margin.

    Args:
        cheaper: what one model says of the validation rows.
        costlier: what the other says of them.
        validation: rows with answers; those of one group, or document, are drawn together.
        config: the settings of the run, `auto` among them.
        tests: how many such tests are made in this run, 1 or more.

    Returns:
        The difference and the verdict; not better where the figure is undefined.
    """
    auto = config.auto or AutoConfig()
    name = Figure(figure_of(config))
    first, second = (_family(found, validation, config) for found in (cheaper, costlier))
    margin = auto.margin
    if config.task == "regression":
        whole = first.finish(first.parts @ np.ones((len(validation), 1)))
        margin *= float(whole[first.figures.index(name), 0])
    groups = validation.groups(config.group)
    found = paired_bootstrap(
        first,
        second,
        Comparison(name, higher_is_better=config.task != "regression", margin=margin),
        Resampling(seed=config.seed, groups=groups if _repeat(groups) else None),
    )
    p = min(1.0, tests * found.p_margin) if found.is_defined else 1.0
    return Trial(found, p, found.is_defined and p < auto.level and found.value > margin)


def room_above(found: Predictions, validation: Examples, config: TrainConfig) -> float | None:
    """Say how much better than a model another one could be at most.

    Args:
        found: what the model says of the validation rows.
        validation: rows with answers.
        config: the settings of the run.

    Returns:
        What is missing to a perfect figure, or, of `regression`, the mean absolute error; None
        where the figure is undefined.
    """
    family = _family(found, validation, config)
    whole = family.finish(family.parts @ np.ones((len(validation), 1)))
    value = float(whole[family.figures.index(Figure(figure_of(config))), 0])
    if np.isnan(value):
        return None
    return value if config.task == "regression" else 1.0 - value


def _repeat(groups: Sequence[object]) -> bool:
    return 1 < len(set(groups)) < len(groups)


def _family(found: Predictions, validation: Examples, config: TrainConfig) -> Family:
    """Set answers beside what is true; labels that a model does not know are missed."""
    if config.task == "regression":
        if found.values is None:
            raise TypeError("a regression without values")
        return missing_by(numbers_of(validation), found.values)
    true = {label for row in validation.labels for label in row}
    labels = (*found.labels, *sorted(true - set(found.labels)))
    never = np.zeros((len(validation), len(labels) - len(found.labels)), dtype=np.bool_)
    judged = Judged(
        labels,
        judge(validation.labels, labels),
        np.hstack([found.chosen, never]),
        config.task != "multilabel",
    )
    return counting(judged)
