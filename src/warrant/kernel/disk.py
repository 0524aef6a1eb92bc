"""The acts that change files, and the limits of a process, as the operating system offers them.

The one module that calls what Windows does differently. Every act that changes a file goes
through a `Disk`, so that a test can make each of them fail both ways: not done, and done but
the answer lost.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Protocol

if sys.platform == "win32":  # pragma: no cover — Windows only
    import msvcrt
else:
    import fcntl
    import resource
    import signal

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)
_FAR = 1 << 30  # Windows locks bytes against reading too: lock one where nobody reads


class Disk(Protocol):
    """The acts that change files. Each raises `OSError` and promises nothing but itself."""

    def make_folder(self, path: Path, *, private: bool) -> None:
        """Make one folder; its parent exists. An existing folder is left as it is."""

    def create(self, path: Path, *, private: bool) -> int:
        """Create a file that does not exist, and give its descriptor."""

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of the data."""

    def sync(self, path: Path) -> None:
        """Return when the file's bytes survive a power cut."""

    def rename(self, source: Path, target: Path) -> None:
        """Give a file its name, replacing what had it, in one step."""

    def remove(self, path: Path) -> None:
        """Remove a file."""

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""

    def sync_folder(self, path: Path) -> None:
        """Return when the folder's list of names survives a power cut."""

    def commit(self, connection: sqlite3.Connection) -> None:
        """Commit a transaction of SQLite."""


class LocalDisk:
    """The machine's own disk."""

    def make_folder(self, path: Path, *, private: bool) -> None:
        """Make one folder, for its owner alone when it is private."""
        path.mkdir(mode=0o700 if private else 0o777, exist_ok=True)

    def create(self, path: Path, *, private: bool) -> int:
        """Create a file, for its owner alone when it is private."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
        return os.open(path, flags, 0o600 if private else 0o666)

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of the data, in as many calls as the system wants."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def sync(self, path: Path) -> None:
        """Flush one file; Windows flushes only what is open for writing."""
        descriptor = os.open(path, os.O_RDWR | _BINARY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        """Replace in one step, on every system."""
        os.replace(source, target)  # noqa: PTH105 — the seam is one system call

    def remove(self, path: Path) -> None:
        """Remove a file; one that is gone is what was wanted."""
        path.unlink(missing_ok=True)

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()

    def sync_folder(self, path: Path) -> None:
        """Flush the folder; Windows has no such call and journals names by itself."""
        if sys.platform == "win32":  # pragma: no cover — Windows only
            return
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def commit(self, connection: sqlite3.Connection) -> None:
        """Commit; `PRAGMA synchronous` says how hard."""
        connection.commit()


LOCAL = LocalDisk()
"""The disk that is used when no other is given."""


def free_bytes(path: Path) -> int:
    """Say how many bytes this account may still write beside a path.

    Args:
        path: need not exist yet.

    Returns:
        free bytes of the file system that holds it.
    """
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


if sys.platform == "win32":  # pragma: no cover — Windows only

    def try_lock(descriptor: int) -> bool:
        """Take the exclusive lock of an open file; False when another has it."""
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(descriptor, 0, os.SEEK_SET)
        return True

    def unlock(descriptor: int) -> None:
        """Give the lock back."""
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:

    def try_lock(descriptor: int) -> bool:
        """Take the exclusive lock of an open file; False when another has it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Give the lock back."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)


if sys.platform == "win32":  # pragma: no cover — Windows only

    def limit_process(memory_bytes: int, *, writes_files: bool) -> None:
        """Do nothing: Windows limits a process only from outside."""

    def limit_cpu(seconds: int) -> None:
        """Do nothing: Windows limits a process only from outside."""

    def ended_by_cpu(exit_code: int) -> bool:  # noqa: ARG001 — one signature on all systems
        """Say no: Windows ends no process for that."""
        return False

else:

    def limit_process(memory_bytes: int, *, writes_files: bool) -> None:
        """Keep this process from taking more memory, leaving a dump, and writing files.

        Args:
            memory_bytes: of address space; macOS knows no such limit.
            writes_files: whether it may write any.
        """
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_AS, memory_bytes)
        if not writes_files:
            _limit(resource.RLIMIT_FSIZE, 0)

    def limit_cpu(seconds: int) -> None:
        """End this process once it has computed for so long from now on; waiting is free.

        Args:
            seconds: of processor time, user and system; the limit set before no longer counts.
        """
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)

    def ended_by_cpu(exit_code: int) -> bool:
        """Say whether a process was ended by `limit_cpu`.

        Args:
            exit_code: as `subprocess` gives it.

        Returns:
            True when it computed too long.
        """
        return exit_code == -signal.SIGXCPU

    def _limit(name: int, most: int) -> None:
        hard = resource.getrlimit(name)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(name, (allowed, hard))
        except (ValueError, OSError):  # pragma: no cover — systems that lack this limit
            return
