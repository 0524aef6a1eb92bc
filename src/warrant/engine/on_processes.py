"""Work on several items at a time, by processes of this machine."""

from __future__ import annotations

import os
import signal
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, Any

from warrant.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from warrant.records.interfaces import Item, Made


class ProcessEngine:
    """Runs on processes that are started at the first item and end with this one.

    Args:
        count: processes, at least 1.
    """

    def __init__(self, count: int = 2) -> None:
        # A process that was forked would share the threads' locks of this one.
        context = get_context("spawn")
        self._pool = ProcessPoolExecutor(count, context, _begin)
        self._most = count + 1

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)

    def stream(self, work: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
        """Do work on each item; the results come in the order of the items.

        Args:
            work: can be pickled.
            items: read a little ahead of the results, so that memory stays bounded.

        Yields:
            One result an item.

        Raises:
            OutsideError: when a process was ended from outside.
        """
        waiting = deque[Any]()
        try:
            for item in items:
                waiting.append(self._pool.submit(work, item))
                if len(waiting) > self._most:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise OutsideError(
                "A process that worked on rows was ended from outside, perhaps for want of memory.",
                do="Run it again: what was done is kept. Without `engine:` in the recipe the rows "
                "are the same.",
            ) from None


def _begin() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that one has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
    os._exit(1)  # nobody will ask for what is being worked out
