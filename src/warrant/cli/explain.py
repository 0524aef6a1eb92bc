"""`warrant explain`: one word, one meaning."""

from __future__ import annotations

from typing import Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json


@example("warrant explain bundle", "warrant explain content key")
def explain(
    word: Annotated[str, typer.Argument(metavar="WORD", help="The word, such as: bundle")],
    more: Annotated[str, typer.Argument(metavar="WORD", help="Of two words, the second.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say what a word of Warrant means."""
    from warrant.flow.words import explain as meaning_of

    name = f"{word} {more}".strip()
    meaning = meaning_of(name)
    if as_json:
        say_json({"word": name.lower(), "meaning": meaning})
    else:
        say(f"{name}: {meaning}")
