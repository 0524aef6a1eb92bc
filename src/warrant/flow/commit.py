"""The one order of every commit: bytes into the store, statement signed, log entry, checkpoint.

A stage has put its bytes into the store already; here the claim follows, then the signed statement,
and last the leaf. Killed between any two of them, the log knows nothing yet and the next run does
the step again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError, IntegrityError
from warrant.flow.clock import instant
from warrant.flow.outputs import are_present
from warrant.flow.workspace import old_logs
from warrant.kernel.absence_proof import SUBJECT
from warrant.kernel.digest import Digest
from warrant.kernel.draft import (
    Act,
    Person,
    Run,
    act_statement,
    keys_statement,
    step_statement,
)
from warrant.kernel.envelope import Envelope
from warrant.kernel.keys import PublicKey
from warrant.kernel.log import Log
from warrant.kernel.statement import KEYS, Actor, Leaf, Statement, leaf_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from warrant.flow.clock import Clock
    from warrant.flow.identity import Identity
    from warrant.flow.workspace import Workspace
    from warrant.kernel.keys import Ed25519Signer
    from warrant.kernel.statement import Role
    from warrant.kernel.store import LocalStore
    from warrant.records.interfaces import StageResult


@dataclass(frozen=True)
class Committed:
    """Where a statement now stands."""

    position: int
    """Index in the log."""
    envelope: Digest
    """Envelope digest."""


@dataclass(frozen=True)
class Pen:
    """Who signs in a workspace, and with what clock.

    Args:
        workspace: where to commit.
        identity: the person.
        log_key: the log's key, signs checkpoints.
        clock: gives the time that statements claim.
        version: of this program.
    """

    workspace: Workspace
    """Where to commit."""
    identity: Identity
    """The person."""
    log_key: Ed25519Signer
    """Signs checkpoints."""
    clock: Clock
    """Gives the time that statements claim."""
    version: str
    """Of this program."""

    def actor(self, role: Role | None = None) -> Actor:
        """Name the person in one of her roles."""
        return Actor.of(self.identity.person, role or self.identity.role)

    def commit(self, statement: Statement) -> Committed:
        """Sign a statement, keep its envelope, log its leaf.

        A log holds no statement twice: what was taken back in between would stand again. The last
        one, asked for again, stays where it is.

        Args:
            statement: drafted for this pen's person.

        Returns:
            Where it stands.

        Raises:
            InputError: if an earlier entry is this very statement, of the same second.
        """
        envelope = statement.sign(self.identity.person).to_bytes()
        workspace = self.workspace
        known = workspace.index.find_envelope(Digest.of(envelope).hex)
        if known is not None:
            if known + 1 < workspace.log.head().size:
                raise InputError(
                    f"Entry {known} of the log is this very statement, of the same second.",
                    do="Wait a second and run the same command again.",
                )
            return Committed(known, Digest.of(envelope))
        digest = workspace.store.put(envelope)
        placed = workspace.log.append([leaf_of(envelope, statement.recorded_at)], self.log_key)
        workspace.index.catch_up(workspace.log, workspace.store)
        return Committed(placed.first_index, digest)

    def open_log(self) -> Committed | None:
        """Commit entry 0, which binds person, log and model key; nothing when the log has one.

        When a log was moved aside, entry 0 names its origin and last checkpoint.
        """
        workspace = self.workspace
        if workspace.log.head().size:
            return None
        me = Person(self.identity.person.public_key, self.identity.name, ("author", "approver"))
        persons, previous = [me], None
        before = old_logs(workspace.state)
        if before:
            old = Log(before[-1])
            persons = _carried_over(old, workspace.store, me)
            note, checkpoint = old.note(), old.checkpoint()
            if note and checkpoint:
                previous = (checkpoint.origin, note.decode())
        statement = keys_statement(
            self.actor("author"),
            self.log_key.public_key,
            persons,
            recorded_at=instant(self.clock()),
            models=[self.identity.model.public_key],
            reason="recovered" if previous else "opened",
            previous=previous,
        )
        return self.commit(statement)

    def act(self, act: Act, role: Role | None = None) -> Committed:
        """Commit a person's act."""
        return self.commit(act_statement(act, self.actor(role), recorded_at=instant(self.clock())))

    def step(
        self,
        result: StageResult,
        *,
        content_key: Digest,
        configuration: Mapping[str, Any],
        inputs: Mapping[str, Digest],
        started_at: datetime,
    ) -> Committed:
        """Commit what a stage did: claim, statement, leaf.

        Args:
            result: of the stage.
            content_key: of the step.
            configuration: plain JSON, as in the content key.
            inputs: subjects of earlier statements.
            started_at: when the stage began.

        Returns:
            Where its statement stands.
        """
        # A run that finds nothing changed commits nothing, and loads no engine.
        from warrant.flow.absence import plant

        store = self.workspace.store
        claim = store.put(result.claim.to_bytes())
        outputs = dict(result.outputs)
        trees = plant(self.workspace, outputs)
        if trees is not None:
            outputs[SUBJECT] = trees
        if not are_present(store, {**outputs, "claim": claim}):
            raise IntegrityError(
                f"The step {result.claim.stage!r} names outputs that are not in the store.",
                do="Nothing was signed. Report this as a fault of the stage, with its name.",
            )
        prints = {
            link.name: Digest.from_hex(link.fingerprint)
            for link in result.claim.outputs
            if link.fingerprint
        }
        run = Run(
            stage=result.claim.stage,
            content_key=content_key,
            outputs={**outputs, "claim": claim},
            inputs=inputs,
            configuration=configuration,
            fingerprints=prints,
            started_at=instant(started_at),
            finished_at=instant(self.clock()),
            versions={"warrant": self.version},
        )
        return self.commit(step_statement(run, self.actor()))


def _carried_over(old: Log, store: LocalStore, me: Person) -> list[Person]:
    """Give the persons of a log that ended, when the one who goes on is among them; else her."""
    last: list[Person] = []
    for data in old.leaves():
        leaf = Leaf.parse(data)
        if leaf.predicate == KEYS:
            predicate = Statement.open(Envelope.parse(store.get(leaf.envelope))).predicate
            last = [
                Person(PublicKey.parse(one["key"]), one["name"], tuple(one["roles"]))
                for one in predicate["persons"]
            ]
    mine = [person for person in last if person.key == me.key and "author" in person.roles]
    return last if mine else [me]
