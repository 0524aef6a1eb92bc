"""The files of a source: found, sorted by name, those in archives and messages among them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from warrant.errors import InputError, meant
from warrant.kernel.filetree import scan_files
from warrant.stages.ingest.files import UNKNOWN, FoundFile, known, place, try_hash
from warrant.stages.ingest.unpack import unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.kernel.digest import Digest
    from warrant.kernel.filetree import FileHasher, StatCache
    from warrant.stages.ingest.config import IngestConfig, SourceConfig

_PATTERN = frozenset("*?[")


def scan(
    config: IngestConfig, cache: StatCache | None = None, *, digests: bool = True
) -> tuple[tuple[FoundFile, ...], ...]:
    """Find the files of every source.

    Args:
        config: the sources; their `files` are not looked at.
        cache: what files looked like when they were last hashed.
        digests: whether to hash what the cache does not know; else digests are None.

    Returns:
        For each source its files, sorted by name, the files in files among them; a sheet is no
        document of its own source.

    Raises:
        InputError: when a source or its sheet is not there, or holds no file.
    """
    read = try_hash if digests else _pass_over
    return tuple(_scan_source(config, source, cache, read) for source in config.sources)


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
    return unpack(found)


def _cure(config: IngestConfig, path: str) -> str:
    """Say what to do about a source without a file."""
    if place(config, path).is_dir():
        return f"Put documents into {path!r}, or correct 'path:' in the recipe."
    correct = "Correct 'path:' in the recipe: a folder, a file, or a pattern such as 'in/*.txt'."
    return meant(path, correct, config.folder)


def _find(root: Path, cache: StatCache | None, read: FileHasher) -> Iterator[FoundFile]:
    if root.is_dir():
        for file in scan_files(root, cache, read=read):
            yield FoundFile(file.path, f"{root}/{file.path}", file.size, known(file.digest))
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
    return FoundFile(name, str(path), path.stat().st_size, known(read(str(path))))


def _pass_over(_: str) -> Digest:
    return UNKNOWN


def _is_same(path: str, sheet: Path) -> bool:
    return path.endswith(sheet.name) and sheet.samefile(path)
