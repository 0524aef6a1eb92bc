"""File trees: every file below a folder with its digest, hashed again only when it changed.

A `StatCache` remembers what each file looked like when it was hashed. A file that was written
within two seconds of being looked at is not remembered: another write in the same tick of its
clock would look the same (git calls such files "racily clean").

Law: `scan_files` with a cache gives what it gives without one.

Source: git, Documentation/technical/racy-git.txt.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from warrant.errors import InputError, OutsideError
from warrant.kernel.digest import Digest, hash_file

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

RACY_NS = 2_000_000_000
"""Files touched less than this before they were looked at are hashed again; the coarsest
clock of a file system in use (FAT) ticks every two seconds."""

OWN_FOLDER = ".warrant"
"""The folder that no scan enters."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS file_stat (
    folder TEXT, name TEXT, digest BLOB, size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER,
    inode INTEGER, PRIMARY KEY (folder, name)
) WITHOUT ROWID
"""
_SIGNED = (1 << 63) - 1  # SQLite counts no further
_SELECT = "SELECT name, digest, size, mtime_ns, ctime_ns, inode FROM file_stat WHERE folder = ?"
_INSERT = "INSERT INTO file_stat VALUES (?, ?, ?, ?, ?, ?, ?)"


class FoundFile(NamedTuple):
    """One file below the root."""

    path: str
    """Relative to the root, with `/`."""
    size: int
    """In bytes."""
    digest: Digest
    """SHA-256 of its bytes."""


Look: TypeAlias = tuple[int, int, int, int]
"""What a file looks like without being read: size, mtime and ctime in nanoseconds, inode."""


class FileHasher(Protocol):
    """Reads one file and gives its digest; a store's batch, which also keeps it, is one."""

    def __call__(self, path: str, /) -> Digest:
        """Read the file at the path."""


class StatCache:
    """What files looked like when they were last hashed, in a SQLite file that can be lost.

    Args:
        path: of the SQLite file, such as `.warrant/index.db`, in a folder that exists; other
            tables in it are left alone.

    Raises:
        OutsideError: when the file cannot be used, as every method does.
    """

    def __init__(self, path: Path) -> None:
        import sqlite3  # not needed to hash a model's files

        self._path = path
        with self._explained():
            self._database = sqlite3.connect(path, isolation_level=None)
        try:
            with self._explained():
                self._database.execute("PRAGMA journal_mode = WAL")
                self._database.execute("PRAGMA synchronous = NORMAL")
                self._database.execute(_SCHEMA)
        except OutsideError:
            self.close()
            raise

    def known(self, folder: str) -> dict[str, tuple[Look, bytes]]:
        """Give what is known of the files right in a folder.

        Args:
            folder: its whole path.

        Returns:
            look and digest by file name.

        Raises:
            OutsideError: when the index cannot be used.
        """
        with self._explained():
            rows = self._database.execute(_SELECT, (folder,))
            return {row[0]: (row[2:], row[1]) for row in rows}

    def replace(self, folder: str, files: dict[str, tuple[Look, bytes]]) -> None:
        """Remember the files right in a folder, and forget all others in it.

        Args:
            folder: its whole path.
            files: look and digest by file name.

        Raises:
            OutsideError: when the index cannot be used.
        """
        rows = [(folder, name, digest, *look) for name, (look, digest) in files.items()]
        with self._explained():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.execute("DELETE FROM file_stat WHERE folder = ?", (folder,))
                self._database.executemany(_INSERT, rows)
                self._database.commit()
            finally:
                self._database.rollback()  # does nothing after a commit

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        import sqlite3

        try:
            yield
        except sqlite3.ProgrammingError:
            raise  # our own mistake, such as a cache that is closed
        except sqlite3.Error as error:
            raise OutsideError(
                f"The index '{self._path}' cannot be used: {error}.",
                do="It holds look-ups only. Run: warrant rebuild",
            ) from error


