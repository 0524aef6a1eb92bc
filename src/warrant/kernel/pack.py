"""Packs: many small blobs in one file, found through an index beside it.

A pack is blobs one after another, nothing between. Its index is `WRPKIDX1`, the count, one
record of 57 bytes per blob in the order of the digests, and the SHA-256 of all that. The
first 32 hex digits of that sum name both files, so a changed index has a wrong name or sum.

Law: `read_index(encode_index(entries))` holds exactly those entries.

Source: docs/reference/formats.md, section 5; docs/decisions/0003-pack-small-blobs.md.
"""

from __future__ import annotations

import struct
import zlib
from hashlib import sha256
from itertools import islice
from operator import ge
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, NoReturn

from warrant.errors import IntegrityError
from warrant.kernel.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SMALL_BYTES = 1_000_000
"""Blobs below this size lie in packs, the others in files of their own."""

PACK_BYTES = 64_000_000
"""A writer begins a new pack when this size is reached."""

PLAIN = 0
"""Codec: the bytes as they are."""

ZLIB = 1
"""Codec: a zlib stream (RFC 1950)."""

_MAGIC = b"WRPKIDX1"
_RECORD = struct.Struct(">32sQQQB")
_ZLIB_HEAD = b"\x78\x01"
_HEAD_BYTES = 16
_SUM_BYTES = 32
_RESTORE = "Restore it from a backup."


class Entry(NamedTuple):
    """Where a blob lies in its pack."""

    digest: bytes
    """32 bytes: SHA-256 of the blob."""
    offset: int
    """Of its first stored byte."""
    stored: int
    """Bytes it takes in the pack."""
    length: int
    """Bytes it has."""
    codec: int
    """`PLAIN` or `ZLIB`."""


class Index:
    """A sound index in memory: its bytes, decoded one record at a time.

    Args:
        name: of the pack: the first 32 hex digits of the index's sum.
        data: the bytes of the index file, already checked by `read_index`.
    """

    name: str
    """Of the pack, without suffix."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._data = data

    def __len__(self) -> int:
        return (len(self._data) - _HEAD_BYTES - _SUM_BYTES) // _RECORD.size

    def digests(self) -> list[bytes]:
        """List the digests, 32 bytes each, sorted."""
        data, step = self._data, _RECORD.size
        end = len(data) - _SUM_BYTES
        return [data[at : at + 32] for at in range(_HEAD_BYTES, end, step)]

    def entry(self, row: int) -> Entry:
        """Decode one record.

        Args:
            row: its place, 0 to the number of records − 1.

        Returns:
            the entry.
        """
        return Entry._make(_RECORD.unpack_from(self._data, _HEAD_BYTES + row * _RECORD.size))

    def entries(self) -> list[Entry]:
        """Decode all records, in the order of the pack's bytes."""
        found = _RECORD.iter_unpack(self._data[_HEAD_BYTES:-_SUM_BYTES])
        return sorted(map(Entry._make, found), key=lambda entry: (entry.offset, entry.stored))


def encode_index(entries: Iterable[Entry]) -> bytes:
    """Write an index.

    Args:
        entries: one per blob, in any order, no digest twice.

    Returns:
        The bytes of the index file.
    """
    records = sorted(entries)
    body = _MAGIC + len(records).to_bytes(8, "big")
    body += b"".join([_RECORD.pack(*entry) for entry in records])
    return body + sha256(body).digest()


def index_name(data: bytes) -> str:
    """Name a pack by its index.

    Args:
        data: the bytes of the index file.

    Returns:
        32 hex digits.
    """
    return data[-_SUM_BYTES:].hex()[:32]


