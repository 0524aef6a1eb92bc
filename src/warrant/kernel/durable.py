"""Files that are whole or absent, whatever happens while they are written.

Everything here writes through a `Disk`.

Law: after a crash at any moment, a file written by `write_file` holds the old bytes or
the new ones, and a file that starts with `tmp-` belongs to nobody.
"""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from warrant.errors import InputError, OutsideError, WarrantError
from warrant.kernel.disk import LOCAL, Disk, free_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

TEMPORARY = "tmp-"
"""How the name of an unfinished file starts."""

BUFFER_BYTES = 1 << 20
"""How much a draft gathers before it writes."""

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}


class Draft:
    """A file being written under a temporary name; whole, it gets its own.

    Used as a context manager: what was not published is removed.

    Args:
        folder: where it is written, and later lives; it exists.
        disk: through which it is written.
        private: for its owner alone.
        name: what follows `tmp-`, so that a killed writer's draft is taken over; else at random.

    Raises:
        OSError: from the disk.
    """

    path: Path
    """The temporary name."""

    size: int
    """Bytes taken so far."""

    def __init__(
        self, folder: Path, disk: Disk = LOCAL, *, private: bool = False, name: str = ""
    ) -> None:
        self.path = folder / f"{TEMPORARY}{name or secrets.token_hex(8)}"
        if name:
            disk.remove(self.path)
        self.size = 0
        self._disk = disk
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._descriptor = disk.create(self.path, private=private)
        self._is_open = True
        self._is_published = False

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        self.size += len(data)
        if self._waiting_bytes >= BUFFER_BYTES:
            self._flush()

    def finish(self) -> None:
        """Write what waits and close; nothing is synced yet."""
        self._flush()
        self._close()

    def publish(self, target: Path) -> None:
        """Make the bytes durable, then give the file its name.

        Args:
            target: in the same folder. That the name is durable too is `sync_folder`'s.
        """
        self.finish()
        self._disk.sync(self.path)
        self.rename(target)

    def rename(self, target: Path) -> None:
        """Give the finished file its name without syncing it."""
        self._disk.rename(self.path, target)
        self._is_published = True

    def discard(self) -> None:
        """Close and remove what was not published. Never raises: `sweep` finds the rest."""
        self._close()
        if not self._is_published:
            with suppress(OSError):
                self._disk.remove(self.path)

    def __enter__(self) -> Draft:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()

    def _flush(self) -> None:
        if self._waiting:
            data = self._waiting[0] if len(self._waiting) == 1 else b"".join(self._waiting)
            self._waiting = []
            self._waiting_bytes = 0
            self._disk.write(self._descriptor, data)

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            os.close(self._descriptor)


def write_file(
    path: Path, data: bytes, disk: Disk = LOCAL, *, private: bool = False, swept: bool = True
) -> None:
    """Write a file whole, durably, replacing what was there.

    Args:
        path: its name; missing folders are made.
        data: all its bytes.
        disk: through which it is written.
        private: for its owner alone.
        swept: somebody calls `sweep` on the folder. Where nobody does, one writes at a time, and
            the next one takes over the draft that a killed one left.

    Raises:
        InputError: when the folder cannot be written.
        OutsideError: when the disk is full or fails.
    """
    with explained(path):
        ensure_folder(path.parent, disk, private=private)
        name = "" if swept else path.name
        with Draft(path.parent, disk, private=private, name=name) as draft:
            draft.write(data)
            draft.publish(path)
        disk.sync_folder(path.parent)


def write_files(files: Iterable[tuple[Path, bytes]], disk: Disk = LOCAL) -> None:
    """Write many files, each whole, all durable when this returns.

    All are written before the first is synced, so that the system gathers the work.

    Args:
        files: name and bytes of each, in the order in which they get their names.
        disk: through which they are written.

    Raises:
        InputError: when a folder cannot be written.
        OutsideError: when the disk is full or fails.
    """
    drafts: list[tuple[Draft, Path]] = []
    folders: dict[Path, None] = {}
    path = Path()
    try:
        for path, data in files:
            with explained(path):
                if path.parent not in folders:
                    ensure_folder(path.parent, disk)
                    folders[path.parent] = None
                draft = Draft(path.parent, disk)
                drafts.append((draft, path))
                draft.write(data)
                draft.finish()
        with explained(path):
            for draft, _ in drafts:
                disk.sync(draft.path)
            for draft, target in drafts:
                draft.rename(target)
            for folder in folders:
                disk.sync_folder(folder)
    finally:
        for draft, _ in drafts:
            draft.discard()


def ensure_folder(path: Path, disk: Disk = LOCAL, *, private: bool = False) -> None:
    """Make a folder and those above it, each durably named.

    Args:
        path: the folder.
        disk: through which it is made.
        private: those made are for their owner alone.

    Raises:
        OSError: from the disk.
    """
    if path.is_dir():
        return
    ensure_folder(path.parent, disk, private=private)
    disk.make_folder(path, private=private)
    disk.sync_folder(path.parent)


def sweep(folder: Path, disk: Disk = LOCAL) -> list[Path]:
    """Remove what a killed writer left under temporary names.

    Args:
        folder: searched with all folders in it. The caller holds the writer's lock.
        disk: through which files are removed.

    Returns:
        what was removed, sorted.

    Raises:
        InputError: when the folder cannot be written.
        OutsideError: when the disk fails.
    """
    found = sorted(path for path in folder.rglob(f"{TEMPORARY}*") if path.is_file())
    with explained(folder):
        for path in found:
            disk.remove(path)
    return found


def require_free(path: Path, needed_bytes: int) -> None:
    """Stop before work that will not fit.

    Args:
        path: where it will be written; need not exist yet.
        needed_bytes: how much will be written.

    Raises:
        OutsideError: when less is free.
    """
    free = free_bytes(path)
    if free < needed_bytes:
        raise OutsideError(
            f"'{path}' needs {_megabytes(needed_bytes)} of free disk, {_megabytes(free)} are free.",
            do="Free some disk space, or move the workspace to a larger disk, and run again.",
        )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn an error of the operating system into one that says what to do.

    Args:
        path: what was being written.

    Yields:
        nothing.

    Raises:
        InputError: when the place may not be written.
        OutsideError: when the disk is full or fails.
    """
    try:
        yield
    except OSError as error:
        raise explain(error, path) from error


def explain(error: OSError, path: Path) -> WarrantError:
    """Say what an error of the operating system means for the reader.

    Args:
        error: what the system answered.
        path: what was being written.

    Returns:
        the error to raise: `InputError` for a place that may not be written, else
        `OutsideError`.
    """
    if error.errno in _FULL:
        return OutsideError(
            f"The disk is full: '{path}' could not be written.",
            do="Free some disk space and run the same command again; nothing committed is lost.",
        )
    if error.errno in _FORBIDDEN:
        return InputError(
            f"'{path}' cannot be written: {error.strerror}.",
            do="Give this account the right to write there, or use a workspace elsewhere.",
        )
    return OutsideError(
        f"'{path}' could not be written: {error.strerror or error}.",
        do="Check the disk and run the same command again; nothing committed is lost.",
    )


def _megabytes(count: int) -> str:
    return f"{-(-count // 1_000_000):,} MB"
