"""The store: bytes by their SHA-256, and the layouts of datasets.

`Store` says what every store promises; `LocalStore` is a folder. Small blobs lie in packs, so
that 20,000 texts are two files and three syncs; large ones lie in files of their own.

Law: `store.get(store.put(data)) == data`.
Law: putting what is there writes nothing.

Source: docs/reference/formats.md, sections 4 and 5; docs/decisions/0003-pack-small-blobs.md.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Protocol

from warrant.errors import IntegrityError
from warrant.kernel import durable
from warrant.kernel.batch import Batch, LocalBatch, rewrite_packs
from warrant.kernel.digest import Digest
from warrant.kernel.disk import LOCAL, Disk
from warrant.kernel.layout import Layout, decode_layout, encode_layout
from warrant.kernel.pack import Entry, read_blob
from warrant.kernel.shelf import Shelf
from warrant.kernel.store_check import check_store, uncommitted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.kernel.fault import Fault

_CHUNK = 1 << 20
_RESTORE = "Restore it from a backup."


class Store(Protocol):
    """Bytes by digest.

    What every store guarantees:

    * A digest that `put`, or a batch that has left its `with` block, has given names bytes
      that survive a power cut. Before that they may or may not be there.
    * `get` and `open` give the bytes that the digest names, or raise `IntegrityError`.
    * Blobs never change. What is put twice is kept once.
    * Many may read while one writes. A reader sees a blob whole or not at all.
    * One writes at a time: whoever calls `writer`, `put`, `delete`, `set_layout` or `sweep`
      holds the workspace's lock.
    * After `delete` has returned, no file of the store holds the bytes.
    * Memory stays bounded, whatever the size of the store and of a blob that is put from a
      file or read through `open`.
    """

    def put(self, data: bytes) -> Digest:
        """Keep bytes durably; for more than one blob use `writer`."""

    def put_file(self, path: Path) -> Digest:
        """Keep the bytes of a file durably, without holding them in memory."""

    def writer(self) -> AbstractContextManager[Batch]:
        """Keep many blobs; they are durable and readable when the block is left."""

    def get(self, digest: Digest) -> bytes:
        """Give a blob's bytes, checked."""

    def open(self, digest: Digest) -> BinaryIO:
        """Give a blob as a file, checked as a whole before it is handed out."""

    def has(self, digest: Digest) -> bool:
        """Say whether the blob is there, without reading it."""

    def size(self, digest: Digest) -> int:
        """Say how many bytes the blob has, without reading it."""

    def delete(self, *digests: Digest) -> None:
        """Remove blobs so that no file holds their bytes; absent ones are passed over."""

    def iterate(self) -> Iterator[Digest]:
        """List every blob once, sorted."""

    def layout(self, manifest: Digest) -> Layout:
        """Say where the rows of a dataset lie."""

    def set_layout(self, layout: Layout) -> None:
        """Replace the layout of a dataset, durably and in one step."""

    def layouts(self) -> Iterator[Digest]:
        """List the manifests that have a layout, sorted."""

    def check(self) -> Iterator[Fault]:
        """Recompute everything and name each fault."""

    def sweep(self) -> list[str]:
        """Remove what killed writers left, and list it."""


