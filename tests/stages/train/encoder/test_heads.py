"""Places and options on an encoder: trained, stopped, gone on with, estimated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")

from tests.stages.train.encoder.bench import (
    choices,
    config_of,
    files_of,
    job_of,
    of_choices,
    of_places,
    places,
)
from tests.stages.train.encoder.test_resume import Killed, after, kill
from warrant.models import MODELS
from warrant.models.examples import Examples
from warrant.stages.train import TRAINERS, TrainConfig
from warrant.stages.train.encoder import loop
from warrant.stages.train.encoder.trainer import EncoderTrainer
from warrant.testing import TrainerCase, check_trainer

pytestmark = pytest.mark.torch
Made = Callable[..., Examples]
Of = Callable[[TrainConfig], TrainConfig]
KINDS = [(places, of_places), (choices, of_choices)]


@pytest.mark.parametrize(("made", "of"), KINDS)
@pytest.mark.parametrize("method", ["frozen", "lora", "full"])
def test_both_kinds_keep_the_promises_of_trainers(
    tiny: Path, tmp_path: Path, method: str, made: Made, of: Of
) -> None:
    config = of(config_of(tiny, method=method, epochs=2))
    case = TrainerCase(
        TRAINERS.load("encoder"), config, made(24), made(6, first=24), tmp_path / "scratch"
    )
    check_trainer(case)


@pytest.mark.parametrize(("made", "of"), KINDS)
@pytest.mark.parametrize("method", ["full", "frozen"])
def test_a_run_killed_goes_on_to_the_same_bytes(
    tiny: Path, tmp_path: Path, method: str, made: Made, of: Of, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = of(config_of(tiny, method=method, epochs=2))
    rows = {"train": made(24), "validation": made(6, first=24)}
    whole = EncoderTrainer().run(job_of(config, tmp_path / "whole", **rows))
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY_S", 0.0)
    for at in (2, 5):
        place, kept = tmp_path / f"killed-{at}", tmp_path / f"kept-{at}"
        with pytest.raises(Killed):
            EncoderTrainer().run(
                job_of(config, place, checkpoints=kept, stop=after(at, kill), **rows)
            )
        again = tmp_path / f"again-{at}"
        gone_on = EncoderTrainer().resume(job_of(config, again, checkpoints=kept, **rows))
        assert files_of(again) == files_of(tmp_path / "whole")
        assert gone_on == whole


def test_places_are_learnt_in_texts_longer_than_the_context(tiny: Path, tmp_path: Path) -> None:
    config = of_places(config_of(tiny, epochs=16, patience=16, learning_rate=5e-3, length=24))
    rows = {"train": places(24, long=True), "validation": places(8, first=60, long=True)}
    stats = EncoderTrainer().measure(rows["train"], config)
    trained = EncoderTrainer().run(job_of(config, tmp_path / "m", **rows))
    assert trained.kind == "encoder-tagger"
    assert trained.counts["windows"] == stats.parts > stats.rows == 24
    assert stats.longest == 24
    assert trained.measures["tokens_learnt_from"] == stats.tokens * trained.measures["passes"]  # type: ignore[operator]
    assert trained.measures["validation_micro_f1"] > 0.5  # type: ignore[operator]
    model = MODELS.load(trained.kind)(tmp_path / "m")
    texts = rows["validation"].columns["text"]
    found = model.predict({"text": texts}).spans
    assert found is not None
    hits = sum(
        one[:3] in set(right)
        for row, right in zip(found, rows["validation"].spans, strict=True)
        for one in row
    )
    assert hits > 0.5 * sum(map(len, rows["validation"].spans))
    assert model.labels == ("last", "paper")


def test_options_are_learnt_and_those_of_a_row_compete(tiny: Path, tmp_path: Path) -> None:
    config = of_choices(config_of(tiny, epochs=6, patience=6))
    rows = {"train": choices(48), "validation": choices(12, first=60)}
    stats = EncoderTrainer().measure(rows["train"], config)
    trained = EncoderTrainer().run(job_of(config, tmp_path / "m", **rows))
    assert trained.kind == "encoder-chooser"
    assert trained.measures["validation_accuracy"] > 0.9  # type: ignore[operator]
    assert trained.measures["tokens_learnt_from"] == stats.tokens * trained.measures["passes"]  # type: ignore[operator]
    assert trained.counts["options"] == 120
    model = MODELS.load(trained.kind)(tmp_path / "m")
    found = model.predict(rows["validation"].columns)
    right = [model.labels.index(label) for (label,) in rows["validation"].labels]
    assert (found.probabilities.argmax(axis=1) == right).mean() > 0.9
    assert found.probabilities.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize(("made", "of"), KINDS)
def test_without_validation_rows_every_pass_is_made(
    tiny: Path, tmp_path: Path, made: Made, of: Of
) -> None:
    nothing = Examples({name: [] for name in made(1).columns})
    config = of(config_of(tiny, epochs=2))
    trained = EncoderTrainer().run(
        job_of(config, tmp_path / "m", train=made(16), validation=nothing)
    )
    assert trained.measures["passes"] == 2
    assert trained.settings["slope"] == 1.0
    assert trained.settings["best_pass"] is None


def test_training_goes_on_while_nothing_is_found_yet(tiny: Path, tmp_path: Path) -> None:
    config = of_places(config_of(tiny, learning_rate=1e-9, epochs=4, patience=1))
    rows = {"train": places(16), "validation": places(8, first=60)}
    trained = EncoderTrainer().run(job_of(config, tmp_path / "m", **rows))
    assert trained.measures["validation_micro_f1"] == 0.0
    assert trained.measures["passes"] == 4


def test_preflight_says_what_is_cut_and_what_cannot_be_found(tiny: Path) -> None:
    trainer, rows = EncoderTrainer(), places()
    config = of_places(config_of(tiny, epochs=100))
    assert trainer.preflight(rows, config) == []
    assert trainer.preflight(rows, replace(config, length=10)) == []
    moved = [tuple(one._replace(start=one.start + 1) for one in row) for row in rows.spans]
    (within,) = trainer.preflight(replace(rows, spans=moved), config)
    assert within.code == "place-within-a-word"
    asked = of_choices(config_of(tiny, epochs=100))
    assert trainer.preflight(choices(), asked) == []
    (found,) = trainer.preflight(choices(), replace(asked, length=10))
    assert (found.severity, found.code) == ("warning", "text-cut")
    assert "the end of the question is not read, in such a row beside none of its" in found.what
