"""Who is known in this workspace's log, and what they did: keys in force, acts not taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope
from warrant.kernel.keys import PublicKey
from warrant.kernel.statement import ACT, ERASURE, KEYS, PLAN, Statement
from warrant.records.act import Act

if TYPE_CHECKING:
    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace


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


def statement_of(workspace: Workspace, entry: Entry) -> Statement:
    """Read the statement of an entry."""
    data = workspace.store.get(Digest.from_hex(entry.envelope))
    return Statement.open(Envelope.parse(data))


def persons(workspace: Workspace) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Give the persons in force.

    Args:
        workspace: whose log is read.

    Returns:
        Name and roles by key id.
    """
    listed = [entry for entry in workspace.index.entries() if entry.predicate == KEYS]
    if not listed:
        return {}
    predicate = statement_of(workspace, listed[-1]).predicate
    return {
        PublicKey.parse(person["key"]).key_id: (person["name"], tuple(person["roles"]))
        for person in predicate["persons"]
    }


def author_key(workspace: Workspace) -> str | None:
    """Give the key id that signed entry 0, the author's; None in an empty log."""
    first = workspace.index.entries()[:1]
    return first[0].key if first else None


def acts(workspace: Workspace) -> list[SignedAct]:
    """List the acts that nobody revoked, in log order.

    Args:
        workspace: whose log is read.

    Returns:
        Acts whose own envelope is not the subject of a later `revoke`; revocations left out.
    """
    known = persons(workspace)
    found: list[SignedAct] = []
    revoked: set[str] = set()
    for entry in workspace.index.entries():
        if entry.predicate != ACT:
            continue
        statement = statement_of(workspace, entry)
        act = Act.model_validate_json(canonical(statement.predicate))
        subject = statement.subjects[0].digest.hex
        if act.act == "revoke":
            revoked.add(subject)
            continue
        name = known.get(entry.key, (entry.key[:12], ()))[0]
        found.append(SignedAct(entry.position, entry.envelope, subject, name, act))
    return [act for act in found if act.envelope not in revoked]


def plan_for(workspace: Workspace, test: str) -> tuple[Entry, Statement] | None:
    """Find the first evaluation plan of a test set.

    Args:
        workspace: whose log is read.
        test: digest (hex) of the test set's manifest.

    Returns:
        Its entry and statement; None when there is none.
    """
    for entry in workspace.index.makers(test):
        if entry.predicate == PLAN:
            return entry, statement_of(workspace, entry)
    return None


def erased_positions(workspace: Workspace) -> dict[str, set[int]]:
    """Give the logged erased positions by manifest digest (hex)."""
    found: dict[str, set[int]] = {}
    for entry in workspace.index.entries():
        if entry.predicate == ERASURE:
            for dataset in statement_of(workspace, entry).predicate["datasets"]:
                found.setdefault(dataset["manifest"], set()).update(dataset["positions"])
    return found
