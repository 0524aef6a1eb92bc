"""`warrant why`: what became of a row or a file, and which statement says so."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warrant.cli.desk import reading
from warrant.cli.noun import example
from warrant.cli.options import AsJson, WorkspacePath
from warrant.cli.screen import say, say_json, say_table


@example("warrant why my-model contract-0007.txt", "warrant why my-model index.csv --list")
def why(
    path: WorkspacePath,
    row: Annotated[
        str, typer.Argument(metavar="ROW|FILE", help="A row's id, its first digits, or a file.")
    ],
    listed: Annotated[
        bool, typer.Option("--list", help="List every row that fits, and tell no story.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say why a row or file was kept or dropped."""
    from warrant.flow.story import why as story_of

    if listed:
        _list(path, row, as_json=as_json)
        return
    with reading(path) as workspace:
        told = story_of(workspace, row)
    if as_json:
        say_json(told)
        return
    for line in told:
        source = "" if line.position is None else f" (log entry {line.position})"
        say(f"{line.text}{source}")


def _list(path: Path, needle: str, *, as_json: bool) -> None:
    from warrant.flow.story import fitting

    with reading(path) as workspace:
        found = [(place.row, place.path) for place in fitting(workspace, needle)]
    if as_json:
        say_json([{"row": row, "file": file} for row, file in found])
    elif found:
        say_table(("row", "file"), [(row[:16], file) for row, file in found])
    else:
        say(f"No row fits {needle!r}.")
