"""Kinds of tasks from recipe to bundle and answers."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.stages.curate.test_tagging import ROWS
from warrant.flow.check import verify_path
from warrant.flow.job import run_recipe
from warrant.flow.predict import Order, predict
from warrant.flow.recipe import parse_recipe
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
    assert figures["micro_f1"].method == "bootstrap-percentile-by-group"
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
