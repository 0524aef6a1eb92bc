"""A file of a source: how it is named, opened and hashed."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from warrant.kernel.digest import Digest, tagged, u64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.stages.ingest.config import IngestConfig

IN_MEMORY_BYTES = 8 << 20
"""Files up to this size are read once and handed to the reader as bytes."""

_CHUNK = 1 << 20
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
UNKNOWN = Digest(bytes(32))
"""Stands for "not hashed" where a scan wants a digest."""


def suffix_of(name: str) -> str:
    """Give the ending of a file's name in small letters, without the dot; empty without one."""
    _, dot, suffix = name.rpartition(".")
    return suffix.lower() if dot and "/" not in suffix else ""


class FoundFile(NamedTuple):
    """A file of a source."""

    name: str
    """Relative to the source's folder, with `/` between its parts."""
    path: str
    """Where it lies on this machine."""
    size: int
    """Bytes, when it was found."""
    digest: Digest | None = None
    """SHA-256 of its bytes, where somebody has computed it already."""
    picked: bool = True
    """False for a file that a sample leaves aside."""
    refused: str | None = None
    """Code of the reason why it cannot be had: of an archive, or of a file in one."""
    notes: tuple[str, ...] = ()
    """Codes of what was done to its name."""
    shelter: object = None
    """Of a file in another: whoever holds this keeps its bytes at `path`; None for plain files."""

    @property
    def suffix(self) -> str:
        """The ending of its name in small letters, without the dot; empty without one."""
        return suffix_of(self.name)


class OpenFile(NamedTuple):
    """A file as a reader gets it."""

    name: str
    """Relative to the source's folder, with `/` between its parts."""
    path: str
    """Where it lies on this machine; do not show it."""
    data: bytes | None
    """Its bytes, for files up to `IN_MEMORY_BYTES`."""
    worksheet: str | None = None
    """Of a workbook, by name, when somebody said so."""
    header: tuple[int, ...] = ()
    """Numbers of the lines that name the columns of a table, when somebody said so."""

    def size(self) -> int:
        """Say how many bytes it has."""
        return Path(self.path).stat().st_size if self.data is None else len(self.data)

    def read(self) -> bytes:
        """Give all bytes."""
        return Path(self.path).read_bytes() if self.data is None else self.data

    def open(self) -> BinaryIO:
        """Open the file for reading."""
        from io import BytesIO

        return Path(self.path).open("rb") if self.data is None else BytesIO(self.data)


def inputs_fingerprint(config: IngestConfig, files: Sequence[Sequence[FoundFile]]) -> Digest:
    """Digest what an ingest will read: names and bytes of every file and sheet.

    Args:
        config: the sources.
        files: of each source, as they were found; those without a digest are hashed now, those
            that a sample leaves aside do not count.

    Returns:
        SHA-256("warrant/inputs/1" ‖ for each source: its path ‖ digest of its sheet ‖ number of
        files ‖ for each file: name ‖ digest). Texts are preceded by their length; what is absent or
        unreadable counts as 32 zero bytes. No machine path enters it.
    """
    parts: list[bytes] = []
    for source, every in zip(config.sources, files, strict=True):
        found = [file for file in every if file.picked]
        sheet = try_hash(str(place(config, source.metadata))) if source.metadata else UNKNOWN
        parts += [_measured(source.path), sheet.raw, u64(len(found))]
        for file in found:
            parts += [_measured(file.name), (file.digest or try_hash(file.path)).raw]
    return tagged("warrant/inputs/1", *parts)


def hashed(file: FoundFile) -> FoundFile:
    """Give a file with its digest, where it is read and the system lets it be read."""
    if not file.picked or file.digest:
        return file
    return file._replace(digest=known(try_hash(file.path)))


def _measured(text: str) -> bytes:
    data = text.encode()
    return u64(len(data)) + data


def place(config: IngestConfig, path: str) -> Path:
    """Say where a path of the recipe lies on this machine."""
    return (config.folder or Path()) / path


def try_hash(path: str) -> Digest:
    """Digest a file; `UNKNOWN` where the system withholds it."""
    try:
        return _hash(path)
    except OSError:
        return UNKNOWN  # the file is there and cannot be read: ingest writes the decision


def _hash(path: str) -> Digest:
    """Do what `hash_file` does, which makes a `Path` of every name: dear for 20,000 files."""
    descriptor = os.open(path, _READ_FLAGS)
    try:
        state = sha256()
        while chunk := os.read(descriptor, _CHUNK):
            state.update(chunk)
        return Digest(state.digest())
    finally:
        os.close(descriptor)


def known(digest: Digest) -> Digest | None:
    """Give a digest, or None where there is none."""
    return None if digest == UNKNOWN else digest


def read_file(path: str, size: int) -> bytes:
    """Read a small file whole; half the price of `open` when there are many.

    Args:
        path: of the file.
        size: bytes expected; a file that has grown is read to its end.

    Returns:
        Its bytes.

    Raises:
        OSError: when it cannot be read.
    """
    descriptor = os.open(path, _READ_FLAGS)
    try:
        data = os.read(descriptor, size + 1)
        while more := os.read(descriptor, IN_MEMORY_BYTES) if len(data) != size else b"":
            data += more
            size = -1
        return data
    finally:
        os.close(descriptor)
