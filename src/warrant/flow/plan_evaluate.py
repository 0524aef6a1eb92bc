"""From the recipe to the settings of evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow.plan_train import prices_of

if TYPE_CHECKING:
    from warrant.flow.addition import Addition
    from warrant.flow.recipe import Recipe


def evaluate_config(recipe: Recipe, more: Addition) -> object:
    """Give the settings of evaluation.

    Args:
        recipe: what to do.
        more: what log and machine add.

    Returns:
        An `EvaluateConfig`.
    """
    from warrant.flow.domain.settings import domain_of, failure_tests, workflow_rules
    from warrant.stages.evaluate import Earlier, EvaluateConfig, PlannedBound, Prediction

    domain = domain_of(recipe, more.root)
    return EvaluateConfig(
        label=recipe.task.answer,
        label_separator=recipe.task.separator,
        plan=more.plan,
        bounds=tuple(PlannedBound(*bound) for bound in more.bounds),
        expected=Prediction(*more.expected) if more.expected else None,
        attempt=more.opening.same + 1,
        openings=Earlier(*more.opening),
        convention=recipe.evaluate.convention,
        costs=prices_of(recipe),
        slices=recipe.evaluate.slices,
        slices_where_there=domain.slices if domain else (),
        group=recipe.split.group,
        resamples=recipe.evaluate.resamples,
        seed=recipe.train.seed,
        failure_tests=failure_tests(recipe, more.root),
        workflow=workflow_rules(recipe, more.root),
        case=recipe.evaluate.workflow.case if recipe.evaluate.workflow else None,
        case_order=recipe.evaluate.workflow.order_by if recipe.evaluate.workflow else None,
        failure_cases=recipe.evaluate.failure_cases,
        interval=recipe.evaluate.interval,
        scorers=recipe.evaluate.scorers,
    )
