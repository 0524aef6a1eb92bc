"""`warrant trace`: where a record went: dataset versions, models, bundles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.desk import reading
from warrant.cli.noun import example
from warrant.cli.options import AsJson, WorkspacePath
from warrant.cli.screen import say, say_json

if TYPE_CHECKING:
    from warrant.flow.trace import Holding

_SHOWN = 5
"""Rows named of each version."""


@example(
    "warrant trace my-model contract-0007.txt",
    "warrant trace my-model contracts/contract-0007.txt",
    'warrant trace my-model --text "P-0017"',
)
def trace(
    path: WorkspacePath,
    record: Annotated[
        str, typer.Argument(metavar="RECORD", help="A file, its name, a row's id, or a cell.")
    ],
    as_text: Annotated[
        bool, typer.Option("--text", help="RECORD is the whole text of a cell.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say which datasets, models and bundles hold a record."""
    from warrant.flow.trace import trace as follow

    with reading(path) as workspace:
        found = follow(workspace, record, as_text=as_text)
    if as_json:
        say_json(found)
        return
    for holding in found.held:
        _show(holding)
    if not found.held:
        say("No dataset version holds it.", bold=True)
    if found.absent:
        say(f"Not in {len(found.absent)} other versions:", bold=True)
        for reference, root in found.absent:
            say(f"  {reference}, row root {root[:16]}")
    say(f"As of {found.size} log entries, root {found.checkpoint[:16]}.")
    for line in found.not_shown:
        say(line)
    if found.held:
        row = found.held[-1].row_ids[0][:16]
        say(f"Next: warrant prove member {path} {row} -o proof.json")


def _show(holding: Holding) -> None:
    shown = ", ".join(str(row) for row in holding.rows[:_SHOWN])
    more = len(holding.rows) - _SHOWN
    rows = f"row {shown}" if len(holding.rows) == 1 else f"{len(holding.rows):,} rows: {shown}"
    rest = f" and {more:,} more" if more > 0 else ""
    say(f"{holding.version} holds it: {rows}{rest} ({', '.join(holding.how)})", bold=True)
    say(f"  signed in log entry {holding.entry}, row root {holding.root[:16]}")
    verbs = {
        "model": "was made of it",
        "evaluation": "was measured on it",
        "bundle": "holds that model",
    }
    for use in holding.uses:
        say(f"  {use.what} {use.digest[:16]} {verbs[use.what]}, log entry {use.entry}")
