"""`warrant predict`: a folder or a sheet in, answers in a spreadsheet out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import STOPPED, example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json

if TYPE_CHECKING:
    from warrant.flow.predict import Predicted, Wish


@example(
    "warrant predict contract-clauses.bundle new/ -o answers.xlsx",
    "warrant predict contract-clauses.bundle letters.csv -o answers.csv --no-words",
)
def predict(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The model's bundle.")],
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A folder, a file, or a table (csv, xlsx, ods).")
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="OUT", help="An .xlsx, .csv, .parquet or .jsonl."),
    ] = Path("answers.xlsx"),
    no_words: Annotated[
        bool, typer.Option("--no-words", help="Leave out the words that decided; much faster.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it is there.")] = False,
    trust: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Whom to believe; else your own trust folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer every document of a folder, or every line of a table.

    Your own columns stay as they are. A cell that a spreadsheet would run as a formula is text.
    """
    from warrant.cli.progress import reporter
    from warrant.flow.predict import Wish
    from warrant.flow.predict import predict as answer
    from warrant.flow.session import Desk

    wish = Wish(bundle, source, output, words=not no_words, overwrite=force)
    shown = reporter(quiet=as_json)
    try:
        done = answer(wish, Desk(), trust, shown)
    except KeyboardInterrupt:
        shown.close()
        say(f"\nStopped. What was answered is kept. Go on with: {_again(wish)}", err=True)
        raise typer.Exit(STOPPED) from None
    finally:
        shown.close()
    if as_json:
        say_json(done)
    else:
        _say_done(done)


def _again(wish: Wish) -> str:
    more = "" if wish.words else " --no-words"
    return f"warrant predict {wish.bundle} {wish.source} -o {wish.output}{more}"


def _say_done(done: Predicted) -> None:
    say(f"{done.rows} rows in {done.output}, answered by the bundle {done.bundle_digest[:12]}.")
    if done.abstained:
        say(f"{done.abstained} without an answer to rely on: see the column 'why'.")
    if done.unread:
        say(f"{done.unread} could not be read: see the column 'why'.")
    if done.resumed:
        say(f"{done.resumed} were kept from a run that was stopped.")
    say(f"The bundle: {done.headline}.")
    if done.stage_of_use == "explore":
        say("This is an exploration: not for decisions.", "yellow")
    say(f"Not logged; root over the rows {done.root[:12]}, in {done.receipt}.")
    say("Left this machine: nothing.")
