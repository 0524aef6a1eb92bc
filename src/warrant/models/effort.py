"""Processor time of training and answering, that of programs which work for us among it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_TASKS = Path("/proc/self/task")


def cpu_s() -> float:
    """Give the processor time that was spent so far.

    Returns:
        Seconds of this process, of those that ended within it, and, where the system tells (Linux),
        of those that still run for it, as trees do.
    """
    ended = os.times()
    return time.process_time() + ended.children_user + ended.children_system + _running_s()


def _running_s() -> float:
    """Add up the processes that this one started and that still run."""
    total = 0.0
    with suppress(OSError, ValueError):
        for task in _TASKS.iterdir():
            for child in (task / "children").read_text("ascii").split():
                total += _process_s(child)
    return total


def _process_s(number: str) -> float:
    with suppress(OSError, ValueError, IndexError):
        # Fields 14 to 17 of proc(5): own and ended children's ticks; the name may hold spaces.
        fields = Path("/proc", number, "stat").read_text("utf-8").rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0
