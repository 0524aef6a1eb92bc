"""`warrant predict`: a folder or a sheet in, answers in a spreadsheet out."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import STOPPED, example
from warrant.cli.options import AsJson, TrustFolder
from warrant.cli.screen import say, say_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.flow.answering import Wish
    from warrant.flow.predict import Order, Predicted


@example(
    "warrant predict contract-clauses.bundle new/ -o answers.xlsx",
    "warrant predict contract-clauses.bundle letters.csv -o answers.csv --no-words",
)
def predict(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The model's bundle.")],
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN",
            help="A folder, a file, a table (csv, xlsx …); '-': JSON lines from standard input.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="OUT", help="An .xlsx, .csv, .parquet or .jsonl."),
    ] = Path("answers.xlsx"),
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="SHEET", help="A sheet with one line per file of the folder."),
    ] = None,
    join: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Its column that names the file; else it is found."),
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Where the model was made, to name the nearest training row; else the bundle's "
            "own folder, if that is it.",
        ),
    ] = None,
    no_words: Annotated[
        bool, typer.Option("--no-words", help="Leave out the words that decided: faster.")
    ] = False,
    no_neighbours: Annotated[
        bool, typer.Option("--no-neighbours", help="Leave out the nearest training row: faster.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it is there.")] = False,
    trust: TrustFolder = None,
    as_json: AsJson = False,
) -> None:
    """Answer every document of a folder, or every line of a table.

    Your own columns stay as they are, in their order. A cell that a spreadsheet would run as a
    formula is made inert: in xlsx it is text, in csv it gets an apostrophe in front.
    """
    from warrant.cli.progress import reporter
    from warrant.flow.answering import Wish
    from warrant.flow.predict import Order
    from warrant.flow.predict import predict as answer
    from warrant.flow.session import Desk

    order = Order(bundle, source, output, sheet, join, force)
    wish = Wish("predict", trust, workspace, words=not no_words, neighbours=not no_neighbours)
    shown = reporter(quiet=as_json)
    shown.step("predict", "started")
    try:
        done = answer(order, Desk(), wish, shown)
    except KeyboardInterrupt:
        shown.close()
        say(f"\nStopped. What was answered is kept. Go on with: {_again(order, wish)}", err=True)
        raise typer.Exit(STOPPED) from None
    finally:
        shown.close()
    (say_json if as_json else _say_done)(done)


def _again(order: Order, wish: Wish) -> str:
    words = ["warrant", "predict", str(order.bundle), order.source, "-o", str(order.output)]
    for option, value in (
        ("--sheet", order.sheet),
        ("--join", order.join),
        ("--workspace", wish.workspace),
        ("--trust", wish.trust),
    ):
        words += [option, str(value)] if value is not None else []
    words += [] if wish.words else ["--no-words"]
    words += [] if wish.neighbours else ["--no-neighbours"]
    return shlex.join(words)


def _say_done(done: Predicted) -> None:
    for line in answered_lines(done):
        exploring = line.startswith(f"{done.receipt.notice}.")
        say(line, "yellow" if exploring and done.receipt.stage_of_use == "explore" else None)
    say(f"Check it: warrant verify {shlex.quote(str(done.receipt_path))}", bold=True)


def answered_lines(done: Predicted) -> Iterator[str]:
    """Write what a batch has to say, all but its last line.

    Args:
        done: the batch.

    Yields:
        Sentences.
    """
    receipt = done.receipt
    counts = receipt.counts
    rows = f"{receipt.lines:,} row{'' if receipt.lines == 1 else 's'}"
    yield f"{rows} in {done.output}, answered by {receipt.name} (bundle {receipt.bundle[:12]})."
    if counts["abstained"]:
        yield f"{counts['abstained']:,} without an answer to rely on: see the column 'why'."
    if counts["unread"]:
        yield f"{counts['unread']:,} could not be read: see the column 'why'."
    if done.resumed:
        yield f"{done.resumed:,} were kept from a run that was stopped."
    for note in done.notes:
        yield f"Note: {note}"
    yield f"The bundle: {receipt.verified}. {receipt.approval}"
    yield f"{receipt.notice}."
    yield f"Not logged. Root over the rows: {receipt.root}, kept in {done.receipt_path}."
    yield "Left this machine: nothing."
