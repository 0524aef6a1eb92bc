"""What will be measured, committed before anything is measured: the plan of an evaluation.

Until test rows are used, the last plan counts for them; from then on none replaces it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrant.flow import people
from warrant.flow.clock import instant
from warrant.kernel.draft import plan_statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.flow.commit import Pen
    from warrant.flow.index import Entry
    from warrant.flow.recipe import Recipe
    from warrant.kernel.digest import Digest
    from warrant.kernel.statement import Statement


def commit_plan(pen: Pen, recipe: Recipe, test: Digest) -> str:
    """Commit the recipe's plan for test rows, unless it stands or comes too late.

    Args:
        pen: signs and logs.
        recipe: says bounds, slices and expectation.
        test: manifest of the test rows.

    Returns:
        What to warn of: a plan that was changed after its rows were used. Empty otherwise.
    """
    draft = _drafted(pen, recipe, test)
    found = people.plan_for(pen.workspace, test.hex)
    if found is not None and _is_same_plan(found[1], draft):
        return ""
    if people.first_use(pen.workspace, test.hex) is None:
        pen.commit(draft)
        return ""
    return _plan_stands(found)


def bounds_of(plan: Statement) -> tuple[tuple[str, float | None, float | None], ...]:
    """Read the bounds of a plan, of either shape.

    Args:
        plan: a plan's statement.

    Returns:
        Name of each figure, the least and the most that it may be; None: no such bound.
    """
    return tuple(_bound(bound) for bound in plan.predicate["bounds"])


def expectation_of(plan: Statement) -> tuple[str, float, float] | None:
    """Read what the author of a plan expects.

    Args:
        plan: a plan's statement.

    Returns:
        Name of the figure, its value, and how sure she is (0 to 1); None when she said nothing.
    """
    signed: Mapping[str, Any] | None = plan.predicate["expect"]
    if signed is None:
        return None
    return signed["metric"], float(signed["value"]), float(signed["sure"])


def _drafted(pen: Pen, recipe: Recipe, test: Digest) -> Statement:
    plan, expect = recipe.evaluate.plan, recipe.expect
    return plan_statement(
        test,
        pen.actor(),
        bounds={one.figure: one.at_least for one in plan if one.at_least is not None},
        recorded_at=instant(pen.clock()),
        slices=recipe.evaluate.slices,
        expect=(expect.metric, expect.value, expect.sure) if expect else None,
        ceilings={one.figure: one.at_most for one in plan if one.at_most is not None},
    )


def _bound(signed: Mapping[str, Any]) -> tuple[str, float | None, float | None]:
    least, most = signed.get("at_least"), signed.get("at_most")
    return (
        signed["metric"],
        None if least is None else float(least),
        None if most is None else float(most),
    )


def _is_same_plan(statement: Statement, other: Statement) -> bool:
    parts = ("bounds", "expect", "slices")
    return all(statement.predicate[part] == other.predicate[part] for part in parts)


def _plan_stands(found: tuple[Entry, Statement] | None) -> str:
    """Say that the recipe's plan comes too late for these test rows."""
    which = f"The plan of log entry {found[0].position} stands" if found else "No plan counts"
    return (
        f"{which}: the recipe's evaluation plan was changed after these test rows were used. "
        "For another plan, take other test rows: write another seed under split."
    )
