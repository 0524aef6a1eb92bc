"""The tier `causal` end to end: a tiny Llama made on the spot, over contracts in plain English."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

from tests.causal_base import write_llama
from tests.flow.bench import Clock
from tests.outside import shared_path
from warrant.flow.check import verify_path
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.report import RunReport
from warrant.flow.session import Desk, new_person

pytestmark = pytest.mark.torch

RECIPE = """\
warrant: 1
name: plain-english
sources:
  - path: contracts.csv
    licence: CC-BY-4.0
    origin: Contracts and summaries of them
    rights: {{train: true, commercial: true, expires: 2030-01-01}}
inputs: [{{column: contract, as: text}}]
task: {task}
split: {{test: 0.2, validation: 0.1, seed: 7}}
train:
  tier: causal
  base: ./tiny-llama
  epochs: {epochs}
  batch: 4
  length: 512
  learning_rate: 0.01
  causal: {{rank: 8, answer: 24, overlong: drop}}
evaluate: {{resamples: 100}}
guardrails: [core]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    import pyarrow.parquet as parquet
    import torch

    torch.set_num_threads(1)
    pairs = parquet.read_table(
        shared_path("data/plain_english_contracts/pairs.parquet")
    ).to_pylist()
    short = [one for one in pairs if len(one["original_text"]) < 500][:60]
    place = tmp_path / "work"
    place.mkdir()
    with (place / "contracts.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["contract", "plain", "source"])
        table.writerows(
            [one["original_text"], one["reference_summary"], one["source"]] for one in short
        )
    texts = [text for one in short for text in (one["original_text"], one["reference_summary"])]
    write_llama(place / "tiny-llama", texts)
    return place


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(tmp_path / "ann", clock=Clock(), unprotected=True, wait_s=0.2)
    new_person(found, "ann", "Ann Andersen")
    return found


def run(root: Path, desk: Desk, task: str, epochs: int = 1) -> RunReport:
    return run_recipe(root, parse_recipe(RECIPE.format(task=task, epochs=epochs)), desk)


def test_labels_are_learnt_evaluated_and_bundled(root: Path, desk: Desk) -> None:
    report = run(root, desk, "{kind: multiclass, label: source}")
    assert report.evaluation.rows == 12
    assert report.left == ()
    bundle = root / "plain-english.bundle"
    verdict = verify_path(bundle, trust=desk.trust, now=desk.clock(), seen=None)
    assert verdict.faults == ()
    card = (root / "card.md").read_text("utf-8")
    assert "causal" in card
    again = run(root, desk, "{kind: multiclass, label: source}")
    assert "train" not in again.computed


def test_texts_are_learnt_evaluated_merged_and_reloaded(root: Path, desk: Desk) -> None:
    report = run(root, desk, "{kind: generation, label: plain}")
    assert report.evaluation.task == "generation"
    assert {one.metric for one in report.evaluation.scores} >= {"token_f1", "exact_match"}
    assert report.left == ()
    bundle = root / "plain-english.bundle"
    verdict = verify_path(bundle, trust=desk.trust, now=desk.clock(), seen=None)
    assert verdict.faults == ()
    first, again = (texts_of(bundle, root / name) for name in ("one", "two"))
    assert first == again
    assert len(first) == 2


def texts_of(bundle: Path, folder: Path) -> tuple[str, ...]:
    """Take the model out of its bundle, load it and let it write."""
    from warrant.models.causal import load_causal

    with zipfile.ZipFile(bundle) as members:
        names = [one for one in members.namelist() if one.startswith("model/")]
        folder.mkdir()
        for name in names:
            (folder / Path(name).name).write_bytes(members.read(name))
    found = load_causal(folder).predict({"contract": ["you own your content.", "we may end it."]})
    return found.texts or ()
