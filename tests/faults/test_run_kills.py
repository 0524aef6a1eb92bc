"""A run is killed at fifty moments: each next run ends as an undisturbed one would have ended."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flow.bench import Bench, make_bench
from warrant.kernel.log import Log

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

KILLS = 50
SERVER = """
import os, signal, sys, time
from pathlib import Path
from tests.flow.bench import Bench
import warrant.engine, warrant.policy, sklearn.linear_model, warrant.flow.job
from warrant.flow.plan import STEPS
for step in STEPS:
    step.load()
for line in sys.stdin:
    root, delay_s = line.split()
    child = os.fork()
    if not child:
        Bench(Path(root)).run()
        os._exit(0)
    began = time.monotonic()
    if float(delay_s):
        time.sleep(float(delay_s))
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    print(int(os.WIFSIGNALED(status)), time.monotonic() - began, flush=True)
"""


@dataclass
class Runs:
    """A process whose libraries are loaded; each run is a fork of it, so that only runs are killed.

    Args:
        process: reads `ROOT SECONDS` and answers whether the run was killed, and after how long.
    """

    process: subprocess.Popen[str]

    def run(self, bench: Bench, kill_after_s: float = 0.0) -> tuple[bool, float]:
        """Run in a process of its own, and kill it after some seconds; 0: let it end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{bench.root} {kill_after_s}\n")
        self.process.stdin.flush()
        killed, took_s = self.process.stdout.readline().split()
        return bool(int(killed)), float(took_s)


@pytest.fixture(name="runs", scope="module")
def _runs() -> Iterator[Runs]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    ) as process:
        yield Runs(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(name="fresh", scope="module")
def _fresh(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("fresh") / "notes")


def test_killed_at_fifty_moments_the_next_run_ends_as_an_undisturbed_one(
    fresh: Bench, runs: Runs, tmp_path: Path
) -> None:
    calm = Bench(tmp_path / "calm")
    shutil.copytree(fresh.root, calm.root)
    was_killed, took_s = runs.run(calm)
    assert not was_killed
    expected, entries = calm.run().fingerprints, calm.entries()
    draw = random.Random(11)
    lengths: set[int] = set()
    killed = 0
    for number in range(KILLS):
        bench = Bench(tmp_path / "killed")
        shutil.copytree(fresh.root, bench.root)
        was_killed, _ = runs.run(bench, took_s * (number + draw.random()) / KILLS)
        killed += was_killed
        lengths.add(Log(bench.state / "log").head().size)
        report = bench.run()
        assert report.fingerprints == expected, number
        assert bench.entries() == entries, number
        bench.require_sound()
        assert not list(bench.root.rglob("tmp-*")), number
        shutil.rmtree(bench.root)
    assert killed > KILLS // 2
    assert len(lengths) > 3  # the kills were spread over the run
