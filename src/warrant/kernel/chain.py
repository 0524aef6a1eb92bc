"""The chain of statements: whose keys are in force where, and who signed what.

Law: a statement is in the chain only if its bytes, its signature, its signer's key and role
are what leaf and keys in force say.

Source: docs/reference/verification.md, steps (5) and (6).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import IntegrityError
from warrant.kernel.keys import ModelPublicKey, PublicKey
from warrant.kernel.opened import Opened, entry_name, open_statement
from warrant.kernel.predicates import ACT, ALWAYS_PRESENT, KEYS, PLANS, ROLES
from warrant.kernel.wording import fault, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from warrant.kernel.digest import Digest
    from warrant.kernel.evidence import Evidence
    from warrant.kernel.log_view import LogView
    from warrant.kernel.statement import Leaf, Statement
    from warrant.kernel.trust import Trust


_JUDGES = ("approver", "author")


class Person(NamedTuple):
    """A person as a statement of keys lists her: a claim."""

    key: PublicKey
    """Checks what she signs."""
    name: str
    """As the workspace calls her."""
    roles: frozenset[str]
    """In which she may act."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a statement of keys puts in force.

    Args:
        index: its position in the log.
        persons: by key id.
        models: keys that sign models.
    """

    index: int
    """Its position in the log."""
    persons: Mapping[str, Person]
    """By key id."""
    models: tuple[ModelPublicKey, ...]
    """Keys that sign models."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement of the log that was found sound.

    Args:
        index: its position in the log.
        leaf: what the log says of it.
        statement: what its signer says.
    """

    index: int
    """Its position in the log."""
    leaf: Leaf
    """What the log says of it."""
    statement: Statement
    """What its signer says."""

    @property
    def name(self) -> str:
        """What messages call it, such as `entry 3 (curate)`."""
        return entry_name(self.index, self.leaf)

    @property
    def stage(self) -> str | None:
        """The stage of a step; None for anything else."""
        return self.leaf.stage


class Manifest(NamedTuple):
    """A dataset that a step made."""

    entry: Entry
    """The first step that made it."""
    name: str
    """As the step calls it."""
    rows: int
    """Number of rows."""
    root: bytes
    """Root over the row commitments, 32 bytes."""
    fingerprint: str
    """What its rows are known by, hex."""

    @property
    def what(self) -> str:
        """What messages call it."""
        return f"{quote(self.name)} of {self.entry.name}"


@dataclass(frozen=True, slots=True)
class Lineage:
    """What the steps made of what; empty until step (7) has read it."""

    makers: dict[Digest, tuple[Entry, str]] = field(default_factory=dict)
    """The first step that made a digest, and what it calls it."""
    claims: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    """Claim of each step, by index."""
    manifests: dict[Digest, Manifest] = field(default_factory=dict)
    """Datasets by the digest of their manifest."""


@dataclass(frozen=True, slots=True)
class Chain:
    """All sound statements at hand, with what the reader believes of their signers."""

    view: LogView
    """The log."""
    trust: Trust
    """Whom the reader knows."""
    keys: list[Keys] = field(default_factory=list)
    """Statements of keys, in order."""
    entries: list[Entry] = field(default_factory=list)
    """Statements that are present and sound, in order."""
    lineage: Lineage = field(default_factory=Lineage)
    """What the steps made of what."""

    @property
    def steps(self) -> list[Entry]:
        """The entries that are steps."""
        return [entry for entry in self.entries if entry.stage is not None]

    def of_kind(self, *kinds: str) -> list[Entry]:
        """Give the entries of some predicate types, in log order."""
        return [entry for entry in self.entries if entry.leaf.predicate in kinds]

    def keys_at(self, index: int) -> Keys:
        """Give the keys in force at an entry.

        Args:
            index: position in the log.

        Returns:
            What the last statement of keys before it says; at entry 0, entry 0 itself.
        """
        place = bisect_left(self.keys, index, key=lambda keys: keys.index)
        return self.keys[max(place - 1, 0)]

    def signer(self, entry: Entry) -> str:
        """Call the signer of an entry by the name that the reader gave.

        Args:
            entry: any.

        Returns:
            The name in quotes, or the key's first digits with the remark that it is unknown.
        """
        return self.name_of(entry.leaf.key)

    def name_of(self, key_id: str) -> str:
        """As `signer`, by key id."""
        known = self.trust.signer(key_id)
        return quote(known.name) if known else f"key {key_id[:12]}, which you do not know"


def read_keys(chain: Chain, evidence: Evidence) -> Iterator[IntegrityError]:
    """Follow the keys from entry 0 through every rotation.

    Args:
        chain: gains its keys.
        evidence: has the statements.

    Yields:
        A fault for each statement of keys that is absent, unsound, of another log, or signed
        by nobody whom the one before lists.

    Source: docs/reference/verification.md, step (5).
    """
    for index, leaf in enumerate(chain.view.leaves):
        if leaf.predicate != KEYS:
            continue
        try:
            chain.keys.append(_read_keys(chain, evidence, index))
        except IntegrityError as error:
            yield error
            if index == 0:
                return


def read_statements(chain: Chain, evidence: Evidence) -> Iterator[IntegrityError]:
    """Check every statement that is present or must be.

    Args:
        chain: gains its entries.
        evidence: has the statements.

    Yields:
        A fault for each that is absent though required, or unsound.

    Source: docs/reference/verification.md, step (6).
    """
    for index, leaf in enumerate(chain.view.leaves):
        try:
            opened = _find(chain, evidence, index)
            if opened is not None:
                _check_signer(chain, index, opened)
                chain.entries.append(Entry(index, leaf, opened.statement))
        except IntegrityError as error:
            yield error
    yield from _find_revoked(chain)


def _find_revoked(chain: Chain) -> Iterator[IntegrityError]:
    """Find revoked steps whose statements are absent: nobody sees what they had made."""
    revoked = {
        subject.digest
        for entry in chain.of_kind(ACT)
        if entry.statement.predicate["act"] == "revoke"
        for subject in entry.statement.subjects
    }
    present = {entry.index for entry in chain.entries}
    for index, leaf in enumerate(chain.view.leaves):
        if leaf.envelope in revoked and index not in present:
            yield fault("entry-absent", entry=entry_name(index, leaf))


def _find(chain: Chain, evidence: Evidence, index: int) -> Opened | None:
    leaf = chain.view.leaves[index]
    entry = entry_name(index, leaf)
    found = evidence.find_statement(leaf.envelope)
    if found is not None:
        return open_statement(found, entry, leaf)
    if leaf.predicate in ALWAYS_PRESENT:
        raise fault("entry-absent", entry=entry)
    if evidence.is_whole:
        raise fault("step-absent", entry=entry)
    return None


def _read_keys(chain: Chain, evidence: Evidence, index: int) -> Keys:
    opened = _find(chain, evidence, index)
    assert opened is not None  # noqa: S101 - only a step may be absent
    leaf, predicate = chain.view.leaves[index], opened.statement.predicate
    listed = Keys(
        index,
        {
            person.key_id: Person(person, one["name"], frozenset(one["roles"]))
            for one in predicate["persons"]
            for person in [PublicKey.parse(one["key"])]
        },
        tuple(ModelPublicKey.parse(one["pem"]) for one in predicate["models"]),
    )
    if index == 0 and leaf.key not in listed.persons:
        raise fault("keys-self")
    if index == 0 and "author" not in listed.persons[leaf.key].roles:
        raise fault("keys-author")
    if PublicKey.parse(predicate["log"]["key"]) != chain.view.signed.key:
        raise fault("keys-log", entry=entry_name(index, leaf))
    before = chain.keys_at(index) if chain.keys else listed
    _check_signature(before, entry_name(index, leaf), opened)
    return listed


def _check_signature(keys: Keys, entry: str, opened: Opened) -> Person:
    envelope = opened.envelope
    person = keys.persons.get(envelope.key_id)
    if person is None:
        raise fault("key-unlisted", entry=entry, key=envelope.key_id[:12])
    try:
        envelope.check(person.key)
    except IntegrityError:
        raise fault("signature", file=opened.file, entry=entry) from None
    return person


def _check_signer(chain: Chain, index: int, opened: Opened) -> None:
    leaf = chain.view.leaves[index]
    entry = entry_name(index, leaf)
    actor = opened.statement.actor
    person = _check_signature(chain.keys_at(index), entry, opened)
    if actor.role not in person.roles:
        raise fault("role-unlisted", entry=entry, role=actor.role, key=actor.key[:12])
    may = _roles_for(leaf, opened.statement)
    if actor.role not in may:
        raise fault("role-unfit", entry=entry, role=actor.role, roles=" or ".join(may))
    known = chain.trust.signer(actor.key)
    if known is not None and actor.role not in known.roles:
        raise fault("role-denied", entry=entry, role=actor.role, name=quote(known.name))


def _roles_for(leaf: Leaf, statement: Statement) -> tuple[str, ...]:
    """Say in which roles a statement may be signed."""
    if leaf.predicate in {KEYS, *PLANS}:
        return ("author",)
    if leaf.predicate != ACT:
        return ("author", "operator")
    act = statement.predicate["act"]
    if act == "except":
        return ("approver",)
    if act not in {"approve", "reject"}:
        return ROLES
    return _JUDGES if statement.subject("bundle") else (*_JUDGES, "reviewer")


def count_unprotected(chain: Chain) -> int:
    """Count the statements that were signed with a key without a passphrase."""
    return sum(entry.statement.actor.unprotected for entry in chain.entries)
