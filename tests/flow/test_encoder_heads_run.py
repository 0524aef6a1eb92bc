"""One line of the recipe takes an encoder for places and options: train, answer, verify, card."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.models.base.tiny import make_encoder
from tests.stages.train.encoder.bench import choices, places
from warrant.flow.answering import Wish
from warrant.flow.check import verify_path
from warrant.flow.investigate import Inquiry, investigate, pushing
from warrant.flow.job import run_recipe
from warrant.flow.predict import Order, predict
from warrant.flow.recipe import parse_recipe
from warrant.flow.session import Desk, new_person

pytestmark = pytest.mark.torch
HEAD = """\
warrant: 1
name: kinds
sources: [{path: rows.jsonl, licence: CC0-1.0, origin: Invented, rights: {train: true}}]
split: {test: 0.2, validation: 0.2, seed: 7}
evaluate: {resamples: 100, failure_tests: []}
"""
ENCODER = "train: {tier: encoder, base: ./tiny, epochs: 3, learning_rate: 0.01, batch: 8}\n"


def lines_of(kind: str) -> list[dict[str, Any]]:
    if kind == "spans":
        rows = places(60)
        texts = zip(rows.columns["text"], rows.spans, strict=True)
        return [
            {"text": f"{text} {at}", "spans": [one._asdict() for one in spans]}
            for at, (text, spans) in enumerate(texts)
        ]
    rows = choices(60)
    cells = zip(rows.columns["text"], rows.columns["options"], rows.labels, strict=True)
    return [
        {"text": f"{text} {at}", "some": some if isinstance(some, list) else json.loads(some),
         "right": right[0]}
        for at, (text, some, right) in enumerate(cells)  # type: ignore[call-overload]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "task", "model"),
    [
        ("spans", "task: {kind: spans, label: spans}\n", "encoder-tagger"),
        ("choice", "task: {kind: choice, label: right, options: some}\n", "encoder-chooser"),
    ],
)
def test_one_line_takes_an_encoder(tmp_path: Path, kind: str, task: str, model: str) -> None:
    make_encoder(tmp_path / "tiny")
    rows = lines_of(kind)
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    desk = Desk(folder=tmp_path / "me", unprotected=True)
    new_person(desk, "tester", "Tess Example")
    (tmp_path / "recipe.yaml").write_text(HEAD + task + ENCODER)
    report = run_recipe(tmp_path, parse_recipe(HEAD + task + ENCODER), desk)
    verdict = verify_path(report.bundle, trust=desk.trust, now=desk.clock(), seen=desk.seen)
    assert verdict.headline == "holds, signed by Tess Example", verdict.faults
    figures = {score.metric: score.value for score in report.evaluation.scores}
    assert set(figures) >= ({"micro_f1", "recall"} if kind == "spans" else {"accuracy"})
    assert model in (tmp_path / "card.md").read_text("utf-8")
    (tmp_path / "new.jsonl").write_text(json.dumps(rows[0]) + "\n")
    order = Order(report.bundle, str(tmp_path / "new.jsonl"), tmp_path / "answers.csv")
    predict(order, desk, Wish(trust=desk.trust))
    with (tmp_path / "answers.csv").open(encoding="utf-8") as file:
        answers = list(csv.DictReader(file))
    if kind == "spans":
        text = rows[0]["text"]
        assert all(
            one["found"] == text[int(one["start"]) : int(one["end"])]
            for one in answers
            if one["start"]
        )
    else:
        (answer,) = answers
        assert answer["answer"] in "AB"
    inquiry = Inquiry(
        answers=tmp_path / "new.jsonl",
        place="0-4" if kind == "spans" else None,
        expected="last" if kind == "spans" else None,
    )
    found = investigate(tmp_path, inquiry, desk)
    assert found.influence == (pushing.HEAD_GRADIENTS if kind == "spans" else pushing.HEAD)
    assert len(found.pushers) == 10
    assert {one.influence > 0 for one in found.pushers} == {True, False}
