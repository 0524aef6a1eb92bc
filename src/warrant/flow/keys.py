"""Whose keys are in force: adding a person, rotating a key, going on after a lost log key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError
from warrant.flow import people
from warrant.flow.clock import instant
from warrant.flow.session import load_person, open_pen
from warrant.flow.workspace import STATE, Workspace, old_logs
from warrant.kernel.draft import Person, keys_statement
from warrant.kernel.durable import explained
from warrant.kernel.keys import ModelPublicKey, PublicKey, log_origin
from warrant.kernel.lock import Claim, FileLock
from warrant.kernel.statement import KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.flow.commit import Committed, Pen
    from warrant.flow.session import Desk
    from warrant.kernel.statement import Role


def add_person(pen: Pen, name: str, key_text: str, roles: Sequence[Role]) -> Committed:
    """Put a person's key in force, or change her roles.

    Args:
        pen: of a person in force.
        name: as she calls herself.
        key_text: `ed25519:…`, as `warrant key show` prints it.
        roles: in which she may act.

    Returns:
        Where the keys statement stands.
    """
    key = PublicKey.parse(key_text)
    listed = [person for person in _persons(pen) if person.key != key]
    return _commit(pen, [*listed, Person(key, name, tuple(roles))], _models(pen), "joined")


def rotate(pen: Pen, new_key: str, new_model: str | None = None) -> Committed:
    """Replace the acting person's key by a new one; statements of the old key stay valid.

    Args:
        pen: of the person, with her old key.
        new_key: `ed25519:…`.
        new_model: PEM of a new model key; None keeps the models' keys.

    Returns:
        Where the keys statement stands.

    Raises:
        InputError: if the new key is in force already.
    """
    key = PublicKey.parse(new_key)
    mine = pen.identity.person.public_key
    listed = _persons(pen)
    if key in [person.key for person in listed]:
        raise InputError("This key is in force already.", do="Make a new one: warrant key new")
    rotated = [
        Person(key, person.name, person.roles) if person.key == mine else person
        for person in listed
    ]
    models = [*_models(pen), ModelPublicKey(new_model)] if new_model else _models(pen)
    return _commit(pen, rotated, models, "rotated")


def list_model_key(pen: Pen) -> Committed | None:
    """Put the model key of the person who runs in force, unless it is already.

    Args:
        pen: of an author.

    Returns:
        Where the keys statement stands; None when there was nothing to do.
    """
    key = pen.identity.model.public_key
    if key.pem in [listed.pem for listed in _models(pen)]:
        return None
    return _commit(pen, _persons(pen), [*_models(pen), key], "joined")


@dataclass(frozen=True)
class Recovery:
    """How a workspace goes on after its log key, its vault or its author's key was lost."""

    old_log: Path
    """Where the log that ended lies; it stays verifiable."""
    origin: str
    """Origin of the new log."""
    lost_salts: bool
    """True when the vault is a new one: rows made before can no longer be proved, and what was
    erased is no longer known, so that it would be taken in again."""


def recover(
    root: Path, desk: Desk, key_name: str | None = None, *, person_lost: bool = False
) -> Recovery:
    """Go on with a new log where the log's key, the vault or one's own key is lost for good.

    Args:
        root: the workspace.
        desk: where the person's keys and trust lie.
        key_name: whose key signs entry 0; None when there is exactly one.
        person_lost: nobody is left whose key the log lists, so that nothing can be signed in it.

    Returns:
        Where the old log lies and what cannot be brought back. Entry 0 of the new log names the
        old one's origin and last checkpoint.

    Raises:
        InputError: if there is no workspace, or nothing of it is lost.
        Busy: if somebody else writes.
    """
    state = root / STATE
    log, vault = state / "log", state / "vault"
    if not (log / "checkpoint").exists() and not old_logs(state):
        raise InputError(f"There is no log in {str(root)!r}.", do=f"Run: warrant run {root}")
    lost_key, lost_salts = not (vault / "log.pem").exists(), not (vault / "vault.db").exists()
    if not (lost_key or lost_salts or person_lost) and (log / "checkpoint").exists():
        raise InputError(
            "Nothing is lost: the log's key and the salts are in the vault.",
            do=f"Go on with: warrant run {root}",
        )
    identity = load_person(desk, key_name)
    claim = Claim("warrant key recover", instant(desk.clock()))
    with FileLock(state / "lock", claim, wait_s=desk.wait_s), explained(state):
        if (log / "checkpoint").exists():
            number = max((int(path.name[8:]) for path in old_logs(state)), default=0) + 1
            log.rename(state / f"log-old-{number}")
        (vault / "log.pem").unlink(missing_ok=True)  # a key belongs to one log
        (state / "runs" / "candidate").unlink(missing_ok=True)
    workspace = Workspace.open(root)
    try:
        with workspace.writing("warrant key recover", instant(desk.clock()), None, desk.wait_s):
            pen = open_pen(workspace, desk, identity)
            return Recovery(old_logs(state)[-1], log_origin(pen.log_key.public_key), lost_salts)
    finally:
        workspace.close()


def _commit(
    pen: Pen, persons: Sequence[Person], models: Sequence[ModelPublicKey], reason: str
) -> Committed:
    if pen.identity.role != "author":
        raise InputError(
            f"Keys are listed by an author; {pen.identity.name!r} acts as {pen.identity.role}.",
            do="Ask the author to do it.",
        )
    if not any("author" in person.roles for person in persons):
        raise InputError(
            "Nobody would be author any more, and nothing could be signed.",
            do="Leave the role author to one person at least: --role author",
        )
    return pen.commit(
        keys_statement(
            pen.actor(),
            pen.log_key.public_key,
            persons,
            recorded_at=instant(pen.clock()),
            models=models,
            reason=reason,
        )
    )


def _predicate(pen: Pen) -> Any:  # noqa: ANN401 (plain JSON)
    listed = [entry for entry in pen.workspace.index.entries() if entry.predicate == KEYS]
    return people.statement_of(pen.workspace, listed[-1]).predicate


def _persons(pen: Pen) -> list[Person]:
    return [
        Person(PublicKey.parse(person["key"]), person["name"], tuple(person["roles"]))
        for person in _predicate(pen)["persons"]
    ]


def _models(pen: Pen) -> list[ModelPublicKey]:
    return [ModelPublicKey(model["pem"]) for model in _predicate(pen)["models"]]
