"""`warrant erase`: a file and its rows go; every other proof still holds."""

from __future__ import annotations

from typing import Annotated

import typer

from warrant.cli.desk import signing
from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, Reason, Unprotected, WorkspacePath
from warrant.cli.screen import say, say_json


@example('warrant erase my-model contract-0007.txt --reason "Withdrawn by the client on 3 May"')
def erase(
    path: WorkspacePath,
    file: Annotated[str, typer.Argument(metavar="FILE", help="As it stands in the source folder.")],
    reason: Reason,
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Erase a file and its rows; all other proofs hold."""
    from warrant.flow.erase import erase as erase_file

    with signing(path, "warrant erase", key, unprotected=unprotected) as pen:
        report = erase_file(pen, file, reason)
    if as_json:
        say_json(report)
        return
    entry = report.committed.position
    say(f"Erased {report.rows} rows in {report.datasets} datasets, log entry {entry}.")
    say("Not reached:")
    for one in report.not_reached:
        say(f"  {one}")
    say(report.warning)
    bare = " --unprotected-key" if unprotected else ""
    say(f"Next: warrant run {path}{bare}")
