"""`warrant doctor`: what is wrong here, and what helps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json

COLOURS = {"ok": None, "warning": "yellow", "error": "red"}


@example("warrant doctor my-model")
def doctor(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="PATH", help="A workspace; left out: the installation."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with this installation or workspace."""
    from warrant.flow.care import doctor as examine

    findings = examine(path)
    if as_json:
        say_json(findings)
    else:
        for one in findings:
            say(f"{one.level:8} {one.text}", COLOURS[one.level])
    if any(one.level == "error" for one in findings):
        raise typer.Exit(1)
