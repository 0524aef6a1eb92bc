"""`warrant guardrails`: what must hold, before which step, and who may except it."""

from __future__ import annotations

from typing import Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json, say_pairs
from warrant.errors import InputError


@example("warrant guardrails core", "warrant guardrails core --rule plan-met")
def guardrails(
    pack: Annotated[
        str, typer.Argument(metavar="PACK", help="Name of a pack, or path of its folder.")
    ] = "core",
    rule: Annotated[
        str | None, typer.Option(metavar="RULE", help="Tell everything about one rule.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what must hold before each step."""
    from warrant.flow.rules import list_rules

    listed = [one for _, rules in list_rules([pack]) for one in rules]
    if rule is not None:
        listed = [one for one in listed if one.id == rule]
        if not listed:
            raise InputError(
                f"The pack {pack!r} has no rule {rule!r}.",
                do=f"See them: warrant guardrails {pack}",
            )
    if as_json:
        say_json(listed)
    elif rule is not None:
        one = listed[0]
        say(f"{one.id}: {one.title}.", bold=True)
        say_pairs(
            [
                ("before", one.before),
                ("a no stops", one.stops),
                ("passes when", one.ok),
                *(("fact", need) for need in one.needs),
                ("what to do", one.remedy),
                ("reference", one.reference),
                ("may except", one.except_by),
            ]
        )
    else:
        # A stage of use stops whatever a milder one stops, so the mildest says it all.
        for one in listed:
            say(f"{one.id} (stops from {one.stops.split(',')[0]}; may except: {one.except_by})")
            say(f"  {one.title}")
        say(f"All about one: warrant guardrails {pack} --rule RULE")
