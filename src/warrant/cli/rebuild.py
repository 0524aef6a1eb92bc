"""`warrant rebuild`: the look-up tables, made again from store and log."""

from __future__ import annotations

from pathlib import Path

from warrant.cli.noun import example
from warrant.cli.options import AsJson, OwnWorkspace
from warrant.cli.screen import say, say_json


@example("warrant rebuild my-model")
def rebuild(path: OwnWorkspace = Path(), as_json: AsJson = False) -> None:
    """Make the look-up tables again from store and log."""
    from warrant.flow.care import rebuild as make_again

    entries = make_again(path)
    if as_json:
        say_json({"entries": entries})
    else:
        say(f"Rebuilt from {entries} log entries. Next: warrant verify {path}")
