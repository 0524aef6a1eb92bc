"""Who is known in this workspace's log, and what they did: keys in force, acts not taken back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from warrant.errors import IntegrityError
from warrant.kernel.canon import fast_canonical
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope
from warrant.kernel.keys import PublicKey
from warrant.kernel.statement import ACT, ERASURE, KEYS, PLANS, Statement
from warrant.records.act import Act

if TYPE_CHECKING:
    from collections.abc import Iterable

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace

_REMEMBERED = 512
"""Envelopes: each step of a run asks for the same few, and bytes that held once hold again."""


@dataclass(frozen=True)
class Listed:
    """A person as a keys statement lists her."""

    key: PublicKey
    """Her public key."""
    name: str
    """As she calls herself."""
    roles: tuple[str, ...]
    """In which she may act."""


@dataclass(frozen=True)
class Roll:
    """Who could sign, at every index of a log.

    Args:
        lists: index of each keys statement, and the persons it lists by key id.
        models: index of each keys statement, and the model keys (PEM) it lists.
    """

    lists: tuple[tuple[int, dict[str, Listed]], ...]
    """Index of each keys statement, and the persons it lists by key id."""
    models: tuple[tuple[int, tuple[str, ...]], ...]
    """Index of each keys statement, and the model keys (PEM) it lists."""

    def at(self, position: int) -> dict[str, Listed]:
        """Give the persons whose keys count for the statement at an index."""
        found = [listed for start, listed in self.lists if start < position or start == 0]
        return found[-1] if found else {}

    def models_at(self, position: int) -> tuple[str, ...]:
        """Give the model keys (PEM) that count for the statement at an index."""
        found = [listed for start, listed in self.models if start < position or start == 0]
        return found[-1] if found else ()

    def same_persons(self, keys: Iterable[str]) -> set[str]:
        """Give all keys that the owners of some keys ever had: those listed under their names."""
        known = [one for _, listed in self.lists for one in listed.items()]
        given = set(keys)
        names = {person.name for key, person in known if key in given}
        return given | {key for key, person in known if person.name in names}


@dataclass(frozen=True)
class SignedAct:
    """One act as it stands in the log."""

    position: int
    """Index in the log."""
    envelope: str
    """Envelope digest, hex."""
    subject: str
    """Digest (hex) of what it is about."""
    name: str
    """The actor's name in the keys statement in force."""
    act: Act
    """The act."""


def read_roll(workspace: Workspace) -> Roll:
    """Read every keys statement of the log.

    Args:
        workspace: whose log is read.

    Returns:
        Who could sign when.

    Raises:
        IntegrityError: if one is not signed by somebody listed in the one before.
    """
    lists: list[tuple[int, dict[str, Listed]]] = []
    models: list[tuple[int, tuple[str, ...]]] = []
    for entry in workspace.index.entries():
        if entry.predicate != KEYS:
            continue
        envelope = _envelope(workspace, entry)
        predicate = _opened(envelope).predicate
        listed = [
            Listed(PublicKey.parse(one["key"]), one["name"], tuple(one["roles"]))
            for one in predicate["persons"]
        ]
        named = {person.key.key_id: person for person in listed}
        _check(envelope, lists[-1][1] if lists else named, entry)
        lists.append((entry.position, named))
        models.append((entry.position, tuple(one["pem"] for one in predicate["models"])))
    return Roll(tuple(lists), tuple(models))


def statement_of(workspace: Workspace, entry: Entry, roll: Roll | None = None) -> Statement:
    """Read the statement of an entry; its signature holds and its key was in force.

    Args:
        workspace: that has it.
        entry: where it stands.
        roll: who could sign; None: it is read.

    Returns:
        The statement.

    Raises:
        IntegrityError: if the key was not in force, or the signature does not hold.
    """
    return _opened(_checked(workspace, entry, roll or read_roll(workspace)))


def _checked(workspace: Workspace, entry: Entry, roll: Roll) -> Envelope:
    envelope = _envelope(workspace, entry)
    _check(envelope, roll.at(entry.position), entry)
    return envelope


def _envelope(workspace: Workspace, entry: Entry) -> Envelope:
    return _parsed(workspace.store.get(Digest.from_hex(entry.envelope)))


@lru_cache(maxsize=_REMEMBERED)
def _parsed(data: bytes) -> Envelope:
    return Envelope.parse(data)


