"""`warrant backup`: one file with recipe, store, log and vault."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warrant.cli.desk import reading
from warrant.cli.noun import example
from warrant.cli.options import AsJson, WorkspacePath
from warrant.cli.screen import say, say_json


@example("warrant backup my-model -o my-model.tar")
def backup(
    path: WorkspacePath,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="A file that is not there yet.")
    ],
    as_json: AsJson = False,
) -> None:
    """Copy everything that cannot be made again."""
    from warrant.flow.backup import back_up, read_outside

    with reading(path) as workspace:
        size = back_up(workspace, output)
        outside = read_outside(workspace)
    if as_json:
        say_json({"file": output, "size": size, "not_inside": outside})
        return
    say(f"Wrote {output}, {size:,} bytes. It holds the vault: keep it as safe as the workspace.")
    named = f": {', '.join(outside)}" if outside else ""
    say(f"The folders and sheets that the recipe reads are not in it; copy them too{named}.")
    say(f"To bring the workspace back: tar -xf {output}")
    say("Your own keys are not in it: warrant key sheet NAME prints one on paper.")
