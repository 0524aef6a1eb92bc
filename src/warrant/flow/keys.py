"""Whose keys are in force: adding a person, rotating a key, going on after a lost log key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrant.errors import InputError
from warrant.flow import people
from warrant.flow.clock import instant
from warrant.kernel.draft import Person, keys_statement
from warrant.kernel.keys import ModelPublicKey, PublicKey
from warrant.kernel.statement import KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.commit import Committed, Pen
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


def _commit(
    pen: Pen, persons: Sequence[Person], models: Sequence[ModelPublicKey], reason: str
) -> Committed:
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
