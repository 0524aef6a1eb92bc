"""`warrant log`: the entries, and proofs that others check with their own tools."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Annotated

import typer

from warrant.cli.desk import reading
from warrant.cli.noun import add, example, noun
from warrant.cli.options import AsJson, OwnWorkspace, WorkspacePath
from warrant.cli.screen import say, say_json, say_table
from warrant.errors import InputError

KINDS = {
    "urn:x-warrant:keys:v1": "keys",
    "urn:x-warrant:act:v1": "act",
    "urn:x-warrant:evaluation-plan:v1": "plan",
    "urn:x-warrant:evaluation-plan:v2": "plan",
    "urn:x-warrant:erasure:v1": "erasure",
}
"""Short words for predicate types; a step is called by its stage."""


@example("warrant log show my-model")
def show(path: OwnWorkspace = Path(), as_json: AsJson = False) -> None:
    """List the signed statements, oldest first."""
    with reading(path) as workspace:
        entries = workspace.index.entries()
        now = workspace.log.checkpoint()
    if as_json:
        say_json(entries)
        return
    say_table(
        ("entry", "what", "recorded", "key", "statement"),
        [
            (
                entry.position,
                entry.stage or KINDS.get(entry.predicate, entry.predicate),
                entry.recorded_at,
                entry.key[:12],
                entry.envelope[:12],
            )
            for entry in entries
        ],
    )
    if now is not None:
        say(f"Checkpoint of {now.size} entries, log {now.origin}.")


@example("warrant log proof my-model 3 -o entry-3.tlog-proof")
def proof(
    path: WorkspacePath,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", min=0, help="Index in the log.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Else it is printed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that an entry stands in the log, as a C2SP tlog-proof."""
    with reading(path) as workspace:
        text = workspace.log.tlog_proof(entry).to_text()
    if output is not None:
        if output.exists():
            raise InputError(
                f"{str(output)!r} exists already.", do="Name a file that does not: -o FILE"
            )
        output.write_text(text, "utf-8", newline="\n")
    if as_json:
        say_json({"entry": entry, "proof": text, "file": output})
    elif output is None:
        typer.echo(text, nl=False)
    else:
        say(f"Wrote {output}, {len(text):,} bytes.")


@example("warrant log consistency my-model 5")
def consistency(
    path: WorkspacePath,
    old: Annotated[int, typer.Argument(metavar="OLD", min=1, help="An earlier size of the log.")],
    new: Annotated[
        int | None, typer.Argument(metavar="NEW", min=1, help="A later size; else the newest.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that the log only grew since it had OLD entries (RFC 6962)."""
    with reading(path) as workspace:
        later = workspace.log.head().size if new is None else new
        hashes = [b64encode(one).decode() for one in workspace.log.consistency_proof(old, later)]
    if as_json:
        say_json({"old": old, "new": later, "hashes": hashes})
        return
    for one in hashes:
        typer.echo(one)
    say(
        f"The log of {later} entries begins with the {old} of then, proved by {len(hashes)} hashes."
    )


log = noun("Look into the log of signed statements.")
add(log, "show", show)
add(log, "proof", proof)
add(log, "consistency", consistency)
