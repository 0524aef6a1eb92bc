"""The log: append-only, a folder of tiles under one signed checkpoint.

Everything new is written and synced before the head moves, and nothing that the head
covers is ever written again. So a crash leaves the old log, or the new one, and at most some
files beyond the head that `sweep` removes. Nothing here asks what time it is.

Law: after `append(a)` and `append(b)` the leaves, the root and every tile are those of
`append(a + b)`.
Law: a log that has grown proves its consistency with every size it ever had.

Source: C2SP tlog-tiles v0.1.0; RFC 6962, section 2.1; docs/reference/formats.md, section 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError, IntegrityError
from warrant.kernel import durable
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.disk import LOCAL, Disk
from warrant.kernel.keys import PublicKey, log_origin
from warrant.kernel.log_check import check_log, uncovered
from warrant.kernel.log_files import DAMAGED, read_checkpoint, read_entries, read_tile
from warrant.kernel.log_head import FileLogHead, LogHead, lock_of
from warrant.kernel.merkle import (
    EMPTY_ROOT,
    Head,
    Leaf,
    Span,
    leaf_hash,
    leaf_hashes,
    prove_consistency,
    prove_inclusion,
    span_root,
    verify_consistency,
    verify_inclusion,
)
from warrant.kernel.note import KeyKind, VerifierKey, open_note, sign_note
from warrant.kernel.proof import LogProof
from warrant.kernel.tiles import (
    WIDTH,
    Bundle,
    Tile,
    bundles_between,
    encode_bundle,
    grow_tiles,
    hash_reader,
)
from warrant.kernel.tree import Frontier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from warrant.kernel.fault import Fault
    from warrant.kernel.keys import Signer
    from warrant.kernel.merkle import HashReader

_EMPTY = Head(0, EMPTY_ROOT)


class LogPosition(NamedTuple):
    """Where an append has put its leaves."""

    first_index: int
    """Index of the first of them."""
    size: int
    """Leaves in the log after it."""
    root: bytes
    """32 bytes: the root over all of them."""


class Log:
    """A log in a folder.

    Args:
        path: the folder, such as `.warrant/log`; made at the first append.
        head: where the checkpoint lives; by default the file `checkpoint` in the folder.
        disk: through which everything is written.
    """

    path: Path
    """The folder."""

    def __init__(self, path: Path, head: LogHead | None = None, disk: Disk = LOCAL) -> None:
        self.path = path
        self._disk = disk
        self._guard = lock_of(path)
        self._head = head or FileLogHead(path / "checkpoint", self._guard, disk)
        self._is_swept = False

    def note(self) -> bytes | None:
        """Give the checkpoint as it was signed.

        Returns:
            the signed note; None for a log that was never written.

        Raises:
            OutsideError: when it cannot be read.
        """
        return self._head.read()

    def checkpoint(self) -> Checkpoint | None:
        """Give what the checkpoint says. Whose signature it carries is for `verify` to judge.

        Returns:
            the checkpoint; None for a log that was never written.

        Raises:
            IntegrityError: when it cannot be read.
        """
        note = self.note()
        return None if note is None else read_checkpoint(note)

    def head(self) -> Head:
        """Give size and root as the checkpoint has them.

        Returns:
            size 0 and the root of nothing for a log that was never written.

        Raises:
            IntegrityError: when the checkpoint cannot be read.
        """
        checkpoint = self.checkpoint()
        return _EMPTY if checkpoint is None else checkpoint.head

    def head_at(self, size: int) -> Head:
        """Give size and root as they were when the log had this many leaves.

        Args:
            size: 0 to the log's size.

        Returns:
            the head of then.

        Raises:
            InputError: for a size beyond the log's.
            IntegrityError: when a tile is missing or altered.
        """
        return self._head_at(self.head(), size)

    def append(self, leaves: Sequence[bytes], signer: Signer) -> LogPosition:
        """Add leaves durably: all of them or none.

        Args:
            leaves: canonical leaf records, at most 65,535 bytes each.
            signer: holds the log's key.

        Returns:
            where they stand; they are part of the log when this returns.

        Raises:
            InputError: when a leaf is too long, the key is another log's, or the folder cannot
                be written.
            IntegrityError: when the end of the log is not what its checkpoint promises.
            Conflict: when another writer was first; nothing was added.
            Busy: when another writer holds the log for too long.
            OutsideError: when the disk is full or fails; the leaves may have been added.
        """
        with durable.explained(self.path):
            durable.ensure_folder(self.path, self._disk)
        with self._guard:
            if not self._is_swept:
                self.sweep()
            self._is_swept = False  # until this append has left nothing behind
            position = self._append(leaves, signer)
            self._is_swept = True
        return position

    def leaves(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Read leaves as they lie there, unchecked.

        Args:
            start: index of the first.
            end: index after the last; by default the log's size.

        Yields:
            leaves in order.

        Raises:
            InputError: when the range goes beyond the log.
            IntegrityError: when a file is missing or damaged.
        """
        size = self.head().size
        end = size if end is None else end
        if not 0 <= start <= end <= size:
            raise InputError(
                f"Leaves {start} to {end} are outside the log of {size}.",
                do="Ask for a range within the log.",
            )
        for number in range(start // WIDTH, -(-end // WIDTH)):
            first = number * WIDTH
            entries = read_entries(self.path, Bundle(number, min(WIDTH, size - first)))
            yield from entries[max(0, start - first) : end - first]

    def all_leaves(self) -> list[bytes]:
        """Read every leaf, and check that together they give the checkpoint's root.

        Returns:
            leaves in order.

        Raises:
            IntegrityError: when a file is missing or damaged, or the root is another.
        """
        head = self.head()
        leaves = list(self.leaves(0, head.size))
        _require_root(Frontier().extend(leaf_hashes(leaves)).head(), head)
        return leaves

    def recompute(self) -> Head:
        """Compute the root from the entries alone, reading them once.

        Returns:
            size and root of what the entries hold; compare it with `head`.

        Raises:
            IntegrityError: when a file is missing or damaged.
        """
        return Frontier().extend(map(leaf_hash, self.leaves())).head()

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Prove that a leaf is in the log.

        Args:
            index: of the leaf.
            size: of the tree to prove it in; by default the log's.

        Returns:
            32-byte hashes; they lead from the leaf to the root at `size`.

        Raises:
            InputError: when the index is not below the size, or the size beyond the log.
            IntegrityError: when the log is damaged, so that no such proof can be made.
        """
        return self._prove_inclusion(index, self._head_at(self.head(), size))

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """Prove that the log only grew.

        Args:
            old: an earlier size, at least 1.
            new: a later size; by default the log's.

        Returns:
            32-byte hashes; they lead from the root at `old` to the root at `new`.

        Raises:
            InputError: when the sizes are not in order or beyond the log.
            IntegrityError: when the log is damaged, so that no such proof can be made.
        """
        now = self.head()
        later = self._head_at(now, new)
        proof = prove_consistency(old, later.size, self._reader(now.size))
        verify_consistency(self._head_at(now, old), later, proof)
        return proof

    def tlog_proof(self, index: int) -> LogProof:
        """Make the file that proves a leaf offline.

        Args:
            index: of the leaf.

        Returns:
            index, hashes and the newest checkpoint.

        Raises:
            InputError: when the index is beyond the log.
            IntegrityError: when the log is damaged, so that no such proof can be made.
        """
        note = self.note()
        head = _EMPTY if note is None else read_checkpoint(note).head
        proof = tuple(self._prove_inclusion(index, head))
        return LogProof(index, proof, (note or b"").decode())

    def check(self, keys: Iterable[VerifierKey] = ()) -> list[Fault]:
        """Check every byte of every file against the entries and the checkpoint.

        Args:
            keys: of the log and of witnesses; without them no signature is checked.

        Returns:
            one fault per file that is not as promised, and one per leftover.
        """
        return check_log(self.path, self._head.read(), tuple(keys))

    def sweep(self) -> list[str]:
        """Remove what killed writers left, and tiles that wider ones have replaced.

        The caller holds the workspace's lock.

        Returns:
            paths below the log, sorted.

        Raises:
            IntegrityError: when there are tiles but no checkpoint: that is a lost head.
            InputError: when the folder cannot be written.
            OutsideError: when the disk fails.
        """
        found = uncovered(self.path, self.checkpoint())
        self._remove(found)
        return found

    def _append(self, leaves: Sequence[bytes], signer: Signer) -> LogPosition:
        note = self._head.read()
        if note is None:
            self.sweep()
            note = _sign(_EMPTY, signer)
            # A head before the first tile: from now on tiles without a head are a lost head.
            self._head.swap(None, note)
        old = _open_own(note, signer)
        if not leaves:
            return LogPosition(old.size, *old)
        files, new = self._grow(old, leaves)
        durable.write_files(files, self._disk)
        self._head.swap(note, _sign(new, signer))
        self._remove(_replaced(old.size, new.size))
        return LogPosition(old.size, *new)

    def _grow(self, old: Head, leaves: Sequence[bytes]) -> tuple[list[tuple[Path, bytes]], Head]:
        """Compute the files of the longer log, after checking those that it continues."""
        hashes = leaf_hashes(leaves)
        entries = self._last_entries(old) + list(leaves)
        first = old.size // WIDTH * WIDTH
        size = old.size + len(leaves)
        files = []
        for bundle in bundles_between(old.size, size):
            start = bundle.number * WIDTH - first
            files.append((bundle.path, encode_bundle(entries[start : start + bundle.width])))
        tiles = dict(grow_tiles(old.size, hashes, self._read_tile))
        reader = hash_reader(size, lambda tile: tiles.get(tile) or self._read_tile(tile))
        files += [(tile.path, data) for tile, data in tiles.items()]
        root = span_root(Span(0, size), reader)
        return [(self.path / path, data) for path, data in files], Head(size, root)

    def _last_entries(self, old: Head) -> list[bytes]:
        """Read the entries that a wider bundle takes over, and check the whole right edge."""
        _require_root(Head(old.size, self._root_at(old.size, old.size)), old)
        number, width = divmod(old.size, WIDTH)
        if not width:
            return []
        entries = read_entries(self.path, Bundle(number, width))
        if b"".join(leaf_hashes(entries)) != self._read_tile(Tile(0, number, width)):
            raise IntegrityError(
                f"'{Bundle(number, width).path}' does not hold the entries that the log's "
                "checkpoint covers.",
                do=DAMAGED,
            )
        return entries

    def _remove(self, names: Iterable[str]) -> None:
        with durable.explained(self.path):
            for path in (self.path / name for name in names):
                self._disk.remove(path)
                if path.parent.suffix == ".p" and not any(path.parent.iterdir()):
                    self._disk.remove_folder(path.parent)

    def _prove_inclusion(self, index: int, head: Head) -> list[bytes]:
        proof = prove_inclusion(index, head.size, self._reader(head.size))
        (leaf,) = self.leaves(index, index + 1)
        verify_inclusion(Leaf(leaf_hash(leaf), index), proof, head)
        return proof

    def _head_at(self, now: Head, size: int | None) -> Head:
        if size is None or size == now.size:
            return now
        if not 0 <= size < now.size:
            raise InputError(
                f"Size {size} is beyond the log of {now.size} leaves.",
                do="Ask for a size up to the log's.",
            )
        return Head(size, self._root_at(size, now.size))

    def _root_at(self, size: int, now: int) -> bytes:
        return span_root(Span(0, size), self._reader(now))

    def _reader(self, size: int) -> HashReader:
        return hash_reader(size, self._read_tile)

    def _read_tile(self, tile: Tile) -> bytes:
        return read_tile(self.path, tile)


def _replaced(old_size: int, size: int) -> list[str]:
    """List the partial tiles of a log that wider ones stand in for since it grew."""
    found = []
    level = 0
    while size > old_size:
        number, width = divmod(old_size, WIDTH)
        if width:
            found.append(Tile(level, number, width).path)
        if width and not level:
            found.append(Bundle(number, width).path)
        level, old_size, size = level + 1, old_size // WIDTH, size // WIDTH
    return found


def _key_of(signer: Signer) -> VerifierKey:
    key = signer.public_key
    if not isinstance(key, PublicKey):
        raise InputError("A log is signed with an Ed25519 key.", do="Use the log's key.")
    return VerifierKey(log_origin(key), KeyKind.ED25519, key)


def _sign(head: Head, signer: Signer) -> bytes:
    origin = _key_of(signer).name
    return sign_note(Checkpoint(origin, *head).to_text(), origin, signer).encode()


def _open_own(note: bytes, signer: Signer) -> Head:
    """Believe a checkpoint that this very key has signed, and no other."""
    key = _key_of(signer)
    checkpoint = read_checkpoint(note)
    if checkpoint.origin != key.name:
        raise InputError(
            f"The log is {checkpoint.origin!r}, the key signs for {key.name!r}.",
            do="Use the key of this log, which lies in its vault.",
        )
    open_note(note.decode(), [key])
    return checkpoint.head


def _require_root(found: Head, expected: Head) -> None:
    if found != expected:
        raise IntegrityError(
            f"Log is damaged: its files give the root {found.root.hex()} over {found.size} "
            f"entries, its checkpoint promises {expected.root.hex()} over {expected.size}.",
            do=DAMAGED,
        )
