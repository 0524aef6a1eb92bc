"""Having archives and messages opened by a process, and writing down what it gives."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from threading import Timer
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self, cast

from warrant.errors import OutsideError
from warrant.kernel.digest import Digest
from warrant.kernel.disk import ended_by_cpu
from warrant.stages.ingest.apart import (
    CPU_SECONDS,
    CRASHED,
    TOO_SLOW,
    WALL_SECONDS,
    end_process,
    environment,
)
from warrant.stages.ingest.opener import HEAD, write_part

if TYPE_CHECKING:
    from collections.abc import Iterator

TOO_LARGE, TOO_MANY = "archive_too_large", "archive_too_many"
"""Codes of the reasons for a file that unpacks to more than it may."""

_OPENER = "warrant.stages.ingest.opener"


class Budget:
    """What an outermost file and all in it may still unpack to.

    Args:
        size_bytes: in all.
        members: how many.
    """

    def __init__(self, size_bytes: int, members: int) -> None:
        self.size_bytes = size_bytes
        self.members = members


class Unpacked(NamedTuple):
    """A member, written down."""

    name: str
    """As the outer file writes it."""
    path: str
    """Where its bytes lie now."""
    size: int
    """In bytes."""
    digest: Digest
    """SHA-256 of them."""
    refused: str | None = None
    """Code of the reason why there are none."""


class Opened(NamedTuple):
    """What was found in a file."""

    members: tuple[Unpacked, ...]
    """In its own order."""
    refused: str | None = None
    """Code of the reason why the file was given up; then there are no members."""


class _Given(NamedTuple):
    letter: bytes
    data: bytes


class _GaveUp(Exception):  # noqa: N818 - what becomes of the file, not an error of ours
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Opener:
    """A process that opens files, started with the first one; use it in `with`.

    Args:
        wall_seconds: the most for one file.
        cpu_seconds: the most with the processor, for each member.
    """

    def __init__(self, wall_seconds: float = WALL_SECONDS, cpu_seconds: int = CPU_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._cpu_seconds = cpu_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def open(self, suffix: str, data: bytes, folder: str, budget: Budget) -> Opened:
        """Have a file opened, and write its members down.

        Args:
            suffix: name of its kind in the catalog.
            data: the file.
            folder: where the members go, under numbers of ours.
            budget: what it may unpack to; it shrinks by what is written.

        Returns:
            Its members, or why it was given up.

        Raises:
            OutsideError: when there is no room for them.
        """
        written: list[Unpacked] = []
        process = self._started()
        timer = Timer(self._wall_seconds, process.kill)
        timer.start()
        try:
            requests = cast("BinaryIO", process.stdin)
            write_part(requests, suffix.encode())
            write_part(requests, data)
            requests.flush()
            for given in _answers(cast("BinaryIO", process.stdout)):
                self._take(given, written, folder, budget)
        except (_GaveUp, BrokenPipeError) as end:
            code = end.code if isinstance(end, _GaveUp) else CRASHED.code
            return self._give_up(code, written, is_late=not timer.is_alive())
        except OSError as error:
            self._end()
            raise OutsideError(
                "There is no room to unpack an archive or a message of the sources.",
                do="Free space where temporary files go, or name another folder: "
                "TMPDIR=/somewhere warrant run",
            ) from error
        finally:
            timer.cancel()
        return Opened(tuple(written))

    def _take(self, given: _Given, written: list[Unpacked], folder: str, budget: Budget) -> None:
        """Write down one thing that the process gave."""
        if given.letter == b"N":
            if not budget.members:
                raise _GaveUp(TOO_MANY)
            budget.members -= 1
            self._count += 1
            self._hash = sha256()
            path = os.path.join(folder, str(self._count))  # noqa: PTH118 - for many members
            written.append(Unpacked(given.data.decode(), path, 0, Digest(self._hash.digest())))
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            return
        last = written[-1]
        if given.letter == b"R":
            os.unlink(last.path)  # noqa: PTH108
            written[-1] = last._replace(refused=given.data.decode())
            return
        budget.size_bytes -= len(given.data)
        if budget.size_bytes < 0:
            raise _GaveUp(TOO_LARGE)
        with open(last.path, "ab") as file:  # noqa: PTH123
            file.write(given.data)
        self._hash.update(given.data)
        digest = Digest(self._hash.digest())
        written[-1] = last._replace(size=last.size + len(given.data), digest=digest)

    def _give_up(self, code: str, written: list[Unpacked], *, is_late: bool) -> Opened:
        process = self._process
        self._end()
        if code == CRASHED.code and process is not None:
            is_slow = is_late or ended_by_cpu(process.returncode)
            code = TOO_SLOW.code if is_slow else code
        for one in written:
            if one.refused is None:
                os.unlink(one.path)  # noqa: PTH108
        return Opened((), code)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", _OPENER, str(self._cpu_seconds)],
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end_process(process)


def _answers(stream: BinaryIO) -> Iterator[_Given]:
    while True:
        head = stream.read(HEAD.size)
        if len(head) < HEAD.size:
            raise _GaveUp(CRASHED.code)
        letter, length = HEAD.unpack(head)
        data = stream.read(length)
        if len(data) < length:
            raise _GaveUp(CRASHED.code)
        if letter == b"E":
            return
        if letter == b"X":
            raise _GaveUp(data.decode())
        yield _Given(letter, data)
