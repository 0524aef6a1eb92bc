"""`warrant decide`: whether the bundle is used or not, with one's own key; no is a result too."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from warrant.cli.approval import BundleDigest
from warrant.cli.desk import signing
from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, OwnWorkspace, Reason, Unprotected
from warrant.cli.screen import say, say_json
from warrant.errors import InputError


@example(
    'warrant decide my-model --no-go --reason "Misses one clause in three; 500 more would help"',
    'warrant decide my-model --go --reason "Replaces reading by hand" --review-by 2027-06-30',
)
def decide(
    reason: Reason,
    path: OwnWorkspace = Path(),
    go: Annotated[
        bool | None, typer.Option("--go/--no-go", help="Whether it is used; say one of them.")
    ] = None,
    review_by: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Day on which you decide anew."),
    ] = None,
    bundle: BundleDigest = None,
    role: Annotated[
        Literal["author", "approver"], typer.Option("--role", help="In which of your roles.")
    ] = "author",
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Decide whether the bundle is used, with your own key.

    Your later decision takes this one back. Say in the reason what it rests on, what would change
    it, and what the model replaces.
    """
    from warrant.flow.acts import candidate
    from warrant.flow.acts import decide as sign

    if go is None:
        raise InputError("Nothing is decided.", do="Add: --go, or: --no-go")
    day = _day(review_by) if review_by else None
    with signing(path, "warrant decide", key, role, unprotected=unprotected) as pen:
        done = sign(pen, reason, go=go, review_by=day, bundle=bundle)
        digest, name = candidate(pen.workspace).hex, pen.identity.name
    if as_json:
        told = {"bundle": digest, "go": go, "review_by": day}
        say_json({**told, "entry": done.position, "statement": done.envelope.hex})
        return
    until = f", review by {day}" if day else ""
    word = "Go" if go else "No go"
    say(f"{word}: bundle {digest[:16]}{until}, signed by {name}, log entry {done.position}.")
    say(f"To put it into the bundle, the author runs: warrant run {path}")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise InputError(
            f"--review-by is {text!r}, which is no day.", do="Write it as: 2027-01-31"
        ) from None
