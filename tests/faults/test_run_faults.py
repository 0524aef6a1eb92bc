"""What goes wrong around a run: disk, folder, clock, locks; the next run completes and holds."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.faulty_disk import ANSWER_LOST, NOT_DONE, FaultyDisk
from tests.flow.bench import Bench, Recorder, make_bench
from tests.outside import place_for_everyone
from warrant.errors import Busy, InputError, OutsideError, WarrantError
from warrant.flow import workspace as rooms
from warrant.flow.acts import approve
from warrant.kernel.log import Log
from warrant.kernel.store import LocalStore
from warrant.kernel.vault import Vault

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from warrant.kernel.lock import Claim, FileLock
with FileLock(Path(sys.argv[1]), Claim("warrant run", "2026-05-04T12:00:00Z")):
    print("held", flush=True)
    sys.stdin.read()
"""
AS_NOBODY = """
import sys, os, pickle
from pathlib import Path
from tests.flow.bench import Bench
import warrant.engine, warrant.policy, warrant.flow.job
from warrant.flow.plan import STEPS
for step in STEPS:
    step.load()
os.setuid(65534)
try:
    Bench(Path(sys.argv[1])).run()
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.fixture(name="fresh", scope="module")
def _fresh(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("fresh") / "notes")


@pytest.fixture(name="finished", scope="module")
def _finished(tmp_path_factory: pytest.TempPathFactory, fresh: Bench) -> Bench:
    bench = copy(fresh, tmp_path_factory.mktemp("finished") / "notes")
    bench.run()
    return bench


def copy(bench: Bench, root: Path) -> Bench:
    shutil.copytree(bench.root, root)
    return Bench(root)


def put_on(disk: FaultyDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let store, log and vault of every workspace write through this disk."""
    monkeypatch.setattr(rooms, "LocalStore", lambda path: LocalStore(path, disk=disk))
    monkeypatch.setattr(rooms, "Log", lambda path: Log(path, disk=disk))
    opened = Vault

    class Faulty:
        create = staticmethod(lambda path: opened.create(path, disk=disk))

        def __new__(cls, path: Path) -> Any:  # noqa: ANN401 - stands for the vault
            return opened(path, disk=disk)

    monkeypatch.setattr(rooms, "Vault", Faulty)


def acts_of(bench: Bench, do: Callable[[Bench], object], monkeypatch: pytest.MonkeyPatch) -> int:
    with monkeypatch.context() as patched:
        counter = FaultyDisk()
        put_on(counter, patched)
        do(bench)
    return len(counter.acts)


