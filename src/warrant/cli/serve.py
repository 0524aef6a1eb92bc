"""`warrant serve`: a bundle answers over HTTP, on this machine alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson, TrustFolder
from warrant.cli.screen import say, say_json

if TYPE_CHECKING:
    from warrant.flow.serving import Listening


@example(
    "warrant serve contract-clauses.bundle",
    "warrant serve contract-clauses.bundle --port 0 --json",
)
def serve(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The model's bundle.")],
    host: Annotated[
        str, typer.Option(metavar="HOST", help="A name of this machine for itself alone.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", help="Where to listen; 0: any free port.")
    ] = 8400,
    no_words: Annotated[
        bool, typer.Option("--no-words", help="Leave out the words that decided: faster.")
    ] = False,
    no_neighbours: Annotated[
        bool, typer.Option("--no-neighbours", help="Leave out the nearest training row: faster.")
    ] = False,
    trust: TrustFolder = None,
    as_json: AsJson = False,
) -> None:
    """Answer rows over HTTP on this machine, with a page to try it.

    POST /v1/predict answers rows as `warrant predict` does; /health, /card and /openapi.json say
    what answers. Nothing is logged. Ctrl-C stops it, once open requests are answered.
    """
    from warrant.flow.answering import Wish
    from warrant.flow.serving import Post
    from warrant.flow.serving import serve as answer
    from warrant.flow.session import Desk

    wish = Wish("serve", trust, words=not no_words, neighbours=not no_neighbours)
    done = answer(bundle, Desk(), say_json if as_json else _announce, Post(host, port), wish)
    if as_json:
        say_json(done)
        return
    requests = f"{done.requests:,} request{'' if done.requests == 1 else 's'}"
    rows = f"{done.rows:,} row{'' if done.rows == 1 else 's'}"
    say(f"\nStopped. {requests} with {rows} answered; not logged.")
    say("Left this machine: nothing.")


def _announce(one: Listening) -> None:
    served = one.served
    say(f"{served.name} (bundle {served.short}) answers at {one.url}", bold=True)
    say(f"The bundle: {served.verified}. {served.approval}")
    for note in one.notes:
        say(f"Note: {note}")
    say(f"{served.notice}.", "yellow" if served.stage_of_use == "explore" else None)
    say(f"Not logged. Rows: POST {one.url}v1/predict, described at {one.url}openapi.json")
    say("This machine alone can ask. Ctrl-C stops it.")
