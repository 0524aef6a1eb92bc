"""An erasure is killed for good between its steps: whatever runs next finishes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.bench import SECRET, Bench, copy_bench, make_bench

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

CHILD = """
import os, signal, sys
from pathlib import Path
from tests.flow.bench import Bench
from warrant.flow import erase as erasing
from warrant.kernel.store import LocalStore
from warrant.kernel.vault import Vault

bench, after = Bench(Path(sys.argv[1])), int(sys.argv[2])
calls = [0]

def killing(function):
    def act(*args, **options):
        calls[0] += 1
        if calls[0] > after:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **options)
    return act

erasing.write_file = killing(erasing.write_file)
for owner, name in ((Vault, "erase"), (Vault, "drop_absence_keys"), (LocalStore, "delete"),
                    (LocalStore, "set_layout")):
    setattr(owner, name, killing(getattr(owner, name)))
with bench.pen() as pen:
    erasing.erase(pen, "note-009.txt", "Asked for on paper.")
"""


@pytest.fixture(name="ready", scope="module")
def _ready(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = make_bench(tmp_path_factory.mktemp("ready") / "notes")
    bench.run()
    return bench


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 2, 3, 5])
def test_the_next_run_finishes_an_erasure_that_was_killed(
    ready: Bench, tmp_path: Path, after: int
) -> None:
    bench = copy_bench(ready, tmp_path / "notes")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(bench.root), str(after)], check=False, timeout=100
    )
    assert done.returncode == -signal.SIGKILL
    bench.run()
    assert not (bench.state / "vault" / "erasing").exists()
    assert bench.files_with(SECRET.format("009")) == []
    bench.require_sound()
