"""`warrant approve` and `warrant reject`: one judges the bundle, with one's own key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from warrant.cli.desk import signing
from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, OwnWorkspace, Reason, Unprotected
from warrant.cli.screen import say, say_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.flow.commit import Committed, Pen

ActingRole: TypeAlias = Annotated[
    Literal["author", "reviewer", "approver"],
    typer.Option("--role", help="In which of your roles you judge."),
]
StageOfUse: TypeAlias = Annotated[
    Literal["pilot", "production"] | None,
    typer.Option("--stage", help="For which stage of use; else the one that the bundle names."),
]

BundleDigest: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--bundle", metavar="HEX", help="First digits of the bundle you read; else the last made."
    ),
]


@example('warrant approve my-model --stage pilot --reason "Read the card and 50 answers"')
def approve(
    reason: Reason,
    path: OwnWorkspace = Path(),
    stage: StageOfUse = None,
    bundle: BundleDigest = None,
    role: ActingRole = "approver",
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Approve the bundle with your own key.

    As reviewer: sign for the licences of its sources.
    """
    from warrant.flow.acts import approve as sign
    from warrant.flow.acts import review_sources

    if role == "reviewer":
        with signing(path, "warrant approve", key, role, unprotected=unprotected) as pen:
            done = review_sources(pen, reason)
            if as_json:
                say_json({"entry": done.position, "statement": done.envelope.hex})
            else:
                who = f"signed by {pen.identity.name}, log entry {done.position}"
                say(f"Reviewed: the rights of all sources, {who}.")
        return
    with signing(path, "warrant approve", key, role, unprotected=unprotected) as pen:
        _judge(pen, lambda: sign(pen, reason, stage, bundle), "Approved", as_json=as_json)


@example('warrant reject my-model --reason "Misses every clause on liability"')
def reject(
    reason: Reason,
    path: OwnWorkspace = Path(),
    stage: StageOfUse = None,
    bundle: BundleDigest = None,
    role: ActingRole = "approver",
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Reject the bundle with your own key."""
    from warrant.flow.acts import reject as sign

    with signing(path, "warrant reject", key, role, unprotected=unprotected) as pen:
        _judge(pen, lambda: sign(pen, reason, stage, bundle), "Rejected", as_json=as_json)


def _judge(pen: Pen, sign: Callable[[], Committed], word: str, *, as_json: bool) -> None:
    from warrant.flow.acts import candidate

    bundle = candidate(pen.workspace).hex
    done = sign()
    if as_json:
        say_json({"bundle": bundle, "entry": done.position, "statement": done.envelope.hex})
        return
    say(f"{word}: bundle {bundle[:16]}, signed by {pen.identity.name}, log entry {done.position}.")
    say(f"To put it into the bundle, the author runs: warrant run {pen.workspace.root}")
