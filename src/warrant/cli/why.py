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
        str,
        typer.Argument(
            metavar="ROW|FILE", help="A row's id, its first digits, a file, or FILE:RECORD."
        ),
    ],
    listed: Annotated[
        bool, typer.Option("--list", help="List every row that fits, and tell no story.")
    ] = False,
    shown: Annotated[
        bool, typer.Option("--show", help="Show its text, marked in the document around it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say why a row or file was kept or dropped."""
    if listed:
        _list(path, row, as_json=as_json)
        return
    if shown:
        _show(path, row, as_json=as_json)
        return
    from warrant.flow.story import why as story_of

    with reading(path) as workspace:
        told = story_of(workspace, row)
    if as_json:
        say_json(told)
        return
    for line in told:
        source = "" if line.position is None else f" (log entry {line.position})"
        say(f"{line.text}{source}")


def _list(path: Path, needle: str, *, as_json: bool) -> None:
    from warrant.flow.story import fitting, where_in_file

    with reading(path) as workspace:
        rows = fitting(workspace, needle)
        places = where_in_file(workspace, rows)
    found = [(one.row, one.path, place or "") for one, place in zip(rows, places, strict=True)]
    if as_json:
        say_json([{"row": row, "file": file, "place": place} for row, file, place in found])
    elif found:
        parts = 3 if any(place for _, _, place in found) else 2  # whole documents have no place
        say_table(("row", "file", "place")[:parts], [(one[0][:16], *one[1:parts]) for one in found])
    else:
        say(f"No row fits {needle!r}.")


def _show(path: Path, needle: str, *, as_json: bool) -> None:
    from warrant.flow.story import show

    with reading(path) as workspace:
        found = show(workspace, needle)
    if as_json:
        say_json(found)
        return
    say(f"{found.path}{f', {found.place}' if found.place else ''}:")
    say()
    if found.before:
        say(f"… {_printable(found.before).lstrip()}")
    say(f">>> {_printable(found.text)} <<<", "yellow", bold=True)
    if found.after:
        say(f"{_printable(found.after).rstrip()} …")


def _printable(text: str) -> str:
    """Give a text without what would steer a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)
