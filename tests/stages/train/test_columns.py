"""Training on columns beside text, on columns alone, and towards numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.desk import make_desk
from tests.stages.bench import fresh, write_rows
from warrant.models import VALUE, InputColumn, TrainedModel
from warrant.models.files import open_model
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk, StageResult
from warrant.records.model import Model
from warrant.stages.train import TrainConfig, run

COLUMNS = (
    Column(name="note", type="text"),
    Column(name="amount", type="number"),
    Column(name="kind", type="text"),
    Column(name="filed", type="date"),
    Column(name="answer", type="text"),
)
INPUTS = (
    InputColumn("note"),
    InputColumn("amount", "number", "USD"),
    InputColumn("kind", "category"),
    InputColumn("filed", "date"),
)
CONFIG = TrainConfig(name="claims", label="answer", task="binary", inputs=INPUTS)


def rows_of(count: int, seed: int, *, is_number: bool = False) -> list[dict[str, Any]]:
    """Rows whose answer hangs on word, amount and kind."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        word = ("urgent", "routine")[rng.integers(2)]
        amount = float(rng.uniform(0, 1000))
        kind = ("scan", "visit", "drug")[rng.integers(3)]
        value = 3 * (word == "urgent") + amount / 100 + 4 * (kind == "scan") + rng.normal() / 4
        answer = f"{value:.6g}" if is_number else ("denied" if value > 8 else "paid")
        rows.append(
            {
                "note": f"a {word} claim of the year",
                "amount": round(amount, 2),
                "kind": kind,
                "filed": date(2024, 1, 1) + timedelta(int(rng.integers(300))),
                "answer": answer,
            }
        )
    return rows


def train_on(
    desk: Desk, rows: list[dict[str, Any]], others: list[dict[str, Any]], config: TrainConfig
) -> tuple[StageResult, Model, TrainedModel]:
    inputs = {
        "train": write_rows(desk, "train", COLUMNS, rows),
        "validation": write_rows(desk, "validation", COLUMNS, others),
    }
    result = run(inputs, config, fresh(desk, "train"))
    record = Model.from_bytes(desk.store.get(result.outputs["model"]))
    return result, record, open_model(record, desk.store, desk.scratch / "opened")


def columns_of(rows: list[dict[str, Any]]) -> dict[str, list[object]]:
    return {one.column: [row[one.column] for row in rows] for one in INPUTS}


def accuracy(model: TrainedModel, rows: list[dict[str, Any]]) -> float:
    found = model.predict(columns_of(rows))
    told = [found.labels[at] for at in found.chosen.argmax(axis=1)]
    right = [one == row["answer"] for one, row in zip(told, rows, strict=True)]
    return right.count(True) / len(rows)


def test_columns_beside_text_are_learnt_and_calibrated(tmp_path: Path) -> None:
    result, record, model = train_on(make_desk(tmp_path), rows_of(600, 1), rows_of(200, 2), CONFIG)
    test = rows_of(400, 3)
    assert accuracy(model, test) > 0.93
    assert model.reads == INPUTS
    assert record.inputs == ("note", "amount", "kind", "filed")
    assert record.settings["calibration"] == "sigmoid, on validation rows"
    assert record.settings["calibration_rows"] == 200
    assert record.settings["terms_columns"] == 3
    reasons = next(iter(model.explain(columns_of(test[:1]), 50)[0].values()))
    kinds = {"word", "characters", "pair", "number", "category", "date"}
    assert {one.kind for one in reasons} == kinds
    assert not any("filed" in name for name in result.claim.counts)


@pytest.mark.parametrize("read", [INPUTS, INPUTS[1:]], ids=["beside text", "alone"])
def test_columns_are_learnt_where_many_labels_compete(
    tmp_path: Path, read: tuple[InputColumn, ...]
) -> None:
    rows, others = rows_of(400, 1), rows_of(100, 2)
    for row in (*rows, *others):
        row["answer"] = f"{row['kind']} {int(row['amount'] // 200)}"
    config = replace(CONFIG, inputs=read, task="multiclass")
    _, record, model = train_on(make_desk(tmp_path), rows, others, config)
    assert len(record.labels) == 15
    assert accuracy(model, others) > 0.3