@pytest.mark.parametrize("how", [NOT_DONE, ANSWER_LOST])
def test_a_run_in_which_any_write_fails_is_completed_by_the_next_one(
    fresh: Bench, finished: Bench, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = acts_of(copy(fresh, tmp_path / "count"), lambda bench: bench.run(), monkeypatch)
    expected = finished.run().fingerprints
    # A sample, spread over the run; the next test meets every act of a commit.
    for at in range(0 if how == NOT_DONE else 17, count, 37):
        bench = copy(fresh, tmp_path / "trial")
        with monkeypatch.context() as patched:
            put_on(FaultyDisk(at, how, is_killed=bool(at % 2)), patched)
            with pytest.raises(OutsideError, match=r"could not be (written|used)|made to fail"):
                bench.run()
        assert bench.run().fingerprints == expected, at
        bench.require_sound()
        assert len(bench.entries()) == len(finished.entries()), at
        shutil.rmtree(bench.root)


@pytest.mark.parametrize("how", [NOT_DONE, ANSWER_LOST])
def test_every_write_of_one_commit_fails_and_nothing_is_lost(
    finished: Bench, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def commit(bench: Bench) -> None:
        with bench.pen("approver") as pen:
            approve(pen, "Read the card.")

    count = acts_of(copy(finished, tmp_path / "count"), commit, monkeypatch)
    for at in range(count):
        bench = copy(finished, tmp_path / "trial")
        before = len(bench.entries())
        with monkeypatch.context() as patched:
            put_on(FaultyDisk(at, how), patched)
            with pytest.raises(OutsideError):
                commit(bench)
        assert bench.verify().result == "holds", at
        assert before <= len(bench.entries()) <= before + 1
        commit(bench)
        assert bench.run().computed == ()
        bench.require_sound()
        shutil.rmtree(bench.root)


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 0.99])
def test_a_full_disk_says_so_and_the_next_run_completes(
    fresh: Bench, finished: Bench, share: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = acts_of(copy(fresh, tmp_path / "count"), lambda bench: bench.run(), monkeypatch)
    bench = copy(fresh, tmp_path / "full")
    with monkeypatch.context() as patched:
        put_on(FaultyDisk(int(count * share), is_killed=True, error=errno.ENOSPC), patched)
        with pytest.raises(
            OutsideError, match=r"The disk is full: .* Free some disk space"
        ) as full:
            bench.run()
    assert full.value.exit_code == 6
    assert bench.run().fingerprints == finished.run().fingerprints
    bench.require_sound()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to give up its rights")
def test_a_folder_that_may_not_be_written_says_so_and_stays_sound(finished: Bench) -> None:
    with place_for_everyone() as place:
        bench = copy(finished, place / "notes")
        for path in bench.root.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        ask = [sys.executable, "-c", AS_NOBODY, str(bench.root)]
        done = subprocess.run(ask, capture_output=True, text=True, cwd=ROOT)
        assert done.stdout.startswith("InputError"), done
        assert "Give this account the right" in done.stdout
        assert done.stderr == ""
        assert bench.verify().result == "holds"
        assert bench.run().computed == ()


def test_the_second_writer_waits_says_for_whom_and_gives_up(
    finished: Bench, tmp_path: Path
) -> None:
    bench = copy(finished, tmp_path / "notes")
    told = Recorder()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(bench.state / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=r"is held by process \d+ on .*'warrant run', since") as busy:
            bench.run(told)
        assert busy.value.exit_code == 75
        assert told.notes == [
            f"Waiting up to 0.2 s for process {holder.pid} on "
            f"{__import__('socket').gethostname()!r}, 'warrant run', since 2026-05-04T12:00:00Z."
        ]
        assert bench.verify().result == "holds"  # readers never lock
        holder.kill()
    assert bench.run().computed == ()


def test_a_clock_set_back_changes_no_order(finished: Bench, tmp_path: Path) -> None:
    bench = copy(finished, tmp_path / "notes")
    bench.clock.now = bench.clock.now.replace(year=2019)
    report = bench.run(train_seed=8)
    assert report.computed == ("train", "evaluate", "report", "deploy")
    bench.require_sound()
    with bench.open() as workspace:
        entries = workspace.index.entries()
    assert entries[-1].recorded_at < entries[0].recorded_at
    assert [entry.position for entry in entries] == list(range(len(entries)))


def test_a_clock_that_jumps_back_within_a_step_is_no_fault(fresh: Bench, tmp_path: Path) -> None:
    bench = copy(fresh, tmp_path / "notes")
    times = iter(range(10_000))

    class Back(type(bench.clock)):  # type: ignore[misc]
        def __call__(self) -> Any:  # noqa: ANN401 - an instant
            return self.now.replace(year=2026 - next(times) % 3)

    bench.clock = Back()
    bench.run()
    bench.clock.now = bench.clock.now.replace(year=2026)
    assert bench.verify().result == "holds"


def test_an_error_of_the_system_never_ends_as_a_traceback(
    finished: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warrant.flow import job, run

    bench = copy(finished, tmp_path / "notes")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(job, "write_bundle", fail)
    with pytest.raises(OutsideError, match="The disk is full"):
        bench.run()
    monkeypatch.setattr(run.Run, "_compute", fail)
    with pytest.raises(WarrantError, match="The disk is full"):
        bench.run(seed=9)


def test_a_bundle_that_finds_no_room_leaves_nothing_beside_it(
    finished: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warrant.kernel import bundle

    bench = copy(finished, tmp_path / "notes")

    def fail(file: Any, _: object) -> None:  # noqa: ANN401 - an open file
        file.write(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(bundle, "write", fail)
        with pytest.raises(OutsideError, match="The disk is full"):
            bench.run()
    assert not list(bench.root.rglob("tmp-*"))
    assert bench.run().computed == ()


def test_a_missing_source_is_named(finished: Bench, tmp_path: Path) -> None:
    bench = copy(finished, tmp_path / "notes")
    shutil.rmtree(bench.root / "notes")
    told = r"Source 'notes' holds no file\. Did you mean 'notes\.csv'"
    with pytest.raises(InputError, match=told):
        bench.run()
    assert bench.verify().result == "holds"
