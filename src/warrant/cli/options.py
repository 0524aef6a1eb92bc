"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

WorkspacePath: TypeAlias = Annotated[
    Path, typer.Argument(metavar="PATH", help="The workspace: a folder with a recipe.")
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
KeyName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--key", metavar="NAME", help="Which of your keys signs; needed if you have several."
    ),
]
Unprotected: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--unprotected-key",
        help="Let a key without a passphrase sign; every statement then says so.",
    ),
]
Reason: TypeAlias = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; it is signed and stays in the log.")
]
OwnWorkspace: TypeAlias = Annotated[
    Path, typer.Argument(metavar="PATH", help="The workspace; left out: this folder.")
]
TrustFolder: TypeAlias = Annotated[
    Path | None,
    typer.Option("--trust", metavar="DIR", help="Whom to believe; else your own trust folder."),
]
