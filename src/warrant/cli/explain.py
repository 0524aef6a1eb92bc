"""`warrant explain`: one word, one meaning."""

from __future__ import annotations

from typing import Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json


@example("warrant explain bundle", "warrant explain content key", "warrant explain")
def explain(
    word: Annotated[
        str, typer.Argument(metavar="WORD", help="The word, such as: bundle; left out: all.")
    ] = "",
    # No list of words: typer would load pydantic for it.
    second: Annotated[str, typer.Argument(metavar="WORD", help="Of several, the second.")] = "",
    third: Annotated[str, typer.Argument(metavar="WORD", help="The third.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say what a word of Warrant means."""
    from warrant.flow.words import WORDS
    from warrant.flow.words import explain as meaning_of

    if not word:
        _list(dict(sorted(WORDS.items())), as_json=as_json)
        return
    name = f"{word} {second} {third}".strip()
    meaning = meaning_of(name)
    if as_json:
        say_json({"word": name.lower(), "meaning": meaning})
    else:
        say(f"{name}: {meaning}")


def _list(words: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        say_json([{"word": word, "meaning": meaning} for word, meaning in words.items()])
        return
    for word, meaning in words.items():
        say(f"{word}: {meaning}")
