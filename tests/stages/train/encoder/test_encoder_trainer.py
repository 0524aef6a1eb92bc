from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.models.base.tiny import change_json
from tests.stages.train.encoder.bench import (
    config_of,
    examples,
    files_of,
    job_of,
    with_columns,
)
from warrant.errors import InputError
from warrant.models import MODELS, InputColumn
from warrant.models.base import read_longest
from warrant.models.examples import Examples
from warrant.records.task import TaskKind
from warrant.stages.train import TRAINERS, BaseConfig, TrainConfig
from warrant.stages.train.encoder import packed
from warrant.stages.train.encoder.config import EncoderConfig
from warrant.stages.train.encoder.trainer import EncoderTrainer

pytestmark = pytest.mark.torch


@pytest.mark.parametrize(("method", "rate"), [("full", 1e-2), ("lora", 2e-2), ("frozen", 5e-2)])
def test_each_method_learns_and_gives_the_same_bytes_twice(
    tiny: Path, tmp_path: Path, method: str, rate: float
) -> None:
    config = config_of(tiny, method=method, learning_rate=rate, epochs=12, patience=12)
    trained = EncoderTrainer().run(job_of(config, tmp_path / "one"))
    again = EncoderTrainer().run(job_of(config, tmp_path / "two"))
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert trained == again
    assert trained.measures["validation_macro_f1"] > 0.4  # type: ignore[operator]
    model = MODELS.load(trained.kind)(tmp_path / "one")
    assert (model.task, model.labels) == ("multiclass", ("lease", "loan", "will"))
    changed = (
        files_of(tmp_path / "one")["model.safetensors"] != (tiny / "model.safetensors").read_bytes()
    )
    assert changed == (method != "frozen")
    assert trained.settings["base_licence"] == "Apache-2.0"


def multilabel(rows: Examples) -> Examples:
    labels = [(*found, "dear") if at % 2 else () for at, found in enumerate(rows.labels)]
    return replace(rows, labels=[tuple(sorted(found)) for found in labels])


def numbers(rows: Examples) -> Examples:
    values = [(json.dumps(1000.0 + 100 * cell),) for cell in rows.columns["amount"]]  # type: ignore[operator]
    return replace(rows, labels=values)


def yes_or_no(rows: Examples) -> Examples:
    return replace(rows, labels=[("yes" if found == ("will",) else "no",) for found in rows.labels])


def pairs(rows: Examples) -> Examples:
    columns = rows.columns | {"other": list(rows.columns["text"])[::-1]}
    return replace(yes_or_no(rows), columns=columns)


@pytest.mark.parametrize(
    ("task", "made"),
    [
        ("binary", yes_or_no),
        ("multilabel", multilabel),
        ("regression", numbers),
        ("pairs", pairs),
    ],
)
def test_every_task_is_trained_with_columns_where_it_may_have_them(
    tiny: Path, tmp_path: Path, task: TaskKind, made: Callable[[Examples], Examples]
) -> None:
    config = config_of(tiny, task=task, epochs=4, patience=4)
    if task == "pairs":
        config = replace(config, inputs=(InputColumn("text"), InputColumn("other")))
    else:
        config = with_columns(config)
    train, validation = made(examples(48)), made(examples(12, first=60))
    job = job_of(config, tmp_path / "model", train=train, validation=validation)
    assert {one.code for one in EncoderTrainer().preflight(train, config)} <= {"few-updates"}
    trained = EncoderTrainer().run(job)
    model = MODELS.load(trained.kind)(tmp_path / "model")
    found = model.predict(validation.columns)
    if task == "regression":
        truth = np.array([float(one) for (one,) in validation.labels])
        assert found.values is not None
        assert np.abs(found.values - truth).mean() < truth.std()
        assert trained.measures["validation_rmse"] < 2 * truth.std()  # type: ignore[operator]
    else:
        assert found.probabilities.shape == (12, len(trained.labels))
    assert model.inputs == config.names


def test_without_validation_rows_every_pass_is_made(tiny: Path, tmp_path: Path) -> None:
    nothing = Examples({"text": [], "amount": []})
    config = with_columns(config_of(tiny, epochs=2))
    trained = EncoderTrainer().run(job_of(config, tmp_path / "m", validation=nothing))
    assert trained.measures["passes"] == 2
    assert trained.measures["validation_macro_f1"] is None
    assert trained.settings["best_pass"] is None


