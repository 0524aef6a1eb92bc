"""Croissant exports read by `mlcroissant`: valid, loaded row by row, refused when altered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.flow.bench import make_bench
from warrant.flow.datasets import find_version
from warrant.flow.export import export_datasets

# Of the libraries that mlcroissant is built on, about their own future.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(name="croissant")
def _croissant(peer: Callable[[str], Any]) -> ModuleType:
    module: ModuleType = peer("mlcroissant")
    return module


@pytest.fixture(name="export", scope="module")
def _export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bench = make_bench(tmp_path_factory.mktemp("croissant") / "notes")
    bench.run()
    folder = bench.root / "export"
    with bench.open() as workspace:
        parts = [find_version(workspace, name) for name in ("train", "validation", "test")]
        export_datasets(workspace, parts, folder, "croissant")
    return folder


def test_it_is_accepted_and_says_what_was_recorded(croissant: ModuleType, export: Path) -> None:
    metadata = croissant.Dataset(jsonld=export / "croissant.json").metadata
    assert metadata.ctx.issues.errors == set()
    assert [one.uuid for one in metadata.record_sets] == ["train", "validation", "test"]
    assert str(metadata.license[0] if isinstance(metadata.license, list) else metadata.license) == (
        "CC0-1.0"
    )
    assert "Invented for this test" in str(metadata.data_collection)
    assert "not measured" in str(metadata.personal_sensitive_information)


def test_every_row_is_loaded_as_it_was_written(croissant: ModuleType, export: Path) -> None:
    dataset = croissant.Dataset(jsonld=export / "croissant.json")
    rows = list(dataset.records("train"))
    texts = pq.read_table(export / "data" / "train.parquet")["text"].to_pylist()
    assert [row["train/text"].decode() for row in rows] == texts


def test_a_file_that_was_altered_is_refused(
    croissant: ModuleType, export: Path, tmp_path: Path
) -> None:
    described = json.loads((export / "croissant.json").read_text("utf-8"))
    (tmp_path / "data").mkdir()
    for file in described["distribution"]:
        data = (export / file["contentUrl"]).read_bytes()
        (tmp_path / file["contentUrl"]).write_bytes(data + b"\0")
    (tmp_path / "croissant.json").write_text(json.dumps(described), "utf-8")
    dataset = croissant.Dataset(jsonld=tmp_path / "croissant.json")
    with pytest.raises(croissant.GenerationError, match=r"Download\(data/train.parquet\)") as told:
        next(iter(dataset.records("train")))
    assert "hash" in str(told.value.__cause__).lower()


def test_a_field_of_no_file_is_refused(croissant: ModuleType, export: Path, tmp_path: Path) -> None:
    described = json.loads((export / "croissant.json").read_text("utf-8"))
    described["recordSet"][0]["field"][0]["source"]["fileObject"]["@id"] = "data/other.parquet"
    (tmp_path / "croissant.json").write_text(json.dumps(described), "utf-8")
    with pytest.raises(croissant.ValidationError):
        croissant.Dataset(jsonld=tmp_path / "croissant.json")
