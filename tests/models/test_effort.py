from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from warrant.models.effort import cpu_s

BUSY = "import sys, time\nwhile time.process_time() < 0.2: pass\nprint('done', flush=True)\n"


def test_our_own_work_counts() -> None:
    before = cpu_s()
    assert sum(range(2_000_000)) > 0
    assert cpu_s() > before


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="only Linux tells of processes that still run"
)
def test_work_of_a_process_that_still_runs_counts_once() -> None:
    before = cpu_s()
    with subprocess.Popen(
        [sys.executable, "-c", BUSY + "sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as busy:
        assert busy.stdout is not None
        assert busy.stdout.readline().strip() == b"done"
        running = cpu_s() - before
        assert running > 0.15
    assert cpu_s() - before == pytest.approx(running, abs=0.1)
