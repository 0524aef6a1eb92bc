"""`warrant reproduce`: a bundle made again from its signed settings, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json, say_table

if TYPE_CHECKING:
    from warrant.flow.reproducing import Reproduced

DIFFERS = 1
"""Exit code when a step came out otherwise, or could not be run."""


@example(
    "warrant reproduce my-model",
    "warrant reproduce contract-clauses.bundle --sources my-files",
)
def reproduce(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A bundle, or a workspace with one.")
    ],
    sources: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the recipe's paths start; else beside the bundle."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a bundle again from its signed settings, and compare step by step.

    Exit code 0: every step came out the same, as far as it can be compared. 1: a step differs.
    """
    from warrant.cli.progress import reporter
    from warrant.flow.reproducing import reproduce as remake
    from warrant.flow.session import Desk

    shown = reporter(quiet=as_json)
    try:
        found = remake(path, Desk(), sources, shown)
    finally:
        shown.close()
    if as_json:
        say_json({**found.__dict__, "outcome": found.outcome})
    else:
        _show(found)
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
