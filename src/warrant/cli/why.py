"""`warrant why`: what became of a row or a file, and which statement says so."""

from __future__ import annotations

from typing import Annotated

import typer

from warrant.cli.desk import reading
from warrant.cli.noun import example
from warrant.cli.options import AsJson, WorkspacePath
from warrant.cli.screen import say, say_json


@example("warrant why my-model contract-0007.txt")
def why(
    path: WorkspacePath,
    row: Annotated[
        str, typer.Argument(metavar="ROW|FILE", help="A row's id, its first digits, or a file.")
    ],
    as_json: AsJson = False,
) -> None:
    """Say why a row or file was kept or dropped."""
    from warrant.flow.story import why as story_of

    with reading(path) as workspace:
        told = story_of(workspace, row)
    if as_json:
        say_json(told)
        return
    for line in told:
        source = "" if line.position is None else f" (log entry {line.position})"
        say(f"{line.text}{source}")
