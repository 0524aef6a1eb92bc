"""`warrant revoke`: a statement is taken back; the log keeps both."""

from __future__ import annotations

from typing import Annotated

import typer

from warrant.cli.desk import signing
from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, Reason, Unprotected, WorkspacePath
from warrant.cli.screen import say, say_json


@example('warrant revoke my-model 3f9c2ab1 --reason "Approved the wrong bundle"')
def revoke(
    path: WorkspacePath,
    statement: Annotated[
        str,
        typer.Argument(metavar="STATEMENT", help="Its first digits; see: warrant log show"),
    ],
    reason: Reason,
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Take back a statement; the log keeps both."""
    from warrant.flow.acts import revoke as take_back

    with signing(path, "warrant revoke", key, unprotected=unprotected) as pen:
        done = take_back(pen, statement, reason)
        name = pen.identity.name
    if as_json:
        say_json({"revoked": statement, "entry": done.position, "statement": done.envelope.hex})
        return
    say(f"Revoked: {statement}, signed by {name}, log entry {done.position}.")
    say(f"Next: warrant run {path}")
