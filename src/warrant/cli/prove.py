"""`warrant prove`: small files that show a stranger that something is, or is not, in a dataset."""

from __future__ import annotations

import json
import shlex
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.desk import reading, signing
from warrant.cli.noun import add, example, noun
from warrant.cli.options import AsJson, KeyName, Reason, Unprotected, WorkspacePath
from warrant.cli.screen import say, say_json
from warrant.errors import InputError

if TYPE_CHECKING:
    from warrant.flow.held import Thing

Output = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", help="Where the proof goes.")
]


@example(
    "warrant prove member my-model contract-0007.txt --with-row -o proof.json",
    "warrant verify proof.json",
    "warrant prove member my-model contract-0007.txt --row-only -o row.json",
)
def member(
    path: WorkspacePath,
    row: Annotated[str, typer.Argument(metavar="ROW", help="A row's id or a file.")],
    output: Output,
    with_row: Annotated[
        bool,
        typer.Option("--with-row", help="Put the row itself in; whoever has the file reads it."),
    ] = False,
    row_only: Annotated[
        bool,
        typer.Option("--row-only", help="Write the row itself as JSON, for whoever checks."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Prove that a row is in a dataset."""
    _require_new(output)
    if row_only:
        _write_row(path, row, output, as_json=as_json)
    else:
        _write(path, row, output, with_row=with_row, as_json=as_json)


def _require_new(output: Path) -> None:
    if output.exists():
        raise InputError(
            f"{str(output)!r} exists already.", do="Name a file that does not: -o FILE"
        )


def _write_row(path: Path, row: str, output: Path, *, as_json: bool) -> None:
    from warrant.flow.prove import read_cells

    with reading(path) as workspace:
        cells = read_cells(workspace, row)
    text = json.dumps(cells, ensure_ascii=False, indent=2) + "\n"
    output.write_text(text, "utf-8")
    if as_json:
        say_json({"file": output, "size": len(text.encode())})
        return
    say(f"Wrote {output}: the row as it is in the dataset. Whoever has it reads it.")
    say(f"Next: warrant verify PROOF --row {output}")


def _write(path: Path, row: str, output: Path, *, with_row: bool, as_json: bool) -> None:
    from warrant.flow.prove import prove_row

    with reading(path) as workspace:
        proof = prove_row(workspace, row, with_cells=with_row)
    output.write_bytes(proof)
    if as_json:
        say_json({"file": output, "size": len(proof)})
        return
    say(f"Wrote {output}, {len(proof):,} bytes.")
    if with_row:
        say(f"Next: warrant verify {output}")
        return
    say("The row is not in it: whoever checks the proof brings it as JSON.")
    say(f"To write it: warrant prove member {path} {shlex.quote(row)} --row-only -o row.json")
    say(f"Next: warrant verify {output} --row row.json")


@example(
    "warrant prove absent my-model a.docx --in train --to 'Kim Ash' --reason 'Audit' -o proof.json",
    "warrant verify proof.json",
)
def absent(
    path: WorkspacePath,
    thing: Annotated[
        str, typer.Argument(metavar="FILE", help="A file, or with --text the text of a cell.")
    ],
    dataset: Annotated[
        str, typer.Option("--in", metavar="DATASET", help="`train`, `train@4`, `test` …")
    ],
    to: Annotated[
        str, typer.Option("--to", metavar="NAME", help="Who gets the proof; stands in the log.")
    ],
    reason: Reason,
    output: Output,
    as_text: Annotated[
        bool, typer.Option("--text", help="FILE is the whole text of a cell.")
    ] = False,
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Prove that a file or text is in no row of a dataset.

    Whoever gets the proof can ask that dataset version about anything: its key is in it. That is
    signed and logged.
    """
    from warrant.flow.absence import prove_absence

    _require_new(output)
    meant = _thing(thing, as_text=as_text)
    with signing(path, "warrant prove absent", key, unprotected=unprotected) as pen:
        proved = prove_absence(pen, meant, dataset, to, reason)
    output.write_bytes(proved.data)
    entry = proved.committed.position
    if as_json:
        say_json({"file": output, "size": len(proved.data), "opened": entry})
        return
    say(f"Wrote {output}, {len(proved.data):,} bytes.")
    say(
        f"The key of {proved.version.reference} is in it: {to} can ask whether any file or text is "
        f"in that version. Log entry {entry} says so."
    )
    say(f"Next: warrant verify {output}")


def _thing(word: str, *, as_text: bool) -> Thing:
    from warrant.flow.held import Thing, file_meant

    if as_text:
        return Thing("text", sha256(word.encode()).digest())
    if not Path(word).is_file():
        raise InputError(
            f"There is no file {word!r}.",
            do="Name a file on this machine; of a text that a cell would hold, add: --text",
        )
    return file_meant(word)


prove = noun("Prove that something is, or is not, in a dataset.")
add(prove, "member", member)
add(prove, "absent", absent)
