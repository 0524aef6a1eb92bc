"""Measuring: what one program costs, run as a child of this one.

CPU seconds are those of the child and of every process it waited for, user and system together.
Only they and ratios between them mean something on a shared machine; wall time is not reported.
This module imports nothing heavy: on Linux a child's peak memory can never be read as less than
that of the process that started it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

HERE = Path(__file__).resolve().parents[1]
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """What one run of a program cost."""

    cpu_s: float
    """CPU seconds, user and system, descendants included."""
    peak_bytes: int
    """Largest resident memory of any one process."""
    answer: Any = None
    """What the program printed, when it was JSON."""


@dataclass
class Series:
    """One contender over several rounds."""

    name: str
    """As the table calls it."""
    costs: list[Cost] = field(default_factory=list)
    """One per round."""

    @property
    def cpu_s(self) -> float:
        """The median."""
        return median(one.cpu_s for one in self.costs)

    @property
    def peak_bytes(self) -> int:
        """The largest."""
        return max(one.peak_bytes for one in self.costs)

    @property
    def spread(self) -> tuple[float, float]:
        """Least and most CPU seconds."""
        found = [one.cpu_s for one in self.costs]
        return min(found), max(found)


ROUND = "{round}"
"""Stands in a command or folder for the number of the round."""


@dataclass(frozen=True)
class Contender:
    """One program in a race.

    Every round writes to folders of its own, and nothing is removed before the end: ext4 charges
    whoever creates files for those that somebody else removed a moment ago.
    """

    name: str
    """As the table calls it."""
    command: Sequence[str | Path]
    """What is measured; `ROUND` in it is replaced."""
    prepare: Callable[[int], object] = lambda _: None
    """What goes before each run, unmeasured; gets the number of the round."""
    folder: Path | None = None
    """Where it runs; `ROUND` in it is replaced."""
    inside: bool = False
    """The program measures itself and prints `cpu_s`: only the work counts, not its start."""


def program(name: str) -> str:
    """Give the path of a program beside the running Python.

    Args:
        name: of the program.

    Returns:
        Its path.
    """
    return str(Path(sys.executable).parent / name)


def own(*words: str | Path) -> list[str | Path]:
    """Give the command of one of our own pieces of work (`benchmarks.work`)."""
    return [sys.executable, "-m", "benchmarks.work", *words]


def run_child(
    command: Sequence[str | Path], environment: Mapping[str, str], folder: Path | None = None
) -> Cost:
    """Run a program to its end.

    Args:
        command: program and arguments.
        environment: its variables, all of them.
        folder: where it runs.

    Returns:
        What it cost.

    Raises:
        RuntimeError: when it fails, with the end of what it said.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            [str(one) for one in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=said,
            env=dict(environment),
            cwd=folder,
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        for stream in (out, said):
            stream.seek(0)
        text = out.read().decode(errors="replace")
        if child.returncode:
            words = (said.read().decode(errors="replace") + text)[-2000:]
            raise RuntimeError(f"exit {child.returncode} from {list(map(str, command))}: {words}")
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * PEAK_UNIT, answer)


def hashing_speed() -> float:
    """Say how much work a CPU second does just now: thousands of small SHA-256.

    Neighbours take caches and execution units, and so make CPU seconds dearer.
    """
    count, state = 200_000, bytes(32)
    start = time.process_time()
    for _ in range(count):
        state = hashlib.sha256(b"\1" + state + state).digest()
    return count / 1e3 / (time.process_time() - start)


def race(
    contenders: Sequence[Contender],
    rounds: int,
    environment: Mapping[str, str],
    speeds: list[float],
) -> dict[str, Series]:
    """Run contenders in turn, several times.

    Args:
        contenders: in the order of each round.
        rounds: how often each runs.
        environment: of all of them.
        speeds: gets the `hashing_speed` before each run.

    Returns:
        The series of each, by name.
    """
    found = {one.name: Series(one.name) for one in contenders}
    for number in range(rounds):
        for one in contenders:
            one.prepare(number)
            speeds.append(hashing_speed())
            os.sync()  # nobody pays for what the one before left to be written
            command = [str(word).replace(ROUND, str(number)) for word in one.command]
            folder = one.folder and Path(str(one.folder).replace(ROUND, str(number)))
            cost = run_child(command, environment, folder)
            if one.inside:
                cost = Cost(cost.answer["cpu_s"], cost.peak_bytes, cost.answer)
            found[one.name].costs.append(cost)
            print(f"  round {number + 1}  {one.name:<40} {cost.cpu_s:8.3f} CPU s", flush=True)
    return found
