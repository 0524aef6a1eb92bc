"""Statements: what is signed, and the leaf that stands for it in the log.

Law: `Statement.parse(statement.to_bytes()) == statement`.
Law: `Statement.parse(data).to_bytes() == data` for whatever `parse` takes.
Law: `Statement.open(statement.sign(signer)) == statement`.
Law: `Leaf.parse(leaf.to_bytes()) == leaf`, and `leaf_of(...)` stays under 512 bytes.

Source: in-toto Statement v1; docs/reference/formats.md, sections 3 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from warrant.errors import InputError
from warrant.kernel import predicates, shape
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope, sign_statement
from warrant.kernel.predicates import ACT, BASE, ERASURE, KEYS, PLAN, PLANS, STEP, stage_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.kernel.keys import Signer

__all__ = [
    "ACT",
    "BASE",
    "ERASURE",
    "KEYS",
    "PLAN",
    "PLANS",
    "STATEMENT_TYPE",
    "STEP",
    "Actor",
    "Leaf",
    "Role",
    "Statement",
    "Subject",
    "leaf_of",
]

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
LEAF_FORMAT: Final = "warrant/leaf/1"
LEAF_LIMIT: Final = 512
"""A leaf is shorter than this, in bytes."""

Role = Literal["author", "reviewer", "approver", "operator"]

_LEAF = shape.exact(
    {
        "envelope": shape.hexdigest,
        "format": shape.one_of(LEAF_FORMAT),
        "key": shape.hexdigest,
        "pae": shape.hexdigest,
        "predicate": shape.one_of(*predicates.LEAF_TYPES),
        "recorded_at": shape.instant,
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who signs a statement, as the statement itself says.

    Args:
        key: key id, 64 hex digits.
        role: in which the person acts.
        unprotected: True when the key has no passphrase.
    """

    key: str
    """Key id of the signature."""
    role: Role
    """In which the person acts."""
    unprotected: bool
    """True when the key has no passphrase."""

    @classmethod
    def of(cls, signer: Signer, role: Role) -> Actor:
        """Name a signer.

        Args:
            signer: whose key will sign.
            role: in which the person acts.

        Returns:
            The actor that `Statement.sign` expects for this signer.
        """
        return cls(signer.key_id, role, signer.unprotected)

    def to_json(self) -> dict[str, Any]:
        """Give the object that stands in a predicate."""
        return {"key": self.key, "role": self.role, "unprotected": self.unprotected}


