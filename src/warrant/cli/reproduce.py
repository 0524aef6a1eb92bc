"""`warrant reproduce`: a bundle made again from its signed settings, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, Unprotected
from warrant.cli.screen import say, say_json, say_table
from warrant.errors import InputError

if TYPE_CHECKING:
    from warrant.flow.reproducing import Reproduced

ENDING = ".reproduction.json"
"""How the name of a signed reproduction ends."""

DIFFERS = 1
"""Exit code when a step came out otherwise, or could not be run."""


@example(
    "warrant reproduce my-model",
    "warrant reproduce contract-clauses.bundle --sources my-files --sign mine.reproduction.json",
)
def reproduce(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A bundle, or a workspace with one.")
    ],
    sources: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the recipe's paths start; else beside the bundle."),
    ] = None,
    sign: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Sign how it came out; ends in .reproduction.json."),
    ] = None,
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Make a bundle again from its signed settings, and compare step by step.

    Exit code 0: every step came out the same, as far as it can be compared. 1: a step differs.
    """
    from warrant.cli.progress import reporter
    from warrant.flow.reproducing import reproduce as remake
    from warrant.flow.reproducing import sign_reproduction
    from warrant.flow.session import Desk, load_person

    desk = Desk(unprotected=unprotected)
    if sign is not None and not sign.name.endswith(ENDING):
        raise InputError(
            f"The signed file ends in {ENDING!r}, got {sign.name!r}.",
            do=f"Write for example: --sign mine{ENDING}",
        )
    identity = None if sign is None else load_person(desk, key, "reviewer")
    shown = reporter(quiet=as_json)
    try:
        found = remake(path, desk, sources, shown)
    finally:
        shown.close()
    if sign is not None and identity is not None:
        sign.write_bytes(sign_reproduction(found, identity.name, desk, identity.person))
    if as_json:
        say_json({**found.__dict__, "outcome": found.outcome})
    else:
        _show(found)
        if sign is not None:
            say(f"Signed: {sign}. Check it: warrant verify {sign}")
    if found.first_difference is not None:
        raise typer.Exit(DIFFERS)


def _show(found: Reproduced) -> None:
    say(f"{found.name}, bundle {found.bundle[:12]}, made again from its signed settings:")
    say_table(("step", "came out"), [(one.stage, one.outcome) for one in found.steps])
    if not found.with_salts:
        say("The workspace's salts are not at hand: rows are compared by fingerprint, not by byte.")
    first = found.first_difference
    if first is None:
        say(f"Reproduced: {found.outcome}.", "green", bold=True)
        for one in found.steps:
            for line in one.why:
                say(f"  {one.stage}: {line}")
        return
    say(f"The first step that differs: {first.stage}.", "red", bold=True)
    if first.differs:
        say(f"  Outputs that are other than signed: {', '.join(first.differs)}.")
    for line in first.why:
        say(f"  {line}")