def scan_files(
    root: Path,
    cache: StatCache | None = None,
    *,
    read: FileHasher | None = None,
    is_held: Callable[[Digest], bool] | None = None,
    skip: Collection[str] = (OWN_FOLDER,),
    now_ns: Callable[[], int] = time.time_ns,
) -> list[FoundFile]:
    """List every file below a folder with its digest.

    A link to a file is the file. A link to a folder, a pipe or a device is refused: silently
    left out, it would be missing from every count.

    Args:
        root: the folder.
        cache: files that look as it says are not read.
        read: reads a file and gives its digest; `store.writer().put_file` keeps it on the way.
        is_held: asked before a file is not read; False for bytes that the store has lost.
        skip: names of files and folders to leave out, at any depth.
        now_ns: the clock, in nanoseconds since 1970. One that is behind the file system's costs
            hashing; one ahead of it lets a second write within one tick go unseen.

    Returns:
        files sorted by the UTF-8 bytes of their paths.

    Raises:
        InputError: when a folder or file cannot be read, a name is not UTF-8, or something is
            neither file nor folder.
    """
    scan = _Scan(cache, read or hash_file, is_held, now_ns)
    found: list[FoundFile] = []
    waiting = [("", os.path.realpath(root))]
    while waiting:
        prefix, folder = waiting.pop()
        entries = [entry for entry in _list(folder) if entry.name not in skip]
        files = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append((f"{prefix}{entry.name}/", entry.path))
            else:
                files.append(entry)
        found += scan.folder(prefix, folder, files)
    found.sort()
    return found


class _Scan(NamedTuple):
    cache: StatCache | None
    read: FileHasher
    is_held: Callable[[Digest], bool] | None
    now_ns: Callable[[], int]

    def folder(
        self, prefix: str, folder: str, files: list[os.DirEntry[str]]
    ) -> Iterator[FoundFile]:
        known = self.cache.known(folder) if self.cache else {}
        is_held = self.is_held
        kept: dict[str, tuple[Look, bytes]] = {}
        for entry in files:
            name, look = entry.name, _look(entry)
            old = known.get(name)
            digest = Digest(old[1]) if old and old[0] == look else None
            if old and digest and (is_held is None or is_held(digest)):
                kept[name] = old
            else:
                digest, is_settled = self._hash(entry, look)
                if is_settled:
                    kept[name] = look, digest.raw
            yield FoundFile(prefix + name, look[0], digest)
        if self.cache and kept != known:
            self.cache.replace(folder, kept)

    def _hash(self, entry: os.DirEntry[str], look: Look) -> tuple[Digest, bool]:
        """Read a file, and say whether its look may stand for its bytes."""
        settled_ns = self.now_ns() - RACY_NS
        try:
            digest = self.read(entry.path)
            after = os.stat(entry.path)  # noqa: PTH116 — a hundred thousand times a second
        except OSError as error:
            raise _unreadable(entry.path, error) from error
        size, mtime_ns, ctime_ns, _ = look
        is_same = (after.st_size, after.st_mtime_ns) == (size, mtime_ns)
        return digest, is_same and max(mtime_ns, ctime_ns) < settled_ns


def _list(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise _unreadable(folder, error) from error


def _look(entry: os.DirEntry[str]) -> Look:
    try:
        if not entry.name.isascii():
            entry.name.encode()
        found = entry.stat()
    except UnicodeEncodeError:
        raise InputError(
            f"The name {os.fsencode(entry.path)!r} is not UTF-8.", do="Rename the file."
        ) from None
    except OSError as error:
        raise _unreadable(entry.path, error) from error
    if not stat.S_ISREG(found.st_mode):
        kind = "a link to a folder" if stat.S_ISDIR(found.st_mode) else "neither file nor folder"
        raise InputError(
            f"'{entry.path}' is {kind}.", do="Take it out, or name its target as a source."
        )
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino & _SIGNED


def _unreadable(path: str, error: OSError) -> InputError:
    return InputError(
        f"'{path}' cannot be read: {error.strerror}.",
        do="Give this account the right to read it, or take it out of the sources.",
    )
