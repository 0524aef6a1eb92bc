"""A disk on which one act fails, before or after it was done; and what to try on it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from warrant.kernel.disk import LocalDisk

NOT_DONE = "not done"
ANSWER_LOST = "answer lost"
HALF_DONE = "half done"

Scenario = Callable[["FaultyDisk"], object]


@dataclass
class FaultyDisk(LocalDisk):
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

    def _act(self, name: str, *args: Any, **kwargs: Any) -> Any:
        number = len(self.acts)
        self.acts.append(name)
        if self.is_killed and 0 <= self.at < number:
            raise OSError(self.error, "dead")
        if number != self.at:
            return getattr(LocalDisk, name)(self, *args, **kwargs)
        if self.how == ANSWER_LOST:
            getattr(LocalDisk, name)(self, *args, **kwargs)
        elif self.how == HALF_DONE and name == "write":
            LocalDisk.write(self, args[0], args[1][: len(args[1]) // 2])
        raise OSError(self.error, "made to fail")

    def make_folder(self, *args: Any, **kwargs: Any) -> None:
        self._act("make_folder", *args, **kwargs)

    def create(self, *args: Any, **kwargs: Any) -> int:
        found: int = self._act("create", *args, **kwargs)
        return found

    def write(self, *args: Any) -> None:
        self._act("write", *args)

    def sync(self, *args: Any) -> None:
        self._act("sync", *args)

    def rename(self, *args: Any) -> None:
        self._act("rename", *args)

    def remove(self, *args: Any) -> None:
        self._act("remove", *args)

    def remove_folder(self, *args: Any) -> None:
        self._act("remove_folder", *args)

    def sync_folder(self, *args: Any) -> None:
        self._act("sync_folder", *args)

    def commit(self, *args: Any) -> None:
        self._act("commit", *args)


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
