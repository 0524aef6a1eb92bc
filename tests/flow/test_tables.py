"""A table of columns, from the recipe to answers in a spreadsheet."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from warrant.errors import InputError
from warrant.flow.job import run_recipe
from warrant.flow.predict import Order, predict
from warrant.flow.recipe import parse_recipe
from warrant.flow.report import RunReport
from warrant.flow.session import Desk, new_person

RECIPE = """\
warrant: 1
name: claims
sources:
  - path: claims.csv
    licence: CC0-1.0
    origin: Invented for this test
    rights: {{train: true, commercial: true, expires: never}}
    special_category: false
inputs: [{inputs}]
task: {{kind: {kind}, label: {label}}}
split: {{test: 0.3, validation: 0.2}}
evaluate: {{resamples: 100}}
"""
COLUMNS = (
    "{column: amount, as: number, unit: USD}, {column: kind, as: category}, "
    "{column: filed, as: date}"
)
TEXT = "{column: note, as: text}, "
HEADER = ["note", "amount", "kind", "filed", "outcome", "days"]


def lines(count: int, seed: int = 1) -> list[list[Any]]:
    """Claims whose outcome hangs on amount and kind; few have a note."""
    rng = random.Random(seed)
    rows: list[list[Any]] = []
    for _ in range(count):
        amount, kind = round(rng.uniform(10, 900), 2), rng.choice(["scan", "visit", "drug"])
        day = date(2024, 1, 1) + timedelta(rng.randrange(360))
        score = amount / 100 + 4 * (kind == "scan") + rng.gauss(0, 0.3)
        outcome = "denied" if score > 6 else "paid"
        note = f"a {rng.choice(['short', 'long'])} note of claim {rng.randrange(10**6)}"
        rows.append([note, amount, kind, day.isoformat(), outcome, round(score * 10, 1)])
    return rows


def make(folder: Path, rows: list[list[Any]], recipe: str) -> tuple[RunReport, Desk]:
    with (folder / "claims.csv").open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    desk = Desk(folder=folder / "desk", unprotected=True)
    new_person(desk, "ada", "Ada Alvarez")
    return run_recipe(folder, parse_recipe(recipe), desk), desk


def ask(
    folder: Path, desk: Desk, source: str, bundle: str = "claims.bundle"
) -> list[dict[str, Any]]:
    output = folder / f"{Path(source).stem}-answers.parquet"
    predict(Order(folder / bundle, str(folder / source), output), desk)
    found: list[dict[str, Any]] = pq.read_table(output).to_pylist()
    return found


def test_a_table_without_text_is_answered_in_a_spreadsheet(tmp_path: Path) -> None:
    recipe = RECIPE.format(inputs=COLUMNS, kind="binary", label="outcome")
    report, desk = make(tmp_path, lines(400), recipe)
    assert report.evaluation.rows > 100
    card = (tmp_path / "card.md").read_text("utf-8")
    assert "pipeline_tag: tabular-classification" in card
    (accuracy,) = (one.value for one in report.evaluation.scores if one.metric == "accuracy")
    assert accuracy > 0.85
    with xlsxwriter.Workbook(tmp_path / "new.xlsx") as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["amount", "kind", "filed", "mine"])
        for at, (amount, kind) in enumerate(
            [(890, "scan"), (15, "drug"), (15, "yacht"), (9e6, "")]
        ):
            sheet.write_row(at + 1, 0, [amount, kind])
            sheet.write_datetime(at + 1, 2, date(2024, 5, 1), day)
            sheet.write(at + 1, 3, f"row {at}")
    found = ask(tmp_path, desk, "new.xlsx")
    assert [row["mine"] for row in found] == ["row 0", "row 1", "row 2", "row 3"]
    assert [row["answer"] for row in found[:2]] == ["denied", "paid"]
    assert "USD" in found[0]["deciding words"]
    assert [row["abstained"] for row in found] == ["no", "no", "yes", "yes"]
    assert "kind" in found[2]["why"]
    assert "amount" in found[3]["why"]
    assert not any("yacht" in str(row["why"]) for row in found)


def test_text_and_columns_are_read_together(tmp_path: Path) -> None:
    recipe = RECIPE.format(inputs=TEXT + COLUMNS, kind="binary", label="outcome")
    rows = lines(300)
    rows[3][0] = ""
    for row in rows[10:30]:
        row[1] = ""
    report, desk = make(tmp_path, rows, recipe)
    card = (tmp_path / "card.md").read_text("utf-8")
    assert "| train missing | amount | " in card
    assert report.training_rows < 300
    (accuracy,) = (one.value for one in report.evaluation.scores if one.metric == "accuracy")
    assert accuracy > 0.8
    asked = [
        HEADER[:4],
        ["a note", "$890.00", "scan", "1 May 2024"],
        ["", "12", "drug", "2024-02-01"],
    ]
    with (tmp_path / "new.csv").open("w", newline="") as file:
        csv.writer(file).writerows(asked)
    found = ask(tmp_path, desk, "new.csv")
    assert [row["abstained"] for row in found] == ["no", "yes"]
    assert "note" in found[1]["why"]


def test_a_number_is_answered(tmp_path: Path) -> None:
    recipe = RECIPE.format(inputs=COLUMNS, kind="regression", label="days")
    report, desk = make(tmp_path, lines(400), recipe)
    scores = {one.metric: one.value for one in report.evaluation.scores}
    assert scores["rmse"] < 4
    assert scores["r2"] > 0.9
    assert report.evaluation.labels == ()
    card = (tmp_path / "card.md").read_text("utf-8")
    assert "- Reads amount, kind, filed and answers with a number.[^model]" in card
    assert "pipeline_tag: tabular-regression" in card
    assert "### Each label" not in card
    asked = [HEADER[1:4], ["500", "scan", "2024-05-01"], ["100", "drug", "2024-05-01"]]
    with (tmp_path / "new.csv").open("w", newline="") as file:
        csv.writer(file).writerows(asked)
    found = ask(tmp_path, desk, "new.csv")
    assert float(found[0]["answer"]) == pytest.approx(90, abs=8)
    assert float(found[1]["answer"]) == pytest.approx(10, abs=8)


def test_a_regression_on_words_says_which_rows_hold_none(tmp_path: Path) -> None:
    recipe = RECIPE.format(inputs=COLUMNS, kind="regression", label="outcome")
    with pytest.raises(InputError, match="Column 'outcome' holds no number in"):
        make(tmp_path, lines(60), recipe)
