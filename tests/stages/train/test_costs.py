"""Thresholds that errors with prices ask for, chosen on validation rows and used ever after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.engine.desk import make_desk
from tests.stages.bench import KIND, LAW, TEXT, contract_rows, fresh, write_rows
from tests.stages.train.test_columns import COLUMNS, CONFIG, rows_of
from warrant.errors import InputError
from warrant.metrics import Prices
from warrant.models import Predictions
from warrant.models.files import open_model
from warrant.records.evaluation import Evaluation
from warrant.records.model import Model
from warrant.stages import evaluate, train
from warrant.stages.train.costs import choose_thresholds


def odds(rows: int, labels: int) -> Predictions:
    rng = np.random.default_rng(3)
    found = rng.dirichlet(np.ones(labels), rows)
    chosen = np.eye(labels, dtype=bool)[found.argmax(axis=1)]
    return Predictions(tuple("abc"[:labels]), found, chosen)


def drawn(found: Predictions) -> list[tuple[str, ...]]:
    rng = np.random.default_rng(4)
    return [(str(rng.choice(found.labels, p=row)),) for row in found.probabilities]


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
def test_thresholds_cost_no_more_than_answers_without_them(task: str) -> None:
    found = odds(300, 2 if task == "binary" else 3)
    prices = Prices({"a": 500}, 50, 5, 30)
    chosen = choose_thresholds(task, found, drawn(found), prices)  # type: ignore[arg-type]
    assert chosen.with_them is not None
    assert chosen.without is not None
    assert chosen.with_them < 0.8 * chosen.without
    assert chosen.with_them <= 30 * 1000
    assert chosen.thresholds.ask == 30


def test_without_validation_rows_the_prices_alone_say() -> None:
    found = odds(0, 2)
    chosen = choose_thresholds("multilabel", found, [], Prices({"a": 45}, 5, 5))
    assert [one.threshold for one in chosen.thresholds.labels] == [0.1, 0.5]
    assert (chosen.with_them, chosen.without) == (None, None)
    pair = choose_thresholds("binary", found, [], Prices({"a": 85}, 5, 5)).thresholds
    assert [one.threshold for one in pair.labels] == pytest.approx([0.1, 0.9])


def test_where_asking_is_dear_nobody_is_asked() -> None:
    found = odds(300, 3)
    chosen = choose_thresholds("multiclass", found, drawn(found), Prices({}, 1, 1, 1000))
    assert chosen.with_them is not None
    assert chosen.with_them < 2000


@pytest.mark.parametrize("tier", ["linear", "trees"])
def test_prices_reach_the_model_its_answers_and_the_evaluation(tier: str, tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    rows = contract_rows(tmp_path / "contracts")
    cut = {"test": rows[:50], "validation": rows[50:90], "train": rows[90:]}
    inputs = {name: write_rows(desk, name, (TEXT, KIND, LAW), part) for name, part in cut.items()}
    prices = Prices({rows[0]["contract_type"]: 500}, 50, 5, 1)
    config = train.TrainConfig(name="contracts", label="contract_type", tier=tier, costs=prices)
    trained = train.run(inputs, config, fresh(desk, "train"))
    record = Model.from_bytes(desk.store.get(trained.outputs["model"]))
    assert "thresholds.json" in {file.name for file in record.files}
    assert trained.claim.measures["validation_cost_per_1000"] is not None

    model = open_model(record, desk.store, tmp_path / "opened")
    answered = model.predict({"text": ["nothing that was ever seen"]})
    assert [one.doubt for one in answered.abstentions[0]] == ["unsure"]
    assert model.explain({"text": [rows[0]["text"]]})[0].keys() <= set(model.labels)

    measured = evaluate.run(
        {"model": trained.outputs["model"], "test": inputs["test"]},
        evaluate.EvaluateConfig(label="contract_type", costs=prices, resamples=100),
        fresh(desk, "evaluate"),
    )
    cost = Evaluation.from_bytes(desk.store.get(measured.outputs["evaluation"])).cost
    assert cost is not None
    assert cost.without_thresholds is not None
    plain = cost.without_thresholds
    assert plain.low is not None
    assert plain.low <= plain.value <= (plain.high or 0)
    assert cost.all_reviewed == 1000
    assert cost.model.value <= cost.no_model

    typo = train.TrainConfig(
        name="contracts", label="contract_type", costs=Prices({"Leese": 5}, 1, 1)
    )
    with pytest.raises(InputError, match="prices the label 'Leese', which no training") as refused:
        train.run(inputs, typo, fresh(desk, "typo"))
    assert refused.value.do == (
        "Write it as it stands in that column, nearest 'Lease', or take it out of `costs: missed:` "
        "in the recipe."
    )


def test_of_several_labels_each_must_have_a_price(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    rows = contract_rows(tmp_path / "contracts", 60)
    rows = [{**row, "contract_type": row["contract_type"] + "; Signed"} for row in rows]
    parts = {"train": rows[20:], "validation": rows[:20]}
    inputs = {name: write_rows(desk, name, (TEXT, KIND), part) for name, part in parts.items()}
    base = train.TrainConfig(name="contracts", label="contract_type", task="multilabel")
    some = replace(base, costs=Prices({"Signed": 5}, 0, 1))
    with pytest.raises(InputError, match="gives no price for missing the label") as refused:
        train.run(inputs, some, fresh(desk, "some"))
    assert "default: 10" in (refused.value.do or "")
    alike = replace(base, costs=Prices({"Signed": 5}, 10, 1))
    assert train.run(inputs, alike, fresh(desk, "alike")).outputs["model"]


def test_what_a_column_leaves_to_a_person_costs_the_same_without_thresholds(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    test = [{**row, "kind": "never seen"} for row in rows_of(60, 3)]
    parts = {"train": rows_of(300, 1), "validation": rows_of(100, 2), "test": test}
    inputs = {name: write_rows(desk, name, COLUMNS, part) for name, part in parts.items()}
    prices = Prices({"denied": 500}, 50, 5, 2)
    trained = train.run(inputs, replace(CONFIG, costs=prices), fresh(desk, "train"))
    measured = evaluate.run(
        {"model": trained.outputs["model"], "test": inputs["test"]},
        evaluate.EvaluateConfig(label="answer", costs=prices, resamples=100),
        fresh(desk, "evaluate"),
    )
    cost = Evaluation.from_bytes(desk.store.get(measured.outputs["evaluation"])).cost
    assert cost is not None
    assert cost.without_thresholds is not None
    assert cost.model.value == cost.without_thresholds.value == cost.all_reviewed == 2000
