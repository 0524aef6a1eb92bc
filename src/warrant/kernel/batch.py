"""Writing into a local store: many blobs, one pack, few syncs.

The order of every write: bytes under a temporary name, synced; the pack gets its name; the
folder is synced; the index gets its name, which is the moment its blobs exist.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from warrant.errors import InputError
from warrant.kernel.digest import Digest
from warrant.kernel.durable import Draft, ensure_folder, explain, explained
from warrant.kernel.pack import (
    PACK_BYTES,
    PLAIN,
    SMALL_BYTES,
    Entry,
    encode_index,
    index_name,
    read_stored,
    shrink,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from warrant.kernel.disk import Disk
    from warrant.kernel.shelf import Shelf

_CHUNK = 1 << 20
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Batch(Protocol):
    """Blobs on their way into a store."""

    def put(self, data: bytes, digest: Digest | None = None) -> Digest:
        """Keep bytes; durable when the batch is."""

    def put_file(self, path: str | os.PathLike[str]) -> Digest:
        """Keep the bytes of a file, without holding a large one in memory."""


class LocalBatch:
    """Blobs on their way into a folder.

    Args:
        root: the store's folder.
        shelf: its packs, just refreshed.
        disk: through which everything is written.
        compress: whether packs are compressed.
    """

    def __init__(self, root: Path, shelf: Shelf, disk: Disk, *, compress: bool) -> None:
        self._root = root
        self._shelf = shelf
        self._disk = disk
        self._compress = compress
        self._packs = shelf.folder
        self._draft: Draft | None = None
        self._entries: list[Entry] = []
        self._written: set[bytes] = set()
        self._unsynced: set[Path] = set()

    def put(self, data: bytes, digest: Digest | None = None) -> Digest:
        """Keep bytes.

        Args:
            data: any bytes.
            digest: of exactly these bytes, from whoever has just hashed them; a wrong one names
                a blob that every later read refuses.

        Returns:
            their digest; durable when the batch is left.

        Raises:
            InputError: when the folder cannot be written.
            OutsideError: when the disk is full or fails.
        """
        try:
            if len(data) >= SMALL_BYTES:
                return self._put_large([data])
            digest = digest or Digest.of(data)
            if digest.raw not in self._written:
                self._put_small(digest.raw, data)
        except OSError as error:
            raise explain(error, self._root) from error
        return digest

    def put_file(self, path: str | os.PathLike[str]) -> Digest:
        """Keep the bytes of a file.

        Args:
            path: a readable file.

        Returns:
            digest of the bytes that were read; durable when the batch is left.

        Raises:
            InputError: when the file cannot be read or the folder cannot be written.
            OutsideError: when the disk is full or fails.
        """
        try:
            descriptor = os.open(path, _READ_FLAGS)
        except OSError as error:
            raise _unreadable(path, error) from error
        try:
            data = _read_start(descriptor, path)
            if len(data) < SMALL_BYTES:
                return self.put(data)
            with explained(self._root):
                return self._put_large(_chunks(data, descriptor, path))
        finally:
            os.close(descriptor)

    def commit(self) -> None:
        """Make everything durable and visible.

        Raises:
            InputError: when the folder cannot be written.
            OutsideError: when the disk is full or fails.
        """
        with explained(self._root):
            self._finish_pack()
            for folder in sorted(self._unsynced):
                self._disk.sync_folder(folder)

    def close(self) -> None:
        """Remove what was not committed. Never raises."""
        if self._draft is not None:
            self._draft.discard()

    def _put_small(self, raw: bytes, data: bytes) -> None:
        self._written.add(raw)
        # Known is not yet durable: the batch that brought it may have lost its last sync.
        self._unsynced.add(self._packs)
        if self._shelf.knows(raw):
            return
        if self._draft is None:
            ensure_folder(self._packs, self._disk)
            self._draft = Draft(self._packs, self._disk)
        codec, stored = shrink(data) if self._compress else (PLAIN, data)
        entry = Entry(raw, self._draft.size, len(stored), len(data), codec)
        self._draft.write(stored)
        self._entries.append(entry)
        if self._draft.size >= PACK_BYTES:
            self._finish_pack()

    def _put_large(self, chunks: Iterable[bytes]) -> Digest:
        folder = self._root / "blobs"
        ensure_folder(folder, self._disk)
        with Draft(folder, self._disk) as draft:
            state = sha256()
            for chunk in chunks:
                state.update(chunk)
                draft.write(chunk)
            digest = Digest(state.digest())
            target = folder / digest.hex[:2] / digest.hex[2:]
            self._unsynced.add(target.parent)
            if not target.is_file():
                ensure_folder(target.parent, self._disk)
                draft.publish(target)
        return digest

    def _finish_pack(self) -> None:
        if self._draft is not None:
            publish_pack(self._draft, self._entries, self._disk)
            self._draft = None
            self._entries = []


def publish_pack(draft: Draft, entries: Collection[Entry], disk: Disk) -> None:
    """Give a finished pack and its index their names; the caller syncs the folder after.

    Args:
        draft: the pack's bytes.
        entries: one per blob in it.
        disk: through which everything is written.

    Raises:
        OSError: from the disk.
    """
    folder = draft.path.parent
    data = encode_index(entries)
    name = index_name(data)
    draft.publish(folder / f"{name}.pack")
    disk.sync_folder(folder)
    with Draft(folder, disk) as index:
        index.write(data)
        index.publish(folder / f"{name}.idx")


def rewrite_packs(shelf: Shelf, raws: Collection[bytes], disk: Disk) -> None:
    """Write every pack that holds one of the blobs anew without them, then remove the old one.

    Args:
        shelf: the packs.
        raws: digests to leave out, 32 bytes each.
        disk: through which everything is written.

    Raises:
        IntegrityError: when a pack or its index is damaged.
        OSError: from the disk.
    """
    folder = shelf.folder
    for index in shelf.holding(raws):
        old = folder / f"{index.name}.pack"
        kept = [entry for entry in index.entries() if entry.digest not in raws]
        if kept:
            with Draft(folder, disk) as draft:
                publish_pack(draft, _copy(old, kept, draft.write), disk)
        # The new index is durable before the old one goes, the old index before its pack.
        disk.sync_folder(folder)
        disk.remove(old.with_suffix(".idx"))
        disk.sync_folder(folder)
        disk.remove(old)
        disk.sync_folder(folder)


def _copy(source: Path, entries: Iterable[Entry], write: Callable[[bytes], None]) -> list[Entry]:
    copied = []
    offset = 0
    with source.open("rb") as pack:
        for entry in entries:
            write(read_stored(pack, source.stem, entry))
            copied.append(entry._replace(offset=offset))
            offset += entry.stored
    return copied


def _read_start(descriptor: int, path: str | os.PathLike[str]) -> bytes:
    size = os.fstat(descriptor).st_size
    data = _read(descriptor, min(size, SMALL_BYTES) + 1, path)
    while size < len(data) < SMALL_BYTES:  # it grows, or its size is not known
        more = _read(descriptor, _CHUNK, path)
        if not more:
            break
        data += more
    return data


def _chunks(first: bytes, descriptor: int, path: str | os.PathLike[str]) -> Iterable[bytes]:
    while first:
        yield first
        first = _read(descriptor, _CHUNK, path)


def _read(descriptor: int, count: int, path: str | os.PathLike[str]) -> bytes:
    try:
        return os.read(descriptor, count)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str | os.PathLike[str], error: OSError) -> InputError:
    return InputError(
        f"'{Path(path)}' cannot be read: {error.strerror}.",
        do="Give this account the right to read it, or take it out of the sources.",
    )
