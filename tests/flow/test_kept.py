"""What a stopped step keeps, and when it goes."""

from __future__ import annotations

import pytest

from tests.flow.bench import Bench
from warrant.errors import CeilingReached
from warrant.flow.erase import erase
from warrant.stages.train import Job, Trained
from warrant.stages.train.builtin.linear import LinearTrainer

STOP = CeilingReached("The ceiling of $1.00 is reached.", "Raise it.")


def kept(bench: Bench) -> list[str]:
    home = bench.state / "runs" / "kept"
    return sorted(path.name for path in home.rglob("*") if path.is_file())


def stopped(_self: LinearTrainer, job: Job) -> Trained:
    assert job.checkpoints is not None
    (job.checkpoints / "step-1").write_bytes(b"half a model")
    raise STOP


def stop_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(LinearTrainer, "run", stopped)
        with pytest.raises(CeilingReached):
            bench.run(train_seed=8)
    assert kept(bench) == ["step-1"]


def test_a_stopped_step_goes_on_from_what_it_kept_and_then_keeps_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_once(bench, monkeypatch)
    seen: list[bytes] = []

    def resume(self: LinearTrainer, job: Job) -> Trained:
        assert job.checkpoints is not None
        seen.append((job.checkpoints / "step-1").read_bytes())
        return self.run(job)

    monkeypatch.setattr(LinearTrainer, "resume", resume)
    bench.run(train_seed=8)
    assert seen == [b"half a model"]
    assert kept(bench) == []
    bench.require_sound()


def test_other_settings_are_other_work(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_once(bench, monkeypatch)
    monkeypatch.setattr(LinearTrainer, "resume", stopped)  # would stop again
    bench.run(train_seed=9)
    assert kept(bench) == ["step-1"]


def test_erasing_removes_what_was_computed_from_rows(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_once(bench, monkeypatch)
    with bench.pen() as pen:
        erase(pen, "note-019.txt", "Asked for.")
    assert kept(bench) == []
