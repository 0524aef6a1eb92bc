"""`warrant predict` killed at any moment goes on, and ends with the bytes of a quiet run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import CONTRACTS, NoAudience
from warrant.flow.demo import Demo, make_demo

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX signal"),
]

PROGRAM = (
    "from warrant.serve import batch; batch.PORTION_LINES = 3; from warrant.cli import main; main()"
)
KILLS = 6


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return make_demo(tmp_path_factory.mktemp("demo") / "demo", NoAudience(), CONTRACTS)


def begin(demo: Demo, output: Path) -> subprocess.Popen[str]:
    words = ["predict", demo.report.bundle, demo.folder / "contracts", "-o", output]
    options = ["--trust", demo.trust, "--no-neighbours"]
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, [*words, *options])],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def parts(output: Path) -> int:
    return len(list(output.with_name(f"{output.name}.parts").glob("*.jsonl")))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_kill_9_loses_nothing_that_was_answered(demo: Demo, tmp_path: Path, suffix: str) -> None:
    for name in ("quiet", "killed"):
        (tmp_path / name).mkdir()
    quiet, killed = (tmp_path / name / f"out{suffix}" for name in ("quiet", "killed"))
    said, err = begin(demo, quiet).communicate(timeout=60)
    assert "rows in" in said, err
    rng, kills = random.Random(9), 0
    while kills < KILLS:
        before, child = parts(killed), begin(demo, killed)
        while parts(killed) <= before + rng.randrange(3) and child.poll() is None:
            time.sleep(0.001)
        time.sleep(rng.random() / 200)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        kills += 1
        if child.returncode == 0:
            break
        assert parts(killed) >= before
    assert kills > 2
    done = begin(demo, killed)
    out, err = done.communicate(timeout=60)
    if not done.returncode:
        assert "were kept from a run that was stopped." in out
    else:  # the last kill came too late
        assert "is there already" in err
    assert killed.read_bytes() == quiet.read_bytes()
    receipts = [one.with_name(f"{one.name}.receipt.json") for one in (quiet, killed)]
    assert receipts[0].read_bytes() == receipts[1].read_bytes().replace(b"killed", b"quiet")
    left = sorted(path.name for path in killed.parent.iterdir())
    assert left == [f"out{suffix}", f"out{suffix}.receipt.json"]
