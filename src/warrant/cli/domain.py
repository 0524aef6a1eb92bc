"""`warrant domain`: begin a domain of one's own, and try it out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warrant.cli.noun import add, example, noun
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json
from warrant.errors import InputError

domain = noun("Begin a domain of your own in YAML and CSV, and try it out.")


@example("warrant domain new insurance")
def new(
    path: Annotated[
        Path, typer.Argument(metavar="NAME", help="The folder that is made; its name is used.")
    ],
    as_json: AsJson = False,
) -> None:
    """Write a commented domain beside the recipe."""
    from warrant.flow.domain.begin import begin_domain

    written = begin_domain(path)
    if as_json:
        say_json([str(one) for one in written])
        return
    for one in written:
        say(f"  {one}")
    say(f"In the recipe: domain: ./{path.name}")
    say(f"Next: change the files, then warrant domain check {path}", bold=True)


@example("warrant domain check insurance", "warrant domain check legal")
def check(
    path: Annotated[
        str, typer.Argument(metavar="FOLDER", help="A domain's folder, or the name of one of ours.")
    ],
    as_json: AsJson = False,
) -> None:
    """Check every file of a domain and run its examples."""
    from warrant.flow.domain.check import check_domain
    from warrant.flow.domain.folder import DOMAINS

    known = path in DOMAINS.names() and not Path(path).is_dir()
    found = check_domain(DOMAINS.load(path) if known else Path(path))
    if as_json:
        say_json(
            {
                "domain": found.domain.name if found.domain else None,
                "rules": found.rules,
                "examples": found.examples,
                "faults": [{"what": one.what, "do": one.do} for one in found.faults],
            }
        )
    else:
        for one in found.faults:
            say(one.what, "red", err=True)
            say(f"  What to do: {one.do}", err=True)
        if found.domain and not found.faults:
            tests, rules = len(found.domain.failure_tests), len(found.domain.rules)
            say(
                f"{found.domain.name}: {tests} failure tests, {rules} rules of a workflow, "
                f"{found.rules} guardrails; all {found.examples} examples come out as written.",
                "green",
            )
        else:
            count = len(found.faults)
            say(f"{count} fault{'' if count == 1 else 's'}.", bold=True, err=True)
    if found.faults:
        raise typer.Exit(InputError.exit_code)


add(domain, "new", new)
add(domain, "check", check)
