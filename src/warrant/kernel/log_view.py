"""The log as a verifier sees it: a signed checkpoint and the leaves under it.

Law: a view is made only of leaves that give the root which the log's key signed.

Source: docs/reference/verification.md, steps (2) to (4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError, IntegrityError
from warrant.kernel import merkle
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.keys import PublicKey
from warrant.kernel.note import KeyKind, Note, VerifierKey, open_note
from warrant.kernel.opened import entry_name, open_statement
from warrant.kernel.statement import KEYS, Leaf
from warrant.kernel.wording import fault, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.kernel.digest import Digest
    from warrant.kernel.evidence import Evidence


class SignedCheckpoint(NamedTuple):
    """A checkpoint whose signature by the key that entry 0 claims holds."""

    written: str
    """The note."""
    key: PublicKey
    """The log's key, as entry 0 claims."""
    checkpoint: Checkpoint
    """What it says."""


class LogView(NamedTuple):
    """A log whose leaves are those of its checkpoint."""

    signed: SignedCheckpoint
    """The checkpoint."""
    hashes: list[bytes]
    """Hash of each leaf, 32 bytes."""
    leaves: tuple[Leaf, ...]
    """What each leaf says."""
    entries: list[bytes]
    """The bytes of each leaf."""


def open_checkpoint(evidence: Evidence, entries: list[bytes]) -> SignedCheckpoint:
    """Check the checkpoint with the key that entry 0 claims for the log.

    Args:
        evidence: has the checkpoint and the statement of entry 0.
        entries: bytes of the leaves.

    Returns:
        The checkpoint; that the key counts is for later steps to say.

    Raises:
        IntegrityError: one message each for a checkpoint that is absent, malformed, of another
            log, or not signed by the key, and for an entry 0 that names no key.

    Source: docs/reference/verification.md, step (2).
    """
    data = evidence.read_checkpoint()
    if data is None:
        raise fault("checkpoint-absent")
    written, checkpoint = parse_checkpoint(data)
    if not entries:
        raise fault("leaves-absent")
    key, origin = _claimed_key(evidence, entries[0])
    if checkpoint.origin != origin:
        raise fault("checkpoint-origin", origin=quote(checkpoint.origin), claimed=quote(origin))
    try:
        open_note(written, [VerifierKey(origin, KeyKind.ED25519, key)])
    except IntegrityError:
        raise fault("checkpoint-signature", origin=quote(origin)) from None
    return SignedCheckpoint(written, key, checkpoint)


def parse_checkpoint(data: bytes) -> tuple[str, Checkpoint]:
    """Read a checkpoint without believing it.

    Args:
        data: a signed note.

    Returns:
        The note and what its text says.

    Raises:
        IntegrityError: when it is no note, or its text not origin, size and root alone.
    """
    try:
        written = data.decode()
        checkpoint = Checkpoint.parse(Note.parse(written).text)
    except (InputError, UnicodeDecodeError):
        raise fault("checkpoint-form") from None
    if checkpoint.extensions:
        raise fault("checkpoint-form")
    return written, checkpoint


def view_log(signed: SignedCheckpoint, entries: list[bytes]) -> LogView:
    """Check that the leaves are those of the checkpoint.

    Args:
        signed: the checkpoint.
        entries: bytes of the leaves.

    Returns:
        The log.

    Raises:
        IntegrityError: one message each for another count, another root, and a leaf that is
            not of its form.

    Source: docs/reference/verification.md, step (3).
    """
    size = signed.checkpoint.size
    if len(entries) != size:
        raise fault("leaves-count", found=len(entries), size=size)
    hashes = merkle.leaf_hashes(entries)
    if merkle.tree_root(hashes) != signed.checkpoint.root:
        raise fault("leaves-root", size=size)
    leaves = tuple(_parse_leaf(index, entry) for index, entry in enumerate(entries))
    return LogView(signed, hashes, leaves, entries)


def check_once(view: LogView) -> Iterator[IntegrityError]:
    """Check that each statement stands in the log once: what was taken back stays taken back.

    Args:
        view: the log.

    Yields:
        A fault for each leaf whose statement an earlier leaf stands for.

    Source: docs/reference/verification.md, step (3).
    """
    first: dict[Digest, int] = {}
    for index, leaf in enumerate(view.leaves):
        known = first.setdefault(leaf.envelope, index)
        if known != index:
            earlier = entry_name(known, view.leaves[known])
            yield fault("leaf-twice", entry=entry_name(index, leaf), first=earlier)


def split_entries(data: bytes, file: str) -> list[bytes]:
    """Cut entries apart that each stand after their length.

    Args:
        data: u16 big-endian length, bytes, and again.
        file: what messages call it.

    Returns:
        The entries.

    Raises:
        IntegrityError: when the last one is cut short.
    """
    entries, at = [], 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if at != len(data):
        raise fault("leaves-form", file=file)
    return entries


def check_seen(view: LogView, seen: Checkpoint | None) -> Iterator[IntegrityError]:
    """Compare the log with the highest checkpoint that the reader has seen of it.

    Args:
        view: the log.
        seen: that checkpoint; None when there is none.

    Yields:
        A fault when the log is smaller than it was, or was rewritten.

    Source: docs/reference/verification.md, step (4).
    """
    if seen is None:
        return
    if seen.size > len(view.leaves):
        yield fault("seen-larger", size=len(view.leaves), seen=seen.size)
    elif merkle.tree_root(view.hashes[: seen.size]) != seen.root:
        yield fault("seen-fork", seen=seen.size)


def _claimed_key(evidence: Evidence, entry: bytes) -> tuple[PublicKey, str]:
    leaf = _parse_leaf(0, entry)
    if leaf.predicate != KEYS:
        raise fault("keys-first")
    found = evidence.find_statement(leaf.envelope)
    if found is None:
        raise fault("entry-absent", entry="entry 0 (keys)")
    log = open_statement(found, "entry 0 (keys)", leaf).statement.predicate["log"]
    return PublicKey.parse(log["key"]), str(log["origin"])


def _parse_leaf(index: int, entry: bytes) -> Leaf:
    try:
        return Leaf.parse(entry)
    except InputError:
        raise fault("leaf-form", index=index) from None