def test_training_stops_when_validation_rows_see_nothing_better(tiny: Path, tmp_path: Path) -> None:
    config = config_of(tiny, learning_rate=1e-9, epochs=30, patience=2)
    trained = EncoderTrainer().run(job_of(config, tmp_path / "m"))
    assert trained.measures["passes"] == 3
    assert trained.settings["best_pass"] == 1


@pytest.mark.parametrize("method", ["full", "lora"])
def test_an_update_of_eight_rows_is_that_of_two_times_four(
    tiny: Path, tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warrant.stages.train.encoder.trainer.measure_bf16_gain", lambda: None)
    whole = Path(shutil.copytree(tiny, tmp_path / "tiny"))
    change_json(whole / "config.json", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    found = []
    for at, tokens in enumerate((10_000, 40)):
        config = config_of(whole, method=method, epochs=1, tokens_at_once=tokens)
        EncoderTrainer().run(job_of(config, tmp_path / str(at)))
        model = MODELS.load("encoder")(tmp_path / str(at))
        found.append(model.predict(examples().columns).probabilities)
    np.testing.assert_allclose(found[0], found[1], atol=2e-4)


def test_a_loss_that_is_no_number_stops_with_what_helps(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    nan = torch.tensor(float("nan"), requires_grad=True)
    monkeypatch.setattr("torch.nn.functional.cross_entropy", lambda *_args, **_more: nan * 1)
    with pytest.raises(InputError) as caught:
        EncoderTrainer().run(job_of(config_of(tiny), tmp_path / "m"))
    assert caught.value.what == ("The loss is no number after 0 updates: training has gone astray.")
    assert "Write a smaller learning_rate under train:, for example a tenth of 0.01." in str(
        caught.value
    )


def test_preflight_says_what_cannot_be_trained(tiny: Path) -> None:
    rows, trainer = examples(), EncoderTrainer()

    def codes(config: TrainConfig) -> list[str]:
        return [one.code for one in trainer.preflight(rows, config)]

    good = config_of(tiny, epochs=100)
    assert codes(good) == []
    assert codes(replace(good, base=None)) == ["base-missing"]
    assert codes(replace(good, base=BaseConfig("./no", root=tiny.parent))) == ["base-not-sound"]
    assert codes(replace(good, task="generation")) == ["task-without-head"]
    assert codes(replace(good, inputs=(InputColumn("amount", "number"),))) == ["text-missing"]
    assert codes(replace(good, task="pairs")) == ["text-missing"]
    assert codes(replace(good, length=6)) == ["text-cut"]
    fast = replace(good, encoder=EncoderConfig(epochs=100, learning_rate=1.0))
    assert codes(fast) == ["learning-rate"]
    assert codes(replace(fast, encoder=replace(fast.encoder, method="frozen"))) == []


def test_a_text_longer_than_the_base_can_read_is_told_whatever_length_is_asked_for(
    tiny: Path,
) -> None:
    """A larger `length` helps only as far as the base reads: it cuts at its own end."""
    longest = json.loads((tiny / "config.json").read_text())["max_position_embeddings"]
    rows = replace(examples(), columns={"text": ["a lease " * longest, *["a lease"] * 23]})
    config = config_of(tiny, epochs=100)

    def told(length: int) -> tuple[str, str]:
        (found,) = EncoderTrainer().preflight(rows, replace(config, length=length))
        return found.what, found.do

    what, do = told(8192)
    assert what.startswith(f"1 of 24 training rows are longer than {longest} tokens")
    assert do.startswith("Name a base that reads more under train:, or cut the documents")
    what, do = told(longest - 1)
    assert what.startswith(f"1 of 24 training rows are longer than {longest - 1} tokens")
    assert do.startswith("Write a larger length under train:, or cut the documents")


@pytest.mark.parametrize(
    ("settings", "longest"),
    [
        ({"model_type": "bert", "max_position_embeddings": 512, "pad_token_id": 0}, 512),
        ({"model_type": "roberta", "max_position_embeddings": 514, "pad_token_id": 1}, 512),
        ({"model_type": "mpnet", "max_position_embeddings": 514}, 512),
        ({"max_position_embeddings": 10**9}, 8192),
        ({}, 8192),
    ],
)
def test_settings_alone_say_how_much_a_network_reads(
    settings: dict[str, object], longest: int
) -> None:
    assert read_longest(settings) == longest


def test_a_base_without_a_licence_is_a_warning(tiny: Path, tmp_path: Path) -> None:
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (tmp_path / "bare").mkdir(exist_ok=True)
        (tmp_path / "bare" / name).write_bytes((tiny / name).read_bytes())
    config = replace(config_of(tiny, epochs=100), base=BaseConfig("bare", root=tmp_path))
    (finding,) = EncoderTrainer().preflight(examples(), config)
    assert (finding.severity, finding.code) == ("warning", "base-without-licence")
    assert "licence the base model 'bare' may be used" in finding.what


def test_an_estimate_counts_tokens_as_the_base_cuts_them(tiny: Path) -> None:
    trainer = EncoderTrainer()
    config = config_of(tiny, epochs=4)
    stats = trainer.measure(examples(), config)
    assert (stats.rows, stats.labels) == (24, 3)
    assert 24 * 4 < stats.tokens < 24 * 16
    machine = trainer.probe()
    found = trainer.estimate(config, stats, machine)
    assert found.tokens.high == 4 * stats.tokens
    assert found.steps.high == 4 * 3
    assert found.seconds.high <= 2.5 * found.seconds.low
    assert trainer.estimate(config, stats, machine) == found
    assert trainer.render(config) == {}
    with pytest.raises(InputError, match="has no form 'gguf'"):
        trainer.export(tiny, tiny, "gguf")


@pytest.mark.parametrize("packs", [True, False])
def test_the_padding_of_a_pass_is_foreseen(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, packs: bool
) -> None:
    if not packs:
        monkeypatch.setattr(packed, "_FAMILIES", frozenset())
    rows, trainer = examples(), EncoderTrainer()
    config = config_of(tiny, epochs=1, batch=7)
    stats = trainer.measure(rows, config)
    done = trainer.run(job_of(config, tmp_path / "m"))
    assert done.measures["tokens_learnt_from"] == stats.tokens
    assert done.measures["tokens_computed"] == stats.padded
    assert (stats.padded == stats.tokens) == packs


def test_short_texts_are_not_expected_to_take_the_memory_of_long_ones(tiny: Path) -> None:
    trainer, config = TRAINERS.load("encoder")(), config_of(tiny, batch=8)
    machine, stats = trainer.probe(), trainer.measure(examples(), config)
    short, long = (
        trainer.estimate(config, replace(stats, longest=longest), machine).peak_bytes.expected
        for longest in (stats.longest, 512)
    )
    assert stats.longest < 20
    assert short < long
    more = trainer.estimate(config, replace(stats, longest=5000), machine).peak_bytes.expected
    assert more == long, "no more than `tokens_at_once` are computed together"


def test_settings_have_defaults_by_method() -> None:
    assert EncoderConfig("lora").most_epochs == 8
    assert EncoderConfig("frozen").waits == 6
    assert EncoderConfig(epochs=2, learning_rate=0.1, patience=0).largest_rate == 0.1


@pytest.mark.parametrize("tier", ["encoder", "linear"])
def test_a_base_that_changed_since_it_was_pinned_is_refused(
    tiny: Path, tmp_path: Path, tier: str
) -> None:
    config = replace(config_of(tiny), tier=tier, features=("embeddings",))
    assert config.base is not None
    config = replace(config, base=replace(config.base, digest="0" * 64))
    with pytest.raises(InputError, match=r"are not those that were pinned .* expected 000000"):
        TRAINERS.load(tier)().run(job_of(config, tmp_path / "model"))


def test_rare_labels_do_not_bend_the_network_until_all_texts_look_alike(
    tiny: Path, tmp_path: Path
) -> None:
    config = config_of(tiny, method="full", learning_rate=1e-6, epochs=1)
    config = replace(config, task="multilabel")
    rows = examples(120)
    rare = [found if at % 20 == 0 else () for at, found in enumerate(rows.labels)]
    train = replace(rows, labels=rare)
    job = job_of(config, tmp_path / "model", train=train, validation=examples(0))
    trained = EncoderTrainer().run(job)
    model = MODELS.load(trained.kind)(tmp_path / "model")
    said = 1 / (1 + np.exp(-model.scores(rows.columns)))
    assert said.max() < 0.2  # as rare as they are, before anything is learnt
