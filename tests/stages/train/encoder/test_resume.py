"""Killed or stopped at any update, a run that goes on makes the same bytes."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.stages.train.encoder.bench import config_of, files_of, job_of
from warrant.errors import OutsideError, WarrantError
from warrant.stages.train import TRAINERS
from warrant.stages.train.encoder import checkpoint, loop
from warrant.stages.train.encoder.trainer import EncoderTrainer

pytestmark = pytest.mark.torch


class Killed(BaseException):
    """As a kill: nothing below may catch it."""


class Stopped(WarrantError):  # noqa: N818 - no error of the code
    pass


def after(
    updates: int, what: Callable[[], WarrantError | None]
) -> Callable[[], WarrantError | None]:
    """Do something after so many updates, then never again."""
    asked = 0

    def ask() -> WarrantError | None:
        nonlocal asked
        asked += 1
        return what() if asked == updates else None

    return ask


def kill() -> WarrantError | None:
    raise Killed


@pytest.mark.parametrize("method", ["full", "lora", "frozen"])
def test_a_run_killed_at_any_update_goes_on_to_the_same_bytes(
    tiny: Path, tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_of(tiny, method=method, epochs=3, patience=3)
    whole = EncoderTrainer().run(job_of(config, tmp_path / "whole"))
    assert whole.measures["updates"] == 9
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY_S", 0.0)
    for at in (1, 2, 3, 5, 7, 9):
        place = tmp_path / f"killed-{at}"
        kept = tmp_path / f"kept-{at}"
        with pytest.raises(Killed):
            EncoderTrainer().run(job_of(config, place, checkpoints=kept, stop=after(at, kill)))
        assert len(list(kept.iterdir())) == min(at - 1, 2) or at > 3
        again = tmp_path / f"again-{at}"
        gone_on = EncoderTrainer().resume(job_of(config, again, checkpoints=kept))
        assert files_of(again) == files_of(tmp_path / "whole")
        assert gone_on == whole
        assert list(kept.iterdir()) == []


def test_who_asks_to_stop_gets_a_checkpoint_and_the_same_bytes_later(
    tiny: Path, tmp_path: Path
) -> None:
    config, kept = config_of(tiny), tmp_path / "kept"
    whole = EncoderTrainer().run(job_of(config, tmp_path / "whole"))
    error = Stopped("The ceiling is reached.", "Raise it.")
    for at, updates in enumerate((2, 2, 1)):
        stop = after(updates, lambda: error)
        with pytest.raises(Stopped):
            EncoderTrainer().resume(
                job_of(config, tmp_path / f"part-{at}", checkpoints=kept, stop=stop)
            )
        assert len(list(kept.iterdir())) >= 1
    gone_on = EncoderTrainer().resume(job_of(config, tmp_path / "again", checkpoints=kept))
    assert files_of(tmp_path / "again") == files_of(tmp_path / "whole")
    assert gone_on == whole


def test_a_run_that_goes_on_keeps_its_precision(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, kept = config_of(tiny), tmp_path / "kept"
    gain = "warrant.stages.train.encoder.trainer.measure_bf16_gain"
    monkeypatch.setattr(gain, lambda: 9.0)
    EncoderTrainer().run(job_of(config, tmp_path / "whole"))
    stop = after(2, lambda: Stopped("Stop.", "Go on."))
    with pytest.raises(Stopped):
        EncoderTrainer().run(job_of(config, tmp_path / "part", checkpoints=kept, stop=stop))
    monkeypatch.setattr(gain, lambda: 1.0)  # others were at work when it was measured again
    told: list[int] = []
    job = job_of(config, tmp_path / "again", checkpoints=kept)
    job = replace(job, event=lambda event: told.append(event.step))
    trained = EncoderTrainer().resume(job)
    assert trained.settings["training_precision"] == "bfloat16"
    assert told[0] == 3
    assert files_of(tmp_path / "again") == files_of(tmp_path / "whole")


def test_a_full_disk_is_said_and_the_last_checkpoint_stays(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, kept = config_of(tiny), tmp_path / "kept"
    whole = EncoderTrainer().run(job_of(config, tmp_path / "whole"))
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY_S", 0.0)
    synced = checkpoint._sync
    writes = 0

    def fill(path: Path) -> None:
        nonlocal writes
        writes += path.suffix == ".new"
        if writes == 4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        synced(path)

    monkeypatch.setattr(checkpoint, "_sync", fill)
    with pytest.raises(OutsideError, match="The disk is full"):
        EncoderTrainer().run(job_of(config, tmp_path / "full", checkpoints=kept))
    assert not list(kept.glob("*.new"))
    assert len(list(kept.iterdir())) == 2
    EncoderTrainer().resume(job_of(config, tmp_path / "again", checkpoints=kept))
    assert files_of(tmp_path / "again") == files_of(tmp_path / "whole")
    assert whole.deterministic


def test_a_checkpoint_that_was_cut_short_is_passed_over(tiny: Path, tmp_path: Path) -> None:
    config, kept = config_of(tiny), tmp_path / "kept"
    EncoderTrainer().run(job_of(config, tmp_path / "whole"))
    error = Stopped("Stop.", "Go on.")
    for at in range(2):
        with pytest.raises(Stopped):
            EncoderTrainer().resume(
                job_of(config, tmp_path / str(at), checkpoints=kept, stop=after(2, lambda: error))
            )
    newest = max(kept.iterdir())
    newest.write_bytes(newest.read_bytes()[:-100])
    EncoderTrainer().resume(job_of(config, tmp_path / "again", checkpoints=kept))
    assert files_of(tmp_path / "again") == files_of(tmp_path / "whole")


def test_a_checkpoint_of_other_settings_is_not_taken_up(tiny: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    error = Stopped("Stop.", "Go on.")
    with pytest.raises(Stopped):
        EncoderTrainer().run(
            job_of(
                config_of(tiny, seed=1),
                tmp_path / "other",
                checkpoints=kept,
                stop=after(2, lambda: error),
            )
        )
    EncoderTrainer().resume(job_of(config_of(tiny), tmp_path / "again", checkpoints=kept))
    EncoderTrainer().run(job_of(config_of(tiny), tmp_path / "whole"))
    assert files_of(tmp_path / "again") == files_of(tmp_path / "whole")


def test_memory_that_runs_out_is_said(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate")

    monkeypatch.setattr("torch.nn.functional.cross_entropy", fail)
    with pytest.raises(OutsideError) as caught:
        EncoderTrainer().run(job_of(config_of(tiny), tmp_path / "m"))
    assert caught.value.what == "Memory ran out after 0 updates of training."
    assert "Write a smaller batch or length under train:" in caught.value.do


def test_checkpoints_of_another_run_do_not_push_ours_out(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY_S", 0.0)
    kept = tmp_path / "kept"
    long = config_of(tiny, epochs=4)
    with pytest.raises(Killed):
        EncoderTrainer().run(
            job_of(long, tmp_path / "other", checkpoints=kept, stop=after(9, kill))
        )
    config = config_of(tiny, epochs=2)
    with pytest.raises(Killed):
        EncoderTrainer().resume(
            job_of(config, tmp_path / "ours", checkpoints=kept, stop=after(3, kill))
        )
    names = sorted(one.name for one in kept.iterdir())
    assert names == ["step-000000001.safetensors", "step-000000002.safetensors"]


def test_the_ceiling_holds_while_texts_become_vectors(tiny: Path, tmp_path: Path) -> None:
    config = replace(config_of(tiny, method="frozen"), tier="linear", features=("embeddings",))
    job = job_of(config, tmp_path / "model", stop=lambda: Stopped("at the ceiling", do="-"))
    told: list[str] = []
    job = replace(job, progress=lambda _done, _total, unit: told.append(unit))
    with pytest.raises(Stopped):
        TRAINERS.load("linear")().run(job)
    assert told == ["texts"]
