"""What a recipe and its domain say together, as settings of the evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.flow.domain.entries import Entry, configured, merged, read_entry
from warrant.flow.domain.folder import Domain, load_domain

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.recipe import Recipe
    from warrant.flow.recipe_evaluate import Workflow
    from warrant.stages.evaluate import FailureTestConfig, WorkflowConfig


def domain_of(recipe: Recipe, root: Path) -> Domain | None:
    """Load the domain that a recipe names.

    Args:
        recipe: the recipe.
        root: its folder.

    Returns:
        The domain; None when none is named.

    Raises:
        InputError: nobody offers it, or one of its files is wrong.
    """
    return load_domain(recipe.domain, root) if recipe.domain else None


def packs_of(recipe: Recipe, root: Path) -> tuple[str, ...]:
    """Name the packs of rules in force: the recipe's, or where it names none its domain's.

    Args:
        recipe: the recipe.
        root: its folder.

    Returns:
        Names or folders, as `load_packs` takes them.

    Raises:
        InputError: nobody offers the domain, or one of its files is wrong.
    """
    if "guardrails" in recipe.model_fields_set:
        return recipe.guardrails
    domain = domain_of(recipe, root)
    return domain.guardrails if domain else recipe.guardrails


def failure_tests(recipe: Recipe, root: Path) -> tuple[FailureTestConfig, ...]:
    """Give the settings of every failure test, the domain's first.

    Args:
        recipe: the recipe.
        root: its folder, from which files of words are named.

    Returns:
        One for each.

    Raises:
        InputError: a test or its settings are wrong, or the plan bounds one that does not run.
    """
    domain = domain_of(recipe, root)
    mine = [
        read_entry(
            one.test, one.settings, "recipe", f"recipe.yaml: evaluate.failure_tests[{at}]", root
        )
        for at, one in enumerate(recipe.evaluate.failure_tests)
    ]
    listed = merged(domain.failure_tests if domain else (), mine)
    entries = [one for one in listed if not _left_out(recipe, one)]
    found = tuple(configured(one) for one in entries)
    _require_columns(recipe, entries)
    _require_named(recipe, [one.name for one in found])
    return found


def _left_out(recipe: Recipe, entry: Entry) -> bool:
    """Say whether a domain's test is not run: each case of one has a model write a text anew."""
    from warrant.stages.evaluate.failure_test import WRITTEN

    is_asked = entry.chosen_by == "recipe" or entry.settings.get("expect") in WRITTEN
    return recipe.task.kind == "generation" and not is_asked


def _require_columns(recipe: Recipe, entries: list[Entry]) -> None:
    """Refuse a recipe's test of a column that the model does not read."""
    names = [one.column for one in recipe.reads]
    for entry in entries:
        column = entry.settings.get("column")
        if column is not None and column not in names and entry.chosen_by == "recipe":
            raise InputError(
                f"{entry.place}: the model does not read the column {column!r}.",
                do=f"Write one of: {', '.join(names)}.",
            )


def _require_named(recipe: Recipe, names: list[str]) -> None:
    for bound in recipe.evaluate.plan:
        if bound.failure_test is not None and bound.failure_test not in names:
            raise InputError(
                f"The plan bounds the failure test {bound.failure_test!r}, which does not run.",
                do="Add it under evaluate: failure_tests, or bound one of: "
                f"{', '.join(names) or 'none, there is no failure test'}.",
            )


def case_notes(recipe: Recipe) -> list[str]:
    """Say where a case of the workflow may lie on both sides of the division.

    Args:
        recipe: the recipe.

    Returns:
        One sentence, or none: where cases are whole, each is a row, or there is no workflow.
    """
    workflow, group = recipe.evaluate.workflow, recipe.split.group
    if workflow is None or workflow.case in (group, recipe.rows.one_per):
        return []
    together = f"the rows of a {group!r}" if group else "the rows of a document"
    return [
        f"Cases of the workflow are told apart by {workflow.case!r}, and the division keeps "
        f"{together} together: a case may lie in training and test, and is then judged by some of "
        f"its rows. Write: split: {{group: {workflow.case}}}"
    ]


def workflow_rules(recipe: Recipe, root: Path) -> tuple[WorkflowConfig, ...]:
    """Give the rules over the ordered answers of a case, the domain's first.

    Args:
        recipe: the recipe.
        root: its folder.

    Returns:
        One for each; none where the recipe does not say what a case is.

    Raises:
        InputError: a rule is no valid CEL, two have one name, or the plan bounds none of them.
    """
    workflow, domain = recipe.evaluate.workflow, domain_of(recipe, root)
    rules = _workflow_rules(workflow, domain) if workflow is not None else []
    names = [one.name for one in rules]
    for bound in recipe.evaluate.plan:
        if bound.workflow is not None and bound.workflow not in names:
            raise InputError(
                f"The plan bounds the workflow rule {bound.workflow!r}, which is not judged.",
                do="Name the case under evaluate: workflow: {case: COLUMN}, and bound one of: "
                f"{', '.join(names) or 'none, there is no rule'}.",
            )
    return tuple(rules)


def _workflow_rules(workflow: Workflow, domain: Domain | None) -> list[WorkflowConfig]:
    from warrant.stages.evaluate import WorkflowConfig
    from warrant.stages.evaluate.workflow import compile_rule

    rules = [WorkflowConfig(*one, "domain") for one in (domain.rules if domain else ())]
    rules += [WorkflowConfig(one.name, one.ok) for one in workflow.rules]
    names = [one.name for one in rules]
    for one in rules:
        compile_rule(one.name, one.ok)
        if names.count(one.name) > 1:
            raise InputError(
                f"Two rules of the workflow are called {one.name!r}.",
                do="Give one of them another name under evaluate: workflow: rules.",
            )
    return rules