@lru_cache(maxsize=_REMEMBERED)
def _opened(envelope: Envelope) -> Statement:
    return Statement.open(envelope)


@lru_cache(maxsize=_REMEMBERED)
def _act_in(envelope: Envelope) -> Act:
    return Act.model_validate_json(fast_canonical(_opened(envelope).predicate))


@lru_cache(maxsize=_REMEMBERED)
def _check_signature(envelope: Envelope, key: PublicKey) -> None:
    envelope.check(key)  # what raises is not remembered


def _check(envelope: Envelope, persons: dict[str, Listed], entry: Entry) -> None:
    person = persons.get(envelope.key_id)
    if person is None:
        raise IntegrityError(
            f"Entry {entry.position} is signed by key {envelope.key_id[:12]}, which was not in "
            "force.",
            do="Keep the workspace as evidence, and see all faults: warrant verify .",
        )
    _check_signature(envelope, person.key)


def persons(workspace: Workspace) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Give the persons in force.

    Args:
        workspace: whose log is read.

    Returns:
        Name and roles by key id.
    """
    lists = read_roll(workspace).lists
    return {key: (one.name, one.roles) for key, one in lists[-1][1].items()} if lists else {}


def acts(workspace: Workspace) -> list[SignedAct]:
    """List the acts that nobody revoked, in log order.

    Args:
        workspace: whose log is read.

    Returns:
        Acts whose own envelope is not the subject of a later `revoke`; revocations left out.
    """
    roll = read_roll(workspace)
    found: list[SignedAct] = []
    revoked = revoked_digests(workspace, roll)
    for entry in workspace.index.entries():
        if entry.predicate != ACT:
            continue
        envelope = _checked(workspace, entry, roll)
        act = _act_in(envelope)
        if act.act == "revoke" or entry.envelope in revoked:
            continue
        subject = _opened(envelope).subjects[0].digest.hex
        name = roll.at(entry.position)[entry.key].name
        found.append(SignedAct(entry.position, entry.envelope, subject, name, act))
    return found


def revoked_digests(workspace: Workspace, roll: Roll | None = None) -> set[str]:
    """Give the envelope digests (hex) that somebody revoked; a revocation cannot be taken back."""
    known = roll or read_roll(workspace)
    return {
        subject.digest.hex
        for entry in workspace.index.entries()
        if entry.predicate == ACT
        for statement in [statement_of(workspace, entry, known)]
        if statement.predicate["act"] == "revoke"
        for subject in statement.subjects
    }


def withdrawn_outputs(workspace: Workspace) -> dict[str, int]:
    """Give what revoked steps had made.

    Args:
        workspace: whose log is read.

    Returns:
        Index of the revoked statement by digest (hex) of each of its outputs.
    """
    revoked = revoked_digests(workspace)
    return {
        digest: entry.position
        for entry in workspace.index.entries()
        if entry.stage is not None and entry.envelope in revoked
        for digest in workspace.index.links(entry.position, "subject").values()
    }


def plan_for(workspace: Workspace, test: str) -> tuple[Entry, Statement] | None:
    """Find the evaluation plan that counts for a test set.

    Args:
        workspace: whose log is read.
        test: digest (hex) of the test set's manifest.

    Returns:
        Entry and statement of the last plan before the test set was first used; None when there
        is none.
    """
    opened = first_use(workspace, test)
    plans = [
        entry
        for entry in workspace.index.makers(test)
        if entry.predicate in PLANS and (opened is None or entry.position < opened)
    ]
    return (plans[-1], statement_of(workspace, plans[-1])) if plans else None


def first_use(workspace: Workspace, test: str) -> int | None:
    """Give the index of the first evaluation on a test set (manifest, hex); None before it."""
    users = workspace.index.users(test)
    return next((entry.position for entry in users if entry.stage == "evaluate"), None)


def erased_positions(workspace: Workspace) -> dict[str, set[int]]:
    """Give the logged erased positions by manifest digest (hex)."""
    found: dict[str, set[int]] = {}
    roll = read_roll(workspace)
    for entry in workspace.index.entries():
        if entry.predicate == ERASURE:
            for dataset in statement_of(workspace, entry, roll).predicate["datasets"]:
                found.setdefault(dataset["manifest"], set()).update(dataset["positions"])
    return found