@dataclass(frozen=True, slots=True)
class Subject:
    """A name and a digest: what a statement is about, or what a step read.

    Args:
        name: such as `documents`, never empty.
        digest: of a manifest or a blob.
    """

    name: str
    """Its name in this statement."""
    digest: Digest
    """Of a manifest or a blob."""

    def to_json(self) -> dict[str, Any]:
        """Give the object that stands in a statement."""
        return {"name": self.name, "digest": {"sha256": self.digest.hex}}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that fits its type to the last field.

    Args:
        subjects: what it is about, at least one, each name once.
        kind: predicate type, one of the five.
        predicate: as formats.md says for the kind.

    Raises:
        InputError: naming the first place that does not fit.

    Source: docs/reference/formats.md, section 3.
    """

    subjects: tuple[Subject, ...]
    """What it is about."""
    kind: str
    """Predicate type."""
    predicate: Mapping[str, Any]
    """Plain JSON; not to be changed."""

    def __post_init__(self) -> None:
        predicates.check_statement(self.to_json())

    @classmethod
    def parse(cls, data: bytes) -> Statement:
        """Read a payload.

        Args:
            data: canonical JSON.

        Returns:
            The statement whose `to_bytes` gives `data`.

        Raises:
            InputError: for bytes that are not the one spelling of a statement.
        """
        value: Any = parse_canonical(data)
        predicates.check_statement(value)
        return cls(_resources(value["subject"]), value["predicateType"], value["predicate"])

    @classmethod
    def open(cls, envelope: Envelope) -> Statement:
        """Read the statement in an envelope; no signature is checked.

        Args:
            envelope: parsed, its signature checked or yet to be checked.

        Returns:
            The statement, whose actor is the envelope's signer.

        Raises:
            InputError: for a payload that is no statement, or names another actor.
        """
        statement = cls.parse(envelope.payload)
        if statement.actor.key != envelope.key_id:
            raise InputError(
                f"Statement names key {statement.actor.key[:12]} as its actor, "
                f"but its envelope is signed by key {envelope.key_id[:12]}.",
                do="Sign the statement with the key that it names.",
            )
        return statement

    def sign(self, signer: Signer) -> Envelope:
        """Sign the statement.

        Args:
            signer: the actor's key.

        Returns:
            The envelope, which `open` reads.

        Raises:
            InputError: when the statement names another key, or says something else about
                the key's passphrase.
        """
        actor = self.actor
        if (actor.key, actor.unprotected) != (signer.key_id, signer.unprotected):
            raise InputError(
                f"Statement names key {actor.key[:12]} (unprotected: {actor.unprotected}) as its "
                f"actor, the signer is {signer.key_id[:12]} (unprotected: {signer.unprotected}).",
                do="Build the statement with Actor.of(signer, role).",
            )
        return sign_statement(self.to_bytes(), signer)

    def to_json(self) -> dict[str, Any]:
        """Give the in-toto Statement as plain JSON."""
        return {
            "_type": STATEMENT_TYPE,
            "subject": [subject.to_json() for subject in self.subjects],
            "predicateType": self.kind,
            "predicate": self.predicate,
        }

    def to_bytes(self) -> bytes:
        """Write the statement: canonical JSON, the only spelling."""
        return canonical(self.to_json())

    @property
    def actor(self) -> Actor:
        """Who signs it."""
        holder = self.predicate
        if self.kind == STEP:
            holder = holder["buildDefinition"]["internalParameters"]
        return Actor(**holder["actor"])

    @property
    def recorded_at(self) -> str:
        """When it was made, as its signer claims: of a step, when it finished."""
        if self.kind == STEP:
            return str(self.predicate["runDetails"]["metadata"]["finishedOn"])
        return str(self.predicate["recorded_at"])

    @property
    def stage(self) -> str | None:
        """The stage of a step; None for anything else."""
        if self.kind != STEP:
            return None
        return stage_of(self.predicate["buildDefinition"]["buildType"])

    @property
    def leaf_type(self) -> str:
        """What its leaf calls it: the build type of a step, else the predicate type."""
        if self.kind != STEP:
            return self.kind
        return str(self.predicate["buildDefinition"]["buildType"])

    @property
    def content_key(self) -> Digest | None:
        """The content key of a step; None for anything else."""
        if self.kind != STEP:
            return None
        parameters = self.predicate["buildDefinition"]["externalParameters"]
        return Digest.from_hex(parameters["contentKey"])

    @property
    def dependencies(self) -> tuple[Subject, ...]:
        """What a step read; nothing for anything else."""
        if self.kind != STEP:
            return ()
        return _resources(self.predicate["buildDefinition"]["resolvedDependencies"])

    def subject(self, name: str) -> Digest | None:
        """Find a subject by name.

        Args:
            name: such as `claim`.

        Returns:
            Its digest; None when the statement has no such subject.
        """
        return next((found.digest for found in self.subjects if found.name == name), None)


@dataclass(frozen=True, slots=True)
class Leaf:
    """What stands in the log for one statement: digests only, nothing personal.

    Args:
        envelope: envelope digest.
        key: key id of the signer.
        pae: SHA-256 of what was signed.
        predicate: build type of a step, else the predicate type.
        recorded_at: when, as the signer claims.
    """

    envelope: Digest
    """Where the statement's bytes are."""
    key: str
    """Key id of the signer."""
    pae: Digest
    """SHA-256 of what was signed."""
    predicate: str
    """Build type of a step, else the predicate type."""
    recorded_at: str
    """When, as the signer claims; order in the log is what counts."""

    @property
    def stage(self) -> str | None:
        """The stage of a step; None for anything else."""
        return stage_of(self.predicate)

    @classmethod
    def parse(cls, data: bytes) -> Leaf:
        """Read a leaf.

        Args:
            data: canonical JSON under 512 bytes.

        Returns:
            The leaf whose `to_bytes` gives `data`.

        Raises:
            InputError: for bytes that are not the one spelling of a leaf.
        """
        if len(data) >= LEAF_LIMIT:
            raise InputError(
                f"Leaf has {len(data)} bytes, expected under {LEAF_LIMIT}.",
                do="Use the log as Warrant wrote it.",
            )
        value: Any = parse_canonical(data)
        _LEAF(value, "leaf")
        return cls(
            envelope=Digest.from_hex(value["envelope"]),
            key=value["key"],
            pae=Digest.from_hex(value["pae"]),
            predicate=value["predicate"],
            recorded_at=value["recorded_at"],
        )

    def to_bytes(self) -> bytes:
        """Write the leaf: canonical JSON, the only spelling."""
        return canonical(
            {
                "envelope": self.envelope.hex,
                "format": LEAF_FORMAT,
                "key": self.key,
                "pae": self.pae.hex,
                "predicate": self.predicate,
                "recorded_at": self.recorded_at,
            }
        )


def leaf_of(envelope: bytes, recorded_at: str) -> bytes:
    """Make the leaf that stands for an envelope.

    Args:
        envelope: the envelope's bytes.
        recorded_at: instant of logging, UTC, whole seconds.

    Returns:
        Canonical JSON that `Leaf.parse` reads.

    Raises:
        InputError: for bytes that are no envelope with a statement, or a time that is no instant.
    """
    shape.instant(recorded_at, "recorded_at")
    signed = Envelope.parse(envelope)
    leaf = Leaf(
        envelope=Digest.of(envelope),
        key=signed.key_id,
        pae=signed.pae_digest,
        predicate=Statement.open(signed).leaf_type,
        recorded_at=recorded_at,
    )
    return leaf.to_bytes()


def _resources(values: list[dict[str, Any]]) -> tuple[Subject, ...]:
    return tuple(
        Subject(value["name"], Digest.from_hex(value["digest"]["sha256"])) for value in values
    )
