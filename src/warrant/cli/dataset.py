"""`warrant dataset`: versions, their difference, and exports in other people's formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warrant.cli.desk import reading
from warrant.cli.noun import add, example, noun
from warrant.cli.options import AsJson, OwnWorkspace, WorkspacePath
from warrant.cli.screen import say, say_json, say_pairs, say_table
from warrant.errors import InputError

_SPLITS = ("train", "validation", "test")

Which = Annotated[
    str,
    typer.Argument(
        metavar="DATASET", help="`train`, `train@4` (log entry), or digits of its fingerprint."
    ),
]


@example("warrant dataset list my-model")
def list_(path: OwnWorkspace = Path(), as_json: AsJson = False) -> None:
    """List the versions, oldest first."""
    from warrant.flow.datasets import versions

    with reading(path) as workspace:
        found = versions(workspace)
    if as_json:
        say_json(found)
        return
    say_table(
        ("dataset", "rows", "recorded", "fingerprint", ""),
        [
            (
                one.reference,
                f"{one.rows:,}",
                one.recorded_at,
                one.fingerprint[:16],
                ", ".join(
                    word
                    for word, holds in (("latest", one.is_latest), ("sample", one.is_sample))
                    if holds
                ),
            )
            for one in found
        ],
    )
    if not found:
        say(f"There is none yet. Run: warrant run {path}")


@example("warrant dataset show my-model train")
def show(path: WorkspacePath, dataset: Which, as_json: AsJson = False) -> None:
    """Show one version: columns, what was dropped, what learned from it."""
    from warrant.flow.datasets import describe, find_version

    with reading(path) as workspace:
        found = describe(workspace, find_version(workspace, dataset))
    if as_json:
        say_json(found)
        return
    version = found.version
    say(f"{version.reference}, {version.rows:,} rows", bold=True)
    say_pairs(
        [
            ("fingerprint", version.fingerprint),
            ("made by", f"{version.stage}, log entry {version.entry}, {version.recorded_at}"),
            ("erased since", f"{found.erased:,} rows"),
            ("columns", ", ".join(f"{one.name} ({one.type})" for one in found.columns)),
        ]
    )
    dropped = [(words, f"{count:,}") for words, count in found.counts.items() if words != "kept"]
    if dropped:
        say_table(("dropped before it", "rows"), dropped)
    if found.users:
        say_table(
            ("used by", "log entry", "made"),
            [(stage, entry, made[:16]) for entry, stage, made in found.users],
        )


@example("warrant dataset diff my-model train@4 train")
def diff(
    path: WorkspacePath,
    before: Which,
    after: Which,
    listed: Annotated[bool, typer.Option("--list", help="List every row that differs.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say which rows were added, removed or changed, and why."""
    from warrant.flow.dataset_diff import compare
    from warrant.flow.datasets import find_version

    with reading(path) as workspace:
        found = compare(workspace, find_version(workspace, before), find_version(workspace, after))
    if as_json:
        say_json(found)
        return
    one, other = found.before, found.after
    if listed:
        say_table(
            ("row", "change", "why"), [(row.row[:16], row.change, row.why) for row in found.rows]
        )
    elif found.rows:
        say_table(
            ("change", "why", "rows"),
            [(change, why, f"{count:,}") for change, why, count in found.counts()],
        )
    say(
        f"{one.reference} has {one.rows:,} rows, {other.reference} {other.rows:,}; "
        f"{found.same:,} are the same."
    )


@example(
    "warrant dataset export my-model -o rows --format huggingface",
    "warrant dataset export my-model train@4 -o rows --format jsonl",
    "warrant dataset export my-model -o rows --as chat --format jsonl",
    "warrant dataset export my-model test -o task --as lm-eval",
)
def export(
    path: WorkspacePath,
    dataset: Annotated[
        str | None,
        typer.Argument(
            metavar="DATASET", help="As in `show`; left out: training, validation and test."
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FOLDER", help="Is made.")
    ] = Path("export"),
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="parquet, jsonl, huggingface or croissant; left out: parquet, and jsonl for an "
            "evaluation program.",
        ),
    ] = None,
    shape: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="FORM",
            help="For training programs: text, spans, pairs, prompt or chat; for evaluation "
            "programs: lm-eval or inspect; left out: every column as it is.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write rows for other tools: Parquet, JSON lines, Hugging Face, Croissant."""
    from warrant.flow.datasets import find_version
    from warrant.flow.export import FORMATS, FORMS, PROGRAMS, export_datasets, written_as

    program = next((one for one in PROGRAMS if one == shape), None)
    wanted = next((one for one in FORMS if one == shape), None)
    if shape is not None and wanted is None and program is None:
        raise InputError(f"No form {shape!r}.", do=f"Give one of: {', '.join((*FORMS, *PROGRAMS))}")
    asked = form or ("jsonl" if program else "parquet")
    known = next((one for one in FORMATS if one == asked), None)
    if known is None:
        raise InputError(f"No format {form!r}.", do=f"Give one of: {', '.join(FORMATS)}")
    with reading(path) as workspace:
        names = _SPLITS if dataset is None else (dataset,)
        versions = [find_version(workspace, name) for name in names]
        how = written_as(workspace, versions, program or wanted)
        files = export_datasets(workspace, versions, output, known, how)
    if as_json:
        say_json(files)
        return
    say_table(
        ("file", "rows", "bytes"),
        [(one.path, "" if one.rows is None else f"{one.rows:,}", f"{one.size:,}") for one in files],
    )
    say("These rows are outside Warrant now: what is erased here later stays there.")


@example("warrant dataset branch my-model rows@2 -o other-model")
def branch(
    path: WorkspacePath,
    dataset: Which,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FOLDER", help="The new workspace; is made.")
    ],
    as_json: AsJson = False,
) -> None:
    """Begin a new workspace with the rows of one version."""
    from warrant.flow.branch import branch as begin
    from warrant.flow.datasets import find_version

    with reading(path) as workspace:
        recipe = begin(workspace, find_version(workspace, dataset), output)
    if as_json:
        say_json({"recipe": recipe})
        return
    say(f"Wrote {recipe}: it reads those rows, under the narrowest of their rights.")
    say(f"Next: warrant run {output}")


@example("warrant dataset report my-model -o data.html")
def report(
    path: WorkspacePath,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The page; is replaced.")
    ] = Path("data.html"),
    without_text: Annotated[
        bool, typer.Option("--without-text", help="Show no word of any row.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write one page: counts, reasons, lengths, labels, copies, personal data, rights."""
    from warrant.flow.data_report import render_report

    with reading(path) as workspace:
        page = render_report(workspace, with_text=not without_text)
    output.write_text(page, "utf-8")
    if as_json:
        say_json({"file": output, "size": len(page.encode())})
        return
    say(f"Wrote {output}, {len(page.encode()):,} bytes. Warrant keeps no copy: it may show rows.")


dataset = noun("List, compare and export the versions of the data.")
add(dataset, "list", list_)
add(dataset, "show", show)
add(dataset, "diff", diff)
add(dataset, "export", export)
add(dataset, "branch", branch)
add(dataset, "report", report)
