"""The files of a source: found, sorted by name, hashed once."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from warrant.errors import InputError, meant
from warrant.kernel.digest import Digest, tagged, u64
from warrant.kernel.filetree import scan_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.kernel.filetree import FileHasher, StatCache
    from warrant.stages.ingest.config import IngestConfig, SourceConfig

IN_MEMORY_BYTES = 8 << 20
"""Files up to this size are read once and handed to the reader as bytes."""

_CHUNK = 1 << 20
_PATTERN = frozenset("*?[")
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_UNKNOWN = Digest(bytes(32))  # stands for "not hashed" where a scan wants a digest


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

    def read(self) -> bytes:
        """Give all bytes."""
        return Path(self.path).read_bytes() if self.data is None else self.data

    def open(self) -> BinaryIO:
        """Open the file for reading."""
        from io import BytesIO

        return Path(self.path).open("rb") if self.data is None else BytesIO(self.data)


def scan(
    config: IngestConfig, cache: StatCache | None = None, *, digests: bool = True
) -> tuple[tuple[FoundFile, ...], ...]:
    """Find the files of every source.

    Args:
        config: the sources; their `files` are not looked at.
        cache: what files looked like when they were last hashed.
        digests: whether to hash what the cache does not know; else digests are None.

    Returns:
        For each source its files, sorted by name; a sheet is no document of its own source.

    Raises:
        InputError: when a source or its sheet is not there, or holds no file.
    """
    read = _try_hash if digests else _pass_over
    return tuple(_scan_source(config, source, cache, read) for source in config.sources)


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
        sheet = _try_hash(str(place(config, source.metadata))) if source.metadata else _UNKNOWN
        parts += [_measured(source.path), sheet.raw, u64(len(found))]
        for file in found:
            parts += [_measured(file.name), (file.digest or _try_hash(file.path)).raw]
    return tagged("warrant/inputs/1", *parts)


def hashed(file: FoundFile) -> FoundFile:
    """Give a file with its digest, where it is read and the system lets it be read."""
    if not file.picked or file.digest:
        return file
    return file._replace(digest=_known(_try_hash(file.path)))


def _measured(text: str) -> bytes:
    data = text.encode()
    return u64(len(data)) + data


def place(config: IngestConfig, path: str) -> Path:
    """Say where a path of the recipe lies on this machine."""
    return (config.folder or Path()) / path


def _scan_source(
    config: IngestConfig, source: SourceConfig, cache: StatCache | None, read: FileHasher
) -> tuple[FoundFile, ...]:
    root = place(config, source.path)
    sheet = place(config, source.metadata) if source.metadata else None
    if sheet is not None and not sheet.is_file():
        raise InputError(
            f"The sheet {source.metadata!r} of source {source.path!r} is not there.",
            do=meant(
                source.metadata or "",
                "Correct 'metadata:' in the recipe, or put the file there.",
                config.folder,
            ),
        )
    found = list(_find(root, cache, read))
    if sheet is not None:
        found = [file for file in found if not _is_same(file.path, sheet)]
    if not found:
        raise InputError(f"Source {source.path!r} holds no file.", do=_cure(config, source.path))
    return tuple(found)


def _cure(config: IngestConfig, path: str) -> str:
    """Say what to do about a source without a file."""
    if place(config, path).is_dir():
        return f"Put documents into {path!r}, or correct 'path:' in the recipe."
    correct = "Correct 'path:' in the recipe: a folder, a file, or a pattern such as 'in/*.txt'."
    return meant(path, correct, config.folder)


def _find(root: Path, cache: StatCache | None, read: FileHasher) -> Iterator[FoundFile]:
    if root.is_dir():
        for file in scan_files(root, cache, read=read):
            yield FoundFile(file.path, f"{root}/{file.path}", file.size, _known(file.digest))
    elif root.is_file():
        yield _look(root, root.name, read)
    elif _PATTERN & set(str(root)):
        yield from _find_pattern(root, read)


def _find_pattern(pattern: Path, read: FileHasher) -> Iterator[FoundFile]:
    fixed = next(at for at, part in enumerate(pattern.parts) if _PATTERN & set(part))
    folder = Path(*pattern.parts[:fixed])
    paths = folder.glob("/".join(pattern.parts[fixed:]))
    found = {path.relative_to(folder).as_posix(): path for path in paths if path.is_file()}
    for name in sorted(found):
        yield _look(found[name], name, read)


def _look(path: Path, name: str, read: FileHasher) -> FoundFile:
    return FoundFile(name, str(path), path.stat().st_size, _known(read(str(path))))


def _try_hash(path: str) -> Digest:
    try:
        return _hash(path)
    except OSError:
        return _UNKNOWN  # the file is there and cannot be read: ingest writes the decision


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


def _pass_over(_: str) -> Digest:
    return _UNKNOWN


def _known(digest: Digest) -> Digest | None:
    return None if digest == _UNKNOWN else digest


def _is_same(path: str, sheet: Path) -> bool:
    return path.endswith(sheet.name) and sheet.samefile(path)


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
