"""Two processes that train one model on a processor: what they learn, and how they end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("accelerate")

from tests.models.base.tiny import make_encoder
from tests.stages.train import tiny
from tests.stages.train.encoder.bench import config_of, files_of, job_of
from warrant.errors import CeilingReached, InputError, OutsideError, WarrantError
from warrant.models.causal import load_causal
from warrant.stages.train import TRAINERS, Event, Job, TrainConfig
from warrant.stages.train.several import launch
from warrant.stages.train.several.launch import train_job, train_together

pytestmark = [pytest.mark.torch, pytest.mark.slow]
CEILING = CeilingReached("The ceiling of $1.00 is reached.", do="Raise it.")


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)


@pytest.fixture
def pids(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, int]]:
    """The processes that were started, by number; at the end none may be left."""
    found: dict[int, int] = {}
    start = launch._start

    def started(place: Path, processes: int) -> Any:  # noqa: ANN401 - of torch
        context = start(place, processes)
        found.update(context.pids())
        return context

    monkeypatch.setattr(launch, "_start", started)
    yield found
    for pid in found.values():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def losses(
    train: Callable[[Job], object], job: Job, *, at: int = 0, act: Callable[[], object] = int
) -> list[float | None]:
    """Train, give the loss of each update, and do something after one of them."""
    told: list[float | None] = []

    def hear(event: Event) -> None:
        told.append(event.loss)
        if event.step == at:
            act()

    train(replace(job, event=hear))
    return told


def together(job: Job) -> object:
    return train_together(job, resume=False)


def go_on(job: Job) -> object:
    return train_together(job, resume=True)


def alone(job: Job) -> object:
    config = replace(job.config, processes=1)
    return TRAINERS.load(config.backend)().run(replace(job, config=config))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def causal(tmp_path: Path, **settings: Any) -> TrainConfig:  # noqa: ANN401
    base = tiny.write_base(tmp_path / "base")
    return tiny.config(base, replace(tiny.SETTINGS, **settings), processes=2)


def test_two_processes_learn_what_one_learns(
    tmp_path: Path, pids: dict[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = causal(tmp_path, batch=3, shard="never")  # three by two: one process has a turn less
    one = losses(alone, tiny.job(asked, tmp_path / "one" / "model"))
    made: list[Any] = []
    monkeypatch.chdir(tmp_path)  # `warrant run FOLDER` gives paths from here
    job = tiny.job(asked, Path("two/model"))
    two = losses(lambda job: made.append(together(job)), job)
    assert len(pids) == 2
    assert two == pytest.approx(one, rel=1e-4)
    assert made[0].settings["processes"] == 2
    assert made[0].measures["weights_shared_out"] is False
    model = load_causal(tmp_path / "two" / "model")
    assert model.predict({"text": ["Who must act?"]}).texts


def test_a_killed_process_ends_all_and_the_run_goes_on_to_the_same_bytes(
    tmp_path: Path, pids: dict[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = causal(tmp_path, save="adapter", shard="always", epochs=8, keep_every=1)
    one = losses(alone, tiny.job(asked, tmp_path / "one" / "model"))
    whole = losses(together, tiny.job(asked, tmp_path / "two" / "model"))
    assert whole == pytest.approx(one, rel=1e-3)
    job = tiny.job(asked, tmp_path / "killed" / "model")
    with pytest.raises(OutsideError) as caught:
        losses(together, job, at=3, act=lambda: os.kill(pids[1], signal.SIGKILL))
    assert caught.value.what == (
        "Process 2 of 2 that train together was ended by signal SIGKILL, and the others were ended."
    )
    assert "training goes on from its last checkpoint" in caught.value.do
    assert list((tmp_path / "killed" / "kept").glob("step-*"))
    rest = losses(go_on, job)
    assert len(rest) < len(whole)
    assert rest == whole[-len(rest) :]
    assert files(tmp_path / "killed" / "model") == files(tmp_path / "two" / "model")
    monkeypatch.setenv("WARRANT_BASES", str(tmp_path))
    model = load_causal(tmp_path / "two" / "model")
    assert model.settings.saved == "adapter"
    assert model.predict({"text": ["Who must act?"]}).texts


def test_an_encoder_is_stopped_and_goes_on_to_the_same_bytes(
    tmp_path: Path, pids: dict[int, int]
) -> None:
    base = make_encoder(tmp_path / "tiny")
    settings = base / "config.json"  # with nothing left out at random, one learns what two learn
    settings.write_text(settings.read_text().replace('dropout_prob": 0.1', 'dropout_prob": 0.0'))
    asked = config_of(base, epochs=20, patience=20, batch=7, processes=2)
    one = losses(alone, job_of(asked, tmp_path / "one"))
    whole = losses(together, job_of(asked, tmp_path / "two"))
    assert whole[:8] == pytest.approx(one[:8], rel=1e-2)
    error: list[WarrantError] = []
    job = job_of(asked, tmp_path / "three", checkpoints=tmp_path / "kept")
    job = replace(job, stop=lambda: error[0] if error else None)
    with pytest.raises(CeilingReached, match="The ceiling of"):
        losses(together, job, at=1, act=lambda: error.append(CEILING))
    assert list((tmp_path / "kept").iterdir())
    error.clear()
    rest = losses(go_on, job)
    assert 0 < len(rest) < len(whole)
    assert len(pids) == 2
    assert rest == whole[-len(rest) :]
    assert files_of(tmp_path / "three") == files_of(tmp_path / "two")


def test_an_interruption_ends_every_process(tmp_path: Path, pids: dict[int, int]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)  # ignored, where the tests run in the background
    job = replace(tiny.job(causal(tmp_path), tmp_path / "model"), stop=interrupt)
    with pytest.raises(KeyboardInterrupt):
        together(job)
    assert len(pids) == 2
    assert signal.getsignal(signal.SIGINT) is before
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".several")] == []


def test_an_error_of_a_process_is_raised_as_it_is(tmp_path: Path, pids: dict[int, int]) -> None:
    asked = causal(tmp_path, learning_rate=float("inf"))
    with pytest.raises(InputError, match="The loss is no number at update") as caught:
        together(tiny.job(asked, tmp_path / "model"))
    assert "Write under train: learning_rate:" in caught.value.do
    assert len(pids) == 2


def test_another_number_of_processes_than_asked_for_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(InputError) as caught:
        train_job(tiny.job(causal(tmp_path), tmp_path / "model"), resume=False)
    assert caught.value.what == "3 processes were started, and the recipe says processes: 2."
    assert caught.value.do == (
        "Start it so: python -m torch.distributed.run --nproc-per-node 2 run.py"
    )