@pytest.mark.parametrize("read", [INPUTS, INPUTS[1:]], ids=["beside text", "alone"])
def test_columns_are_learnt_for_several_labels_a_row(
    tmp_path: Path, read: tuple[InputColumn, ...]
) -> None:
    rows, others = rows_of(300, 1), rows_of(100, 2)
    for row in (*rows, *others):
        row["answer"] = f"{row['kind']};{'dear' if row['amount'] > 500 else 'cheap'}"
    known = dict.fromkeys(("kind", "amount"), "known before")
    config = replace(CONFIG, inputs=read, task="multilabel", accepted_leaks=known)
    _, record, _ = train_on(make_desk(tmp_path), rows, others, config)
    assert record.labels == ("cheap", "dear", "drug", "scan", "visit")


def test_without_columns_the_answer_cannot_be_told(tmp_path: Path) -> None:
    config = replace(CONFIG, inputs=INPUTS[:1])
    _, _, model = train_on(make_desk(tmp_path), rows_of(600, 1), rows_of(200, 2), config)
    assert accuracy(model, rows_of(400, 3)) < 0.8


def test_a_table_without_text_is_learnt(tmp_path: Path) -> None:
    config = replace(CONFIG, inputs=INPUTS[1:])
    _, record, model = train_on(make_desk(tmp_path), rows_of(600, 1), rows_of(200, 2), config)
    assert accuracy(model, rows_of(400, 3)) > 0.82
    assert record.inputs == ("amount", "kind", "filed")


def test_what_was_missing_rare_or_unreadable_is_counted_in_the_claim(tmp_path: Path) -> None:
    rows, others = rows_of(300, 1), rows_of(100, 2)
    for at in range(5):
        rows[at]["amount"] = None
        rows[at]["kind"] = f"kind {at // 2}"
        others[at]["kind"] = "never seen"
    rows[7]["amount"] = 1e12
    result, _, model = train_on(make_desk(tmp_path), rows, others, CONFIG)
    told = {name: count for name, count in result.claim.counts.items() if ":" in name}
    assert told == {
        "train_missing: amount": 5,
        "train_out_of_range: amount": 1,
        "train_rare: kind": 5,
        "validation_unseen: kind": 5,
    }
    doubts = model.predict(columns_of(others[:1])).abstentions
    assert [(one.doubt, one.column) for one in doubts[0]] == [("unseen", "kind")]


def test_a_number_is_answered_in_its_unit(tmp_path: Path) -> None:
    config = replace(CONFIG, task="regression")
    result, record, model = train_on(
        make_desk(tmp_path),
        rows_of(600, 1, is_number=True),
        rows_of(200, 2, is_number=True),
        config,
    )
    test = rows_of(300, 3, is_number=True)
    found = model.predict(columns_of(test))
    assert found.values is not None
    true = np.array([float(row["answer"]) for row in test])
    assert np.sqrt(np.mean((found.values - true) ** 2)) < 0.35
    assert (record.labels, record.task) == ((), "regression")
    assert float(str(result.claim.measures["validation_rmse"])) < 0.35
    assert list(model.explain(columns_of(test[:1]))[0]) == [VALUE]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
    results = [
        train_on(make_desk(tmp_path / folder), rows_of(120, 1), rows_of(60, 2), CONFIG)[1].files
        for folder in ("x", "y")
    ]
    assert results[0] == results[1]


@pytest.mark.parametrize("inputs", [INPUTS, INPUTS[1:]])
def test_without_validation_rows_a_model_is_made_too(
    tmp_path: Path, inputs: tuple[InputColumn, ...]
) -> None:
    config = replace(CONFIG, inputs=inputs)
    _, record, _ = train_on(make_desk(tmp_path), rows_of(100, 1), [], config)
    assert record.settings["calibration"] == "none: 0 validation rows, 50 are needed"
