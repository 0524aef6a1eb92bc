"""One writer at a time: a lock that dies with its process and says who holds it.

The lock is the operating system's, on an open file, so a killed process leaves none behind.
Readers never lock.

Law: of two processes, at most one is inside `with FileLock(path)` at any moment.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.errors import Busy
from warrant.kernel.disk import try_lock, unlock
from warrant.kernel.durable import explained

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

WAIT_S = 10.0
"""How long the second writer waits, in seconds."""

_POLL_S = 0.05
_INFO_BYTES = 4096


@dataclass(frozen=True)
class Claim:
    """What a holder writes into the lock file for those who wait."""

    command: str = "writing"
    """What it is doing, such as `warrant run`."""

    since: str = ""
    """When it began, RFC 3339 in UTC; empty when it does not say."""


class FileLock:
    """An exclusive lock on a file; entered again by the same thread it is free.

    A child made by `os.fork` shares the lock; one started as a program does not.

    Args:
        path: the lock file; made when missing, in a folder that exists, and never removed.
        claim: what those who wait are told.
        wait_s: how long to wait for another holder, in seconds.
        tell: called once with a sentence when there is someone to wait for.
    """

    def __init__(
        self,
        path: Path,
        claim: Claim | None = None,
        *,
        wait_s: float = WAIT_S,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self._path = path
        self._claim = claim or Claim()
        self._wait_s = wait_s
        self._tell = tell
        self._thread = threading.RLock()
        self._depth = 0
        self._descriptor = -1

    def __enter__(self) -> FileLock:
        until = time.monotonic() + self._wait_s
        if not self._thread.acquire(timeout=self._wait_s):
            raise self._busy()
        try:
            if not self._depth:
                self._acquire(until)
        except BaseException:
            self._thread.release()
            raise
        self._depth += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._depth -= 1
        if not self._depth:
            unlock(self._descriptor)
            os.close(self._descriptor)
        self._thread.release()

    def holder(self) -> str:
        """Say who holds the lock, or held it last.

        Returns:
            such as `process 4121 on 'ward3', 'warrant run', since 2026-11-20T08:00:00Z`.
        """
        return _describe(self._path)

    def _acquire(self, until: float) -> None:
        with explained(self._path):
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            self._wait(descriptor, until)
            with explained(self._path):
                os.ftruncate(descriptor, 0)
                os.write(descriptor, _encode(self._claim))
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def _wait(self, descriptor: int, until: float) -> None:
        tell = self._tell
        while not try_lock(descriptor):
            if time.monotonic() >= until:
                raise self._busy()
            if tell is not None:
                tell(f"Waiting up to {self._wait_s:g} s for {self.holder()}.")
                tell = None
            time.sleep(_POLL_S)

    def _busy(self) -> Busy:
        return Busy(
            f"'{self._path}' is held by {self.holder()}.",
            do="Wait until it is done and run the same command again.",
        )


def _encode(claim: Claim) -> bytes:
    said = {
        "command": claim.command,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "since": claim.since,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()[:_INFO_BYTES]


def _describe(path: Path) -> str:
    try:
        said = json.loads(path.read_bytes()[:_INFO_BYTES])
        who = f"process {said['pid']:d} on {said['host']!r}, {said['command']!r}"
        return f"{who}, since {said['since']}" if said["since"] else who
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"  # it has just locked and not yet written who it is
