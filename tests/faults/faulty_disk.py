"""A disk on which one act fails, before or after it was done; and what to try on it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

from warrant.kernel.disk import LOCAL

T = TypeVar("T")

NOT_DONE = "not done"
ANSWER_LOST = "answer lost"
HALF_DONE = "half done"


@dataclass
class FaultyDisk:
    """Fails the act with the given number.

    Args:
        at: number of the act that fails, from 0; none by default.
        how: whether the act was not done, done, or (a write) half done.
        is_killed: whether every later act does nothing and fails too, as after a kill.
        error: the system's error number.
    """

    at: int = -1
    how: str = NOT_DONE
    is_killed: bool = False
    error: int = errno.EIO
    acts: list[str] = field(default_factory=list)

    def make_folder(self, path: Path, *, private: bool) -> None:
        self._act("make_folder", lambda: LOCAL.make_folder(path, private=private))

    def create(self, path: Path, *, private: bool) -> int:
        return self._act("create", lambda: LOCAL.create(path, private=private))

    def write(self, descriptor: int, data: bytes) -> None:
        if self.how == HALF_DONE and len(self.acts) == self.at:
            LOCAL.write(descriptor, data[: len(data) // 2])
        self._act("write", lambda: LOCAL.write(descriptor, data))

    def sync(self, path: Path) -> None:
        self._act("sync", lambda: LOCAL.sync(path))

    def rename(self, source: Path, target: Path) -> None:
        self._act("rename", lambda: LOCAL.rename(source, target))

    def remove(self, path: Path) -> None:
        self._act("remove", lambda: LOCAL.remove(path))

    def remove_folder(self, path: Path) -> None:
        self._act("remove_folder", lambda: LOCAL.remove_folder(path))

    def sync_folder(self, path: Path) -> None:
        self._act("sync_folder", lambda: LOCAL.sync_folder(path))

    def commit(self, connection: Connection) -> None:
        self._act("commit", lambda: LOCAL.commit(connection))

    def _act(self, name: str, do: Callable[[], T]) -> T:
        number = len(self.acts)
        self.acts.append(name)
        if self.is_killed and 0 <= self.at < number:
            raise OSError(self.error, "dead")
        if number != self.at:
            return do()
        if self.how == ANSWER_LOST:
            do()
        raise OSError(self.error, "made to fail")


def ways_to_fail(acts: list[str]) -> list[FaultyDisk]:
    """List a disk for every act and every way in which it can fail.

    Args:
        acts: names of the acts of an undisturbed run.
    """
    return [
        FaultyDisk(at, how, is_killed)
        for at, name in enumerate(acts)
        for how in (NOT_DONE, ANSWER_LOST, HALF_DONE)
        if how != HALF_DONE or name == "write"
        for is_killed in (False, True)
    ]
