"""`warrant prove`: a small file that shows a stranger that a row stood in a signed dataset."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from warrant.cli.desk import reading
from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json
from warrant.errors import InputError


@example(
    "warrant prove my-model contract-0007.txt --with-row -o proof.json",
    "warrant prove proof.json --check",
    "warrant prove my-model contract-0007.txt --row-only -o row.json",
)
def prove(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The workspace; with --check, a proof.")
    ],
    row: Annotated[
        str | None,
        typer.Argument(
            metavar="ROW", help="A row's id or a file; with --check, the row as a JSON file."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where the proof goes.")
    ] = None,
    with_row: Annotated[
        bool,
        typer.Option("--with-row", help="Put the row itself in; whoever has the file reads it."),
    ] = False,
    row_only: Annotated[
        bool,
        typer.Option("--row-only", help="Write the row itself as JSON, for whoever checks."),
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Check a proof.")] = False,
    trust: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="With --check: whom to believe; else your own folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write or check the proof that a row was trained on."""
    if check:
        _check(path, row, trust, as_json=as_json)
        return
    if row is None or output is None:
        raise InputError(
            "A row and a file for its proof are needed.",
            do=f"Run: warrant prove {path} ROW -o proof.json",
        )
    if output.exists():
        raise InputError(
            f"{str(output)!r} exists already.", do="Name a file that does not: -o FILE"
        )
    if row_only:
        _write_row(path, row, output, as_json=as_json)
    else:
        _write(path, row, output, with_row=with_row, as_json=as_json)


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
    say(f"Next: warrant prove PROOF {output} --check")


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
        say(f"Next: warrant prove {output} --check")
        return
    say("The row is not in it: whoever checks the proof brings it as JSON.")
    say(f"To write it: warrant prove {path} {shlex.quote(row)} --row-only -o row.json")
    say(f"Next: warrant prove {output} row.json --check")


def _check(path: Path, row: str | None, trust: Path | None, *, as_json: bool) -> None:
    from warrant.flow.prove import check_row_proof
    from warrant.kernel.key_file import config_dir
    from warrant.kernel.trust import Trust

    cells = _row(Path(row)) if row else None
    believed = Trust.load(trust or config_dir() / "trust")
    lines = check_row_proof(path.read_bytes(), believed, cells)
    if as_json:
        say_json({"holds": True, "lines": lines})
        return
    for line in lines:
        say(line)


def _row(path: Path) -> dict[str, Any]:
    try:
        cells = json.loads(path.read_text("utf-8"))
    except ValueError:
        cells = None
    if not isinstance(cells, dict):
        raise InputError(f"{str(path)!r} is not a row as JSON.", do='Write {"column": value, …}')
    return cells
