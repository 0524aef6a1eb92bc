"""Whose keys count: in a workspace's log (`add`, `rotate`), and for oneself (`trust`)."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from warrant.cli.desk import signing
from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, OwnWorkspace, Unprotected
from warrant.cli.screen import say, say_json


class AnyRole(StrEnum):
    """In which a person acts."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    OPERATOR = "operator"


PublicText: TypeAlias = Annotated[
    str,
    typer.Option("--key", metavar="KEY", help="The person's key, as `warrant key show` prints it."),
]
TheirName: TypeAlias = Annotated[str, typer.Option("--name", metavar="TEXT", help="Their name.")]


@example('warrant key add my-model --name "Ben Okoro" --key ed25519:… --role approver')
def add(
    name: TheirName,
    public: PublicText,
    role: Annotated[
        list[AnyRole], typer.Option("--role", help="What they may do here; may be repeated.")
    ],
    path: OwnWorkspace = Path(),
    own: Annotated[
        str | None, typer.Option("--with", metavar="NAME", help="Which of your keys signs.")
    ] = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Let another person act in a workspace."""
    from warrant.flow.keys import add_person

    with signing(path, "warrant key add", own, unprotected=unprotected) as pen:
        done = add_person(pen, name, public, [one.value for one in role])
    if as_json:
        say_json({"name": name, "roles": role, "entry": done.position})
        return
    say(f"{name} may act here as {', '.join(role)}: log entry {done.position}.")
    say(
        f"If you compared the key with them: warrant key trust {path} --key {public} "
        f"--name {name!r}"
    )


@example("warrant key rotate my-model --to ada-2027 --key ada")
def rotate(
    to: Annotated[
        str, typer.Option("--to", metavar="NAME", help="The new key, made with `warrant key new`.")
    ],
    path: OwnWorkspace = Path(),
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Replace your key in a workspace; what it signed stays valid."""
    from warrant.flow.keys import rotate as replace
    from warrant.flow.session import Desk, load_person

    new = load_person(Desk(unprotected=unprotected), to)
    with signing(path, "warrant key rotate", key, unprotected=unprotected) as pen:
        done = replace(pen, new.person.public_key.text, new.model.public_key.pem)
    if as_json:
        say_json({"key": new.person.public_key.text, "entry": done.position})
        return
    say(f"Key {new.person.key_id[:12]} takes over: log entry {done.position}.")
    say("Next: give the new key to those who trust you: warrant key show " + to)


@example("warrant key recover my-model")
def recover(
    path: OwnWorkspace = Path(),
    own: Annotated[
        bool,
        typer.Option(
            "--own-key-lost",
            help="Your key is lost without a sheet, and nobody else is listed as author.",
        ),
    ] = False,
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Go on with a new log after the log's key, the vault or your own key was lost."""
    from warrant.flow.keys import recover as go_on
    from warrant.flow.session import Desk

    done = go_on(path, Desk(unprotected=unprotected), key, person_lost=own)
    if as_json:
        say_json(done)
        return
    say(f"A new log, {done.origin}, names the old one, which stays in {done.old_log}.")
    if done.lost_salts:
        say("The salts are lost: rows made before can no longer be proved, and files that were")
        say("erased would be taken in again: remove them from the source folders.")
    say(f"Next: warrant run {path}")


@example('warrant key trust contract-clauses.bundle --key ed25519:… --name "Ada Alvarez"')
def trust(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A bundle or workspace of theirs.")],
    public: PublicText,
    name: TheirName,
    role: Annotated[
        list[AnyRole] | None,
        typer.Option("--role", help="In which you believe them; left out: all. May be repeated."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--trust", metavar="DIR", help="Where to write it; else your own trust folder."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Believe a person and the log she opened, after comparing her key with her."""
    from warrant.flow.trusting import believe
    from warrant.kernel.key_file import config_dir

    place = folder or config_dir() / "trust"
    origin = believe(path, public, name, [one.value for one in role or ()], place)
    if as_json:
        say_json({"name": name, "key": public, "log": origin, "folder": place})
        return
    say(f"You believe {name} and log {origin} now ({place}).")
    say(f"Next: warrant verify {path}")
