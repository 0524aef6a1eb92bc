"""Whose keys count in a workspace (`urn:x-warrant:keys:v1`): entry 0, and each rotation."""

from typing import Annotated, Literal

from pydantic import Field

from warrant.records.actor import Actor, Role
from warrant.records.base import Instant, Name, Record

PublicKey = Annotated[str, Field(pattern=r"^ed25519:[A-Za-z0-9+/]{43}=$")]


class LogKey(Record):
    """The log's key and the origin made from it."""

    key: PublicKey
    origin: Annotated[str, Field(pattern=r"^warrant-log/[0-9a-f]{20}$")]


class Person(Record):
    """A person's key; the name is the person's own claim."""

    key: PublicKey
    name: Name
    roles: tuple[Role, ...]


class ModelKey(Record):
    """A P-256 key that signs models."""

    pem: Annotated[str, Field(pattern=r"^-----BEGIN PUBLIC KEY-----\n")]


class PreviousLog(Record):
    """The log that this one continues, after its key was lost."""

    origin: Name
    checkpoint: str


class Keys(Record):
    """The predicate."""

    actor: Actor
    log: LogKey
    persons: tuple[Person, ...]
    models: tuple[ModelKey, ...]
    previous: PreviousLog | None = None
    reason: Literal["opened", "rotated", "recovered", "joined"]
    recorded_at: Instant