def read_index(name: str, data: bytes) -> Index:
    """Read an index that must be whole.

    Args:
        name: of the file, without suffix.
        data: its bytes.

    Returns:
        the index.

    Raises:
        IntegrityError: one message each for a foreign start, a wrong length, a wrong sum, a
            name that is not the sum's, digests that are not sorted, and an unknown codec.
    """
    file = f"packs/{name}.idx"
    if data[:8] != _MAGIC:
        _refuse(f"'{file}' does not start with '{_MAGIC.decode()}'.")
    count = int.from_bytes(data[8:_HEAD_BYTES], "big")
    expected = _HEAD_BYTES + count * _RECORD.size + _SUM_BYTES
    if len(data) != expected:
        _refuse(f"'{file}' has {len(data)} bytes, expected {expected} for {count} blobs.")
    found = sha256(data[:-_SUM_BYTES]).hexdigest()
    if found != data[-_SUM_BYTES:].hex():
        _refuse(f"Sum of '{file}' is sha256:{found}, expected one that starts with {name}.")
    if index_name(data) != name:
        _refuse(f"'{file}' is the index of another pack: its sum is sha256:{found}.")
    index = Index(name, data)
    digests = index.digests()
    if any(map(ge, digests, islice(digests, 1, None))):
        _refuse(f"'{file}' does not list its blobs in order.")
    if data[_HEAD_BYTES + 56 : -_SUM_BYTES : _RECORD.size].translate(None, b"\0\1"):
        _refuse(f"'{file}' names a codec that this version cannot read.")
    return index


def load_index(path: Path) -> Index:
    """Read an index file.

    Args:
        path: NAME.idx.

    Returns:
        the index.

    Raises:
        IntegrityError: as `read_index` does.
        OSError: when the file cannot be read.
    """
    return read_index(path.stem, path.read_bytes())


def shrink(data: bytes) -> tuple[int, bytes]:
    """Choose how a blob is stored when packs are compressed.

    Args:
        data: the blob.

    Returns:
        codec and stored bytes; `PLAIN` when compression gains nothing.
    """
    # A table of 2^13 hashes, not 2^14: it is cleared for each blob, which on texts of 10 KB costs a
    # third more than it saves; the streams are a half per cent longer.
    stream = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 7)
    packed = stream.compress(data) + stream.flush()
    return (ZLIB, packed) if len(packed) < len(data) else (PLAIN, data)


def read_blob(pack: BinaryIO, name: str, entry: Entry) -> bytes:
    """Read one blob and check it.

    Args:
        pack: the open pack.
        name: of the pack, for the message.
        entry: where the blob lies.

    Returns:
        the blob's bytes, of which `entry.digest` is the SHA-256.

    Raises:
        IntegrityError: when they are not those bytes.
    """
    return restore(read_stored(pack, name, entry), name, entry)


def read_stored(pack: BinaryIO, name: str, entry: Entry) -> bytes:
    """Read the bytes that a blob takes in its pack, unchecked.

    Args:
        pack: the open pack.
        name: of the pack, for the message.
        entry: where the blob lies.

    Returns:
        `entry.stored` bytes.

    Raises:
        IntegrityError: when the index promises more than a pack may hold, or the pack ends early.
    """
    if max(entry.stored, entry.length) >= SMALL_BYTES or entry.offset >> 62:
        _refuse(f"The index of 'packs/{name}.pack' promises a blob of {entry.length} bytes.")
    pack.seek(entry.offset)
    stored = pack.read(entry.stored)
    if len(stored) < entry.stored:
        _refuse(f"'packs/{name}.pack' ends before the end of blob {Digest(entry.digest)}.")
    return stored


def restore(stored: bytes, name: str, entry: Entry) -> bytes:
    """Turn stored bytes back into the blob, and check it.

    Args:
        stored: what the pack holds for it.
        name: of the pack, for the message.
        entry: what the index says of it.

    Returns:
        the blob's bytes.

    Raises:
        IntegrityError: when they are not the bytes that the digest names.
    """
    data = _inflate(stored, entry.length) if entry.codec == ZLIB else stored
    found = Digest.of(data)
    if found.raw != entry.digest:
        raise IntegrityError(
            f"Blob {Digest(entry.digest)} in 'packs/{name}.pack' at byte {entry.offset} has other "
            f"bytes: they hash to {found}.",
            do=_RESTORE,
        )
    if len(data) != entry.length:
        _refuse(f"The index of 'packs/{name}.pack' gives {Digest(entry.digest)} a wrong length.")
    return data


def _inflate(stored: bytes, length: int) -> bytes:
    """Decompress one whole stream, and never more than was promised.

    What is not exactly one stream in our spelling of the header gives no bytes at all, which
    no digest but that of nothing has. The up to seven padding bits behind a deflate block
    belong to no blob: nothing that reads zlib can see them.
    """
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(stored, length + 1)
    except zlib.error:
        return b""
    is_whole = stream.eof and not stream.unused_data and stored[:2] == _ZLIB_HEAD
    return data if is_whole else b""


def _refuse(what: str) -> NoReturn:
    raise IntegrityError(what, do=_RESTORE)
