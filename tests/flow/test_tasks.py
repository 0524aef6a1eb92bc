"""Kinds of tasks from recipe to bundle and answers."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.stages.curate.test_tagging import ROWS
from warrant.flow.check import verify_path
from warrant.flow.job import run_recipe
from warrant.flow.predict import Order, predict
from warrant.flow.recipe import parse_recipe
from warrant.flow.report import RunReport
from warrant.flow.session import Desk, new_person

HEAD = """\
warrant: 1
name: notes
sources: [{path: notes.jsonl, licence: CC0-1.0, origin: Invented, rights: {train: true}}]
evaluate: {resamples: 100}
split: {test: 0.3, validation: 0.15}
"""


@pytest.mark.slow
def test_places_go_from_a_recipe_to_a_bundle_and_into_a_sheet(tmp_path: Path) -> None:
    lines = [
        {"text": row.text, "spans": [one._asdict() for one in row.places], "site": row.document[-1]}
        for row in ROWS
    ]
    (tmp_path / "notes.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    desk = Desk(folder=tmp_path / "desk", unprotected=True)
    new_person(desk, "ada", "Ada Alvarez")
    recipe = parse_recipe(HEAD + "task: {kind: spans, label: spans}\n")
    report = run_recipe(tmp_path, recipe, desk)
    figures = {score.metric: score for score in report.evaluation.scores}
    assert list(figures) == ["precision", "recall", "micro_f1", "macro_f1"]
    assert figures["micro_f1"].value > 0.9
    assert figures["micro_f1"].method == "bootstrap-percentile"
    assert {line.label: line.support for line in report.evaluation.labels}.keys() == {"PER", "TOWN"}
    assert {one.metric: one.value for one in report.evaluation.floor}["micro_f1"] == 0
    card = (tmp_path / "card.md").read_text("utf-8")
    assert "answers with places in the text, each with one of 2 labels" in card
    assert "| label | precision | recall | F1 | places | answered |" in card
    assert "pipeline_tag: token-classification" in card
    bundle = tmp_path / "notes.bundle"
    assert verify_path(bundle, trust=desk.trust, now=desk.clock(), seen=desk.seen).exit_code == 0
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a.txt").write_text(ROWS[0].text)
    predict(Order(bundle, str(tmp_path / "new"), tmp_path / "answers.parquet"), desk)
    found = pq.read_table(tmp_path / "answers.parquet").to_pylist()
    assert [line["answer"] for line in found] == ["PER", "TOWN"]
    assert [line["found"] for line in found] == [
        ROWS[0].text[line["start"] : line["end"]] for line in found
    ]


SAID = ("The lease ends in {} days", "The rent is {} dollars", "The tenant pays for {} repairs")


def sentence(some: random.Random) -> str:
    return some.choice(SAID).format(some.randrange(2, 6))


def judged(seed: int) -> dict[str, object]:
    """Make two sentences that say the same or not."""
    some = random.Random(seed)
    one = sentence(some)
    other = one if seed % 2 else sentence(some)
    return {
        "claim": f"{one}, note {seed}.",
        "source": f"{other}, as agreed in note {seed}.",
        "same": "yes" if one == other else "no",
    }


def asked(seed: int) -> dict[str, object]:
    """Make a question whose answer repeats what was said."""
    some = random.Random(seed)
    right = f"{some.randrange(10, 99)} days"
    options = [right, *(f"{some.randrange(100, 999)} {word}" for word in ("dollars", "keys"))]
    some.shuffle(options)
    return {
        "text": f"Note {seed} says that the lease ends in {right}. When?",
        "options": options,
        "right": options.index(right),
    }


@pytest.mark.slow
def test_two_texts_have_one_label(tmp_path: Path) -> None:
    recipe = HEAD + (
        "inputs: [{column: claim, as: text}, {column: source, as: text}]\n"
        "task: {kind: pairs, label: same}\n"
    )
    report = run(tmp_path, [judged(seed) for seed in range(240)], recipe)
    figures = {score.metric: score.value for score in report.evaluation.scores}
    assert figures["macro_f1"] > 0.9
    assert "pr_auc" in figures
    found = ask(tmp_path, [{"claim": "The rent is 3 dollars.", "source": "The rent is 3 dollars."}])
    assert found[0]["answer"] == "yes"
    assert "(shared words)" in str(found[0]["deciding words"])
    assert "exactly one of 2 labels for the two texts" in (tmp_path / "card.md").read_text()


@pytest.mark.slow
def test_one_of_the_options_of_a_row_is_chosen(tmp_path: Path) -> None:
    recipe = HEAD + "task: {kind: choice, label: right, options: options}\n"
    report = run(tmp_path, [asked(seed) for seed in range(160)], recipe)
    figures = {score.metric: score.value for score in report.evaluation.scores}
    assert list(figures) == ["accuracy", "log_loss", "brier", "ece", "adaptive_ece"]
    assert figures["accuracy"] > 0.9
    assert report.evaluation.labels == report.evaluation.confusion == ()
    question = {"text": "It ends in 40 days. When?", "options": ["7 keys", "40 days"]}
    found = ask(tmp_path, [question, {"text": "When?", "options": ["alone"]}])
    assert [line["answer"] for line in found] == ["B", None]
    assert [line["found"] for line in found] == ["40 days", None]
    assert found[1]["why"] == "'options' is no number or date or list of options that can be read"
    assert "one of the options that the row brings" in (tmp_path / "card.md").read_text()


def run(folder: Path, rows: list[dict[str, object]], recipe: str) -> RunReport:
    (folder / "notes.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    desk = Desk(folder=folder / "desk", unprotected=True)
    new_person(desk, "ada", "Ada Alvarez")
    return run_recipe(folder, parse_recipe(recipe), desk)


def ask(folder: Path, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    (folder / "new.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    desk = Desk(folder=folder / "desk", unprotected=True)
    order = Order(folder / "notes.bundle", str(folder / "new.jsonl"), folder / "a.parquet")
    predict(order, desk)
    found: list[dict[str, object]] = pq.read_table(folder / "a.parquet").to_pylist()
    return found
