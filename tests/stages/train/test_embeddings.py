from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.desk import make_desk
from tests.models.base.tiny import make_encoder
from tests.stages.bench import KIND, TEXT, fresh, write_rows
from tests.stages.train.test_train import CONFIG, rows_of
from warrant.errors import InputError
from warrant.models.base import find_base
from warrant.models.files import open_model
from warrant.records.claim import Claim
from warrant.records.interfaces import Desk, StageResult
from warrant.records.model import Model
from warrant.stages.train import BaseConfig, TrainConfig, run

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    folder = make_encoder(tmp_path_factory.mktemp("base") / "tiny")
    digest = find_base("tiny", folder.parent).record.digest
    base = BaseConfig("tiny", digest=digest, root=folder.parent)
    return replace(CONFIG, features=("words", "characters", "embeddings"), base=base)


def train_on(desk: Desk, config: TrainConfig) -> tuple[StageResult, Model]:
    rows = rows_of(*("lease", "loan", "will") * 8)
    inputs = {
        "train": write_rows(desk, "train", (TEXT, KIND), rows),
        "validation": write_rows(desk, "validation", (TEXT, KIND), rows[:6]),
    }
    result = run(inputs, config, fresh(desk, "train"))
    return result, Model.from_bytes(desk.store.get(result.outputs["model"]))


def test_the_same_rows_and_base_give_the_same_bytes(config: TrainConfig, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    desk = make_desk(tmp_path / "one")
    result, record = train_on(desk, config)
    again, _ = train_on(make_desk(tmp_path / "two"), config)
    assert again.outputs == result.outputs
    names = {one.name for one in record.files}
    assert names >= {"embeddings.json", "base.json", "model.safetensors", "tokenizer.json"}
    claim = Claim.from_bytes(result.claim.to_bytes())
    for said in (record.settings, claim.measures):
        assert (said["base"], said["base_licence"]) == ("tiny", "Apache-2.0")
        weights = next(one for one in record.files if one.name == "model.safetensors")
        assert said["base_sha256: model.safetensors"] == weights.sha256
    assert {"torch", "transformers"} <= {one.name for one in record.libraries}
    model = open_model(record, desk.store, tmp_path / "opened")
    found = model.predict({"text": ["the will of a house", "a loan"]})
    assert [found.labels[place] for place in found.chosen.argmax(axis=1)] == ["will", "loan"]


def test_embeddings_alone_are_a_model_too(config: TrainConfig, tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    _, record = train_on(desk, replace(config, features=("embeddings",)))
    model = open_model(record, desk.store, tmp_path / "opened")
    (told,) = model.explain({"text": ["the will"]})
    assert [one.kind for (found,) in [told.values()] for one in found] == ["embedding"]


def test_embeddings_without_a_base_are_refused(config: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="asks for embeddings and names no base model"):
        train_on(make_desk(tmp_path), replace(config, base=None))


def test_settings_of_this_machine_enter_no_statement(config: TrainConfig) -> None:
    assert config.base is not None
    assert config.base.root != Path()
    portable = config.portable()
    assert portable.base == replace(config.base, root=Path())
    assert replace(config.portable(), base=config.base) == config
