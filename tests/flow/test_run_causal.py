"""The tier `causal` end to end: a tiny Llama made on the spot, over contracts in plain English."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

from tests.causal_base import write_llama
from tests.flow.bench import Clock
from tests.outside import shared_path
from warrant.errors import InputError, PolicyRefusal
from warrant.flow.away import renderer, train_only
from warrant.flow.check import verify_path
from warrant.flow.comparing import Comparison, compare
from warrant.flow.job import run_recipe
from warrant.flow.recipe import Recipe, parse_recipe
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
  elsewhere: {elsewhere}
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


def recipe(task: str, epochs: int = 1, elsewhere: str = "[]") -> Recipe:
    return parse_recipe(RECIPE.format(task=task, epochs=epochs, elsewhere=elsewhere))


def run(root: Path, desk: Desk, task: str, epochs: int = 1) -> RunReport:
    return run_recipe(root, recipe(task, epochs), desk)


def test_labels_are_learnt_evaluated_and_bundled(root: Path, desk: Desk) -> None:
    report = run(root, desk, "{kind: multiclass, label: source}")
    assert report.evaluation.rows == 12
    assert report.left == ()
    bundle = root / "plain-english.bundle"
    verdict = verify_path(bundle, trust=desk.trust, now=desk.clock(), seen=None)
    assert verdict.faults == ()
    card = (root / "card.md").read_text("utf-8")
    assert "Starts from the base model" in card
    assert "as its own card states it: CC0-1.0" in card
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


@pytest.mark.slow
def test_two_releases_that_write_are_compared(root: Path, desk: Desk) -> None:
    run(root, desk, WRITES)
    old = root / "old.bundle"
    (root / "plain-english.bundle").rename(old)
    text = RECIPE.replace("rank: 8", "rank: 4").format(task=WRITES, epochs=2, elsewhere="[]")
    (root / "recipe.yaml").write_text(text)
    run_recipe(root, parse_recipe(text), desk)
    found = compare(Comparison(str(old), str(root)), desk)
    assert found.rows == 12
    assert found.changed == len(found.flips) > 0
    assert list(found.more) == ["token_f1"]
    assert (found.macro_f1, found.same_rows) == (None, True)
    assert any("rank" in f"{one}" for one in found.settings), found.settings
    for one in found.flips:
        assert " words" in one.true
        assert "token F1" in one.before


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


WRITES = "{kind: generation, label: plain}"


def test_a_job_is_written_for_another_program(root: Path, desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "job"
    report = train_only(root, recipe(WRITES), desk, carrier=renderer("axolotl", folder))
    assert report.packed.startswith("Wrote settings for axolotl into ")
    assert "axolotl.yaml, train.jsonl, validation.jsonl; with 48 rows" in report.packed
    assert "They may hold personal data: whoever has the folder has them." in report.packed
    assert (folder / "train.jsonl").stat().st_mode & 0o077 == 0
    lines = (folder / "train.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == report_rows(lines) == 42
    with pytest.raises(InputError, match="'job' is not an empty folder"):
        train_only(root, recipe(WRITES), desk, carrier=renderer("oumi", folder))
    with pytest.raises(InputError, match="No settings can be written for 'other'"):
        renderer("other", folder)


def report_rows(lines: list[str]) -> int:
    """Count the lines that are a question and its answer."""
    roles = [[one["role"] for one in json.loads(line)["messages"]] for line in lines]
    return sum(one == ["user", "assistant"] for one in roles)


def test_rows_go_to_a_service_only_where_the_recipe_names_it(
    root: Path, desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "job"
    with pytest.raises(PolicyRefusal) as refusal:
        train_only(root, recipe(WRITES), desk, carrier=renderer("together", folder))
    assert any("egress-named" in reason for reason in refusal.value.reasons)
    assert not folder.exists()
    named = recipe(WRITES, elsewhere="[together]")
    train_only(root, named, desk, carrier=renderer("together", folder))
    assert sorted(one.name for one in folder.iterdir()) == [
        "together.json",
        "train.jsonl",
        "validation.jsonl",
    ]
