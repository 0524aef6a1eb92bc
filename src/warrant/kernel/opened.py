"""Opening a statement that a leaf of the log stands for.

Source: docs/reference/verification.md, step (6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope
from warrant.kernel.predicates import ACT, ERASURE, KEYS, PLAN, PLAN_2
from warrant.kernel.statement import Statement
from warrant.kernel.wording import fault

if TYPE_CHECKING:
    from warrant.kernel.evidence import File
    from warrant.kernel.statement import Leaf

KIND_NAMES = {KEYS: "keys", ACT: "act", PLAN: "plan", PLAN_2: "plan", ERASURE: "erasure"}
"""What messages call the statements that are no steps."""


class Opened(NamedTuple):
    """A statement that is the one its leaf stands for; its signature is not checked."""

    file: str
    """Quoted name of the file with the envelope."""
    envelope: Envelope
    """With the signature."""
    statement: Statement
    """What it says."""


def entry_name(index: int, leaf: Leaf) -> str:
    """Call an entry by its index and kind.

    Args:
        index: position in the log.
        leaf: at that position.

    Returns:
        Such as `entry 3 (curate)`.
    """
    return f"entry {index} ({leaf.stage or KIND_NAMES[leaf.predicate]})"


def open_statement(found: File, entry: str, leaf: Leaf) -> Opened:
    """Read the statement of a leaf.

    Args:
        found: the file with the envelope.
        entry: what messages call it.
        leaf: stands for it.

    Returns:
        The statement and its envelope.

    Raises:
        IntegrityError: one message each for other bytes, a malformed envelope or statement, and
            a leaf or an actor that says something else.
    """
    file, data = found
    if Digest.of(data) != leaf.envelope:
        raise fault("envelope-digest", file=file, entry=entry)
    try:
        envelope = Envelope.parse(data)
    except InputError:
        raise fault("envelope-form", file=file, entry=entry) from None
    try:
        statement = Statement.parse(envelope.payload)
    except InputError:
        raise fault("statement-form", file=file, entry=entry) from None
    said = (envelope.key_id, envelope.pae_digest, statement.leaf_type)
    for field, left, right in zip(
        ("key", "pae", "predicate"), said, (leaf.key, leaf.pae, leaf.predicate), strict=True
    ):
        if left != right:
            raise fault("leaf-differs", entry=entry, field=field)
    if statement.actor.key != envelope.key_id:
        raise fault("actor-differs", entry=entry)
    return Opened(file, envelope, statement)