class LocalStore:
    """A store in a folder.

    Args:
        path: the folder, such as `.warrant/store`; made at the first write.
        compress: whether new packs are compressed. Old ones are read either way.
        disk: through which everything is written.
    """

    path: Path
    """The folder."""

    def __init__(self, path: Path, *, compress: bool = False, disk: Disk = LOCAL) -> None:
        self.path = path
        self._compress = compress
        self._disk = disk
        self._shelf = Shelf(path / "packs")

    def put(self, data: bytes) -> Digest:
        """Keep bytes durably.

        Args:
            data: any bytes.

        Returns:
            their digest.

        Raises:
            InputError: when the folder cannot be written.
            OutsideError: when the disk is full or fails.
        """
        with self.writer() as batch:
            return batch.put(data)

    def put_file(self, path: Path) -> Digest:
        """Keep the bytes of a file durably.

        Args:
            path: a readable file.

        Returns:
            digest of the bytes that were read and kept.

        Raises:
            InputError: when the file cannot be read or the folder cannot be written.
            OutsideError: when the disk is full or fails.
        """
        with self.writer() as batch:
            return batch.put_file(path)

    @contextmanager
    def writer(self) -> Iterator[Batch]:
        """Keep many blobs at the price of few.

        Yields:
            a batch; its blobs are durable and readable when the block is left without an
            error. After an error some may be there, each of them whole.

        Raises:
            InputError: when the folder cannot be written.
            OutsideError: when the disk is full or fails.
        """
        self._shelf.refresh()
        batch = LocalBatch(self.path, self._shelf, self._disk, compress=self._compress)
        try:
            yield batch
            batch.commit()
        finally:
            batch.close()
            self._shelf.refresh()

    def get(self, digest: Digest) -> bytes:
        """Give a blob's bytes.

        Args:
            digest: of the blob.

        Returns:
            bytes of which `digest` is the SHA-256.

        Raises:
            IntegrityError: when the blob is missing or has other bytes.
        """
        found = self._read_packed(digest)
        if found is not None:
            return found
        with self._open_large(digest) as file:
            data = file.read()
        if Digest.of(data) != digest:
            raise _altered(digest, Digest.of(data))
        return data

    def open(self, digest: Digest) -> BinaryIO:
        """Give a blob as a file that can be sought.

        Args:
            digest: of the blob.

        Returns:
            the file at its start; all of it has been hashed.

        Raises:
            IntegrityError: when the blob is missing or has other bytes.
        """
        found = self._read_packed(digest)
        if found is not None:
            return BytesIO(found)
        file = self._open_large(digest)
        found_digest = _hash_open(file)
        if found_digest != digest:
            file.close()
            raise _altered(digest, found_digest)
        return file

    def has(self, digest: Digest) -> bool:
        """Say whether the blob is there, without reading it.

        Args:
            digest: of the blob.

        Returns:
            True when a pack or a file promises it.

        Raises:
            IntegrityError: when the index of a pack is damaged.
        """
        return self._shelf.has(digest.raw) or self._large_path(digest).is_file()

    def size(self, digest: Digest) -> int:
        """Say how many bytes the blob has, without reading it.

        Args:
            digest: of the blob.

        Returns:
            bytes.

        Raises:
            IntegrityError: when the blob is missing.
        """
        place = self._shelf.find(digest.raw)
        if place is not None:
            return place[1].length
        with self._open_large(digest) as file:
            return os.fstat(file.fileno()).st_size

    def delete(self, *digests: Digest) -> None:
        """Remove blobs: packs that hold them are written anew without them.

        What a disk keeps beneath its files (flash cells, snapshots, backups) is out of reach.

        Args:
            *digests: absent ones are passed over, so that a deletion can be repeated.

        Raises:
            IntegrityError: when the index of a pack is damaged.
            InputError: when the folder cannot be written.
            OutsideError: when the disk is full or fails.
        """
        with durable.explained(self.path):
            for digest in digests:
                path = self._large_path(digest)
                if path.is_file():
                    self._disk.remove(path)
                    self._disk.sync_folder(path.parent)
            try:
                rewrite_packs(self._shelf, {digest.raw for digest in digests}, self._disk)
            finally:
                self._shelf.refresh()

    def iterate(self) -> Iterator[Digest]:
        """List every blob once.

        Yields:
            digests, sorted.

        Raises:
            IntegrityError: when the index of a pack is damaged.
        """
        self._shelf.refresh()
        large = (
            bytes.fromhex(path.parent.name + path.name)
            for path in (self.path / "blobs").glob("[0-9a-f]" * 2 + "/" + "[0-9a-f]" * 62)
        )
        yield from map(Digest, sorted({*self._shelf.digests(), *large}))

    def layout(self, manifest: Digest) -> Layout:
        """Say where the rows of a dataset lie.

        Args:
            manifest: the dataset.

        Returns:
            its layout.

        Raises:
            IntegrityError: when the layout is missing, damaged, or of another dataset.
        """
        path = self._layout_path(manifest)
        try:
            layout = decode_layout(path.read_bytes())
        except FileNotFoundError:
            raise IntegrityError(
                f"Dataset {manifest} has no layout: 'layouts/{path.name}' is missing.", do=_RESTORE
            ) from None
        if layout.dataset != manifest:
            raise IntegrityError(
                f"'layouts/{path.name}' is the layout of {layout.dataset}.", do=_RESTORE
            )
        return layout

    def set_layout(self, layout: Layout) -> None:
        """Replace the layout of a dataset, durably and in one step.

        Args:
            layout: names its dataset.

        Raises:
            InputError: when the folder cannot be written.
            OutsideError: when the disk is full or fails.
        """
        path = self._layout_path(layout.dataset)
        durable.write_file(path, encode_layout(layout), self._disk)

    def layouts(self) -> Iterator[Digest]:
        """List the manifests that have a layout.

        Yields:
            digests, sorted.
        """
        for path in sorted((self.path / "layouts").glob("[0-9a-f]" * 64 + ".json")):
            yield Digest.from_hex(path.stem)

    def check(self) -> Iterator[Fault]:
        """Recompute every byte of every pack, index, blob and layout.

        Yields:
            one fault per file or blob that is not as promised, with the digest that should
            be there, and one per leftover.
        """
        yield from check_store(self.path)

    def sweep(self) -> list[str]:
        """Remove what killed writers left: the caller holds the writer's lock.

        Returns:
            paths below the store, sorted.

        Raises:
            InputError: when the folder cannot be written.
            OutsideError: when the disk fails.
        """
        found = [*durable.sweep(self.path, self._disk)]
        with durable.explained(self.path):
            for path in uncommitted(self.path):
                self._disk.remove(path)
                found.append(path)
        return sorted(path.relative_to(self.path).as_posix() for path in found)

    def _read_packed(self, digest: Digest) -> bytes | None:
        place = self._shelf.find(digest.raw)
        if place is None:
            return None
        try:
            return self._read_at(place)
        except FileNotFoundError:
            # A writer has replaced the pack since its index was read: look once more.
            self._shelf.refresh()
        place = self._shelf.find(digest.raw)
        if place is None:
            return None
        try:
            return self._read_at(place)
        except FileNotFoundError:
            raise IntegrityError(
                f"Blob {digest} is missing: there is no 'packs/{place[0]}.pack'.", do=_RESTORE
            ) from None

    def _read_at(self, place: tuple[str, Entry]) -> bytes:
        name, entry = place
        with (self.path / "packs" / f"{name}.pack").open("rb") as pack:
            return read_blob(pack, name, entry)

    def _open_large(self, digest: Digest) -> BinaryIO:
        try:
            return self._large_path(digest).open("rb")
        except FileNotFoundError:
            raise IntegrityError(f"Blob {digest} is not in the store.", do=_RESTORE) from None

    def _large_path(self, digest: Digest) -> Path:
        return self.path / "blobs" / digest.hex[:2] / digest.hex[2:]

    def _layout_path(self, manifest: Digest) -> Path:
        return self.path / "layouts" / f"{manifest.hex}.json"


def _hash_open(file: BinaryIO) -> Digest:
    state = sha256()
    while chunk := file.read(_CHUNK):
        state.update(chunk)
    file.seek(0)
    return Digest(state.digest())


def _altered(digest: Digest, found: Digest) -> IntegrityError:
    return IntegrityError(f"Blob {digest} has other bytes: they hash to {found}.", do=_RESTORE)
