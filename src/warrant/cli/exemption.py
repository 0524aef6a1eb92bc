"""`warrant except`: one guardrail does not stop these rows: who says so, why, until when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from warrant.cli.desk import signing
from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, Reason, Unprotected, WorkspacePath
from warrant.cli.screen import say, say_json
from warrant.errors import InputError

if TYPE_CHECKING:
    from warrant.kernel.statement import Role


@example(
    'warrant except my-model use-right-commercial --reason "Licence is signed, paper to follow"'
)
def except_(
    path: WorkspacePath,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="As `warrant guardrails` names it.")],
    reason: Reason,
    until: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Last day; left out: until it is revoked."),
    ] = None,
    role: Annotated[
        Literal["author", "reviewer", "approver", "operator"] | None,
        typer.Option("--role", help="In which of your roles; else the one that may."),
    ] = None,
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Except one guardrail, with a reason and an end."""
    from warrant.flow.acts import make_exception

    expires_at = _end_of(until) if until else None
    may = _role_for(rule, path)
    acting = role or may
    with signing(path, "warrant except", key, acting, unprotected=unprotected) as pen:
        done = make_exception(pen, rule, reason, expires_at)
        name = pen.identity.name
    if as_json:
        say_json({"rule": rule, "entry": done.position, "statement": done.envelope.hex})
        return
    end = f" until {until}" if until else " until it is revoked"
    say(f"Excepted: {rule}{end}, signed by {name} ({acting}), log entry {done.position}.")
    say(f"Next: warrant run {path}")


def _role_for(rule: str, path: Path) -> Role:
    """Find the role that may except a rule; an exception that excepts nothing is refused."""
    from difflib import get_close_matches

    from warrant.cli.recipe_file import read_recipe_file
    from warrant.flow.domain.settings import packs_of
    from warrant.flow.rules import list_rules

    packs = packs_of(read_recipe_file(path / "recipe.yaml"), path)
    may_except = {one.id: one.except_by for _, rules in list_rules(packs, path) for one in rules}
    if rule not in may_except:
        near = get_close_matches(rule, may_except, n=1)
        advice = f"Did you mean {near[0]!r}?" if near else "See them: warrant guardrails"
        raise InputError(f"No guardrail of this recipe is called {rule!r}.", do=advice)
    if may_except[rule] == "nobody":
        raise InputError(
            f"Nobody may except {rule!r}.", do=f"See what helps: warrant guardrails --rule {rule}"
        )
    return cast("Role", may_except[rule].split(" or ")[0])


def _end_of(day: str) -> str:
    from datetime import date

    try:
        return f"{date.fromisoformat(day).isoformat()}T23:59:59Z"
    except ValueError:
        raise InputError(
            f"--until is {day!r}, which is no day.", do="Write it as: 2027-01-31"
        ) from None
