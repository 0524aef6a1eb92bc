"""The head of a log: the one place where writers agree on what has been logged.

Law: of any number of swaps that expect the same head, at most one succeeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from warrant.errors import OutsideError
from warrant.kernel.disk import LOCAL, Disk
from warrant.kernel.durable import ensure_folder, explained, write_file
from warrant.kernel.lock import Claim, FileLock

if TYPE_CHECKING:
    from pathlib import Path


class Conflict(OutsideError):  # noqa: N818 — read as the thing that happened, like Busy
    """Another writer has moved the head of the log."""


class LogHead(Protocol):
    """The newest checkpoint of one log.

    What every head guarantees:

    * `swap` is one step: a reader sees the old bytes or the new, never a part.
    * Swaps are serialisable: each that succeeds replaces exactly the bytes it expected.
    * When `swap` has returned, the new bytes survive a power cut.
    * When `swap` raised `Conflict`, it has changed nothing. After another error it may have
      happened or not: read again.
    * `read` gives bytes that some `swap` has put there, and never older ones than it, or
      anyone who told the reader, has seen.
    """

    def read(self) -> bytes | None:
        """Give the newest checkpoint; None for a log that was never written."""

    def swap(self, expected: bytes | None, new: bytes) -> None:
        """Replace the expected bytes, or raise `Conflict`."""


class FileLogHead:
    """The head as a file, `.warrant/log/checkpoint`.

    Args:
        path: the file.
        lock: held while it is replaced; by default `LOG.lock` beside the log's folder.
        disk: through which it is written.
    """

    def __init__(self, path: Path, lock: FileLock | None = None, disk: Disk = LOCAL) -> None:
        self._path = path
        self._lock = lock or lock_of(path.parent)
        self._disk = disk

    def read(self) -> bytes | None:
        """Give the newest checkpoint.

        Returns:
            its bytes; None for a log that was never written.

        Raises:
            OutsideError: when the disk fails.
            InputError: when the file may not be read.
        """
        with explained(self._path):
            try:
                return self._path.read_bytes()
            except FileNotFoundError:
                return None

    def swap(self, expected: bytes | None, new: bytes) -> None:
        """Replace the checkpoint durably if it is still the expected one.

        Args:
            expected: what `read` gave; None for a log that was never written.
            new: the next checkpoint.

        Raises:
            Conflict: when another writer was first; nothing has changed.
            Busy: when another writer holds the log for too long.
            InputError: when the folder cannot be written.
            OutsideError: when the disk is full or fails.
        """
        with explained(self._path):
            ensure_folder(self._path.parent, self._disk)
        with self._lock:
            if self.read() != expected:
                raise Conflict(
                    f"'{self._path}' was moved by another writer in the meantime.",
                    do="Run the same command again: it continues from the new head.",
                )
            write_file(self._path, new, self._disk)


def lock_of(log: Path) -> FileLock:
    """Give the lock that keeps writers of a log apart.

    Args:
        log: the log's folder.

    Returns:
        a lock on `LOG.lock` beside it, so that the folder holds nothing but the log.
    """
    return FileLock(log.with_name(f"{log.name}.lock"), Claim("adding to the log"))
