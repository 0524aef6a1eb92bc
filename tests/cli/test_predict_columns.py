"""Answers of a model that reads numbers, categories and dates beside a text."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Type
from tests.serve.asking import ask as request
from tests.serve.asking import predict as post
from warrant import Bundle, Workspace
from warrant.flow.answering import Wish, answering
from warrant.flow.session import Desk, new_person
from warrant.serve.server import Service

RECIPE = """\
warrant: 1
name: claims
sources:
  - path: claims.csv
    licence: CC0-1.0
    origin: Invented for a test
    rights: {train: true, commercial: true, expires: never}
inputs:
  - {column: note, as: text}
  - {column: amount, as: number, unit: USD}
  - {column: branch, as: category}
  - {column: filed, as: date}
task: {kind: binary, label: paid}
evaluate: {resamples: 200}
"""
NOTES = ("routine visit", "emergency surgery", "follow up consult", "duplicate invoice suspected")


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("claims")
    rng = random.Random(1)
    with (root / "claims.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["claim_id", "note", "amount", "branch", "filed", "paid"])
        for number in range(300):
            amount, branch = rng.uniform(10, 5000), rng.choice(("North", "South", "East"))
            note, day = rng.choice(NOTES), f"2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            is_denied = amount > 3000 or "duplicate" in note
            answer = "denied" if is_denied else "paid"
            sheet.writerow([number, f"{note} {number}", round(amount, 2), branch, day, answer])
    (root / "recipe.yaml").write_text(RECIPE, "utf-8")
    desk = Desk(root / "reader", unprotected=True)
    new_person(desk, "ada", "Ada (fictional)")
    workspace = Workspace.open(root, desk)
    workspace.run()
    return workspace


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


ASKED = """\
id,note,amount,branch,filed
1,routine visit,200,North,2024-05-06
2,emergency surgery,99999,Mars,2031-01-01
3,routine visit,much,North,2024-05-06
4,,,,
"""


def test_what_no_training_row_had_is_marked_and_not_answered(
    claims: Workspace, tmp_path: Path
) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text(ASKED, "utf-8")
    claims.predict(source, output)
    usual, far, odd, empty = lines(output)
    assert (usual["answer"], usual["abstained"], usual["out of range"]) == ("paid", "no", None)
    assert "amount (200 USD) +" in usual["deciding words"]
    assert usual["nearest training row"].startswith("claims.csv, training row ")
    assert (far["answer"], far["leans to"], far["abstained"]) == (None, "denied", "yes")
    assert far["out of range"] == "amount; branch; filed"
    assert far["why"] == (
        "'amount' lies outside what training rows had; 'branch' holds what no training row had; "
        "'filed' lies outside what training rows had"
    )
    assert odd["why"] == "'amount' is no number or date or list of options that can be read"
    assert (empty["leans to"], empty["deciding words"]) == (None, None)
    assert empty["why"].count("is empty") == 4


def test_a_server_says_the_same_and_describes_the_columns(
    claims: Workspace, tmp_path: Path
) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text(ASKED, "utf-8")
    claims.predict(source, output)
    with answering(claims.bundle.path, claims.desk, Wish("serve")) as opened:
        service = Service(opened.answerer, opened.card)
        rows = list(csv.DictReader(ASKED.splitlines()))
        for line, said in zip(lines(output), post(service, rows)["answers"], strict=True):
            assert (line["answer"], line["leans to"]) == (said["answer"], said["leans_to"])
            assert line["probability"] == said["probability"]
            assert (line["out of range"] or "") == "; ".join(said["out_of_range"])
            assert line["nearest training row"] == (said["nearest"] or {"path": None})["path"]
        health = request(service, "GET", "/health").json()
        assert health["columns"][1] == {"name": "amount", "read_as": "number", "unit": "USD"}
        page = request(service, "GET", "/").text
        assert "in USD" in page
        assert page.count("data-column=") == 4


def test_a_table_without_one_of_the_columns_is_refused(
    claims: Workspace, tmp_path: Path, typed: Type
) -> None:
    source = tmp_path / "in.csv"
    source.write_text("note,Amount,branch,filed\nx,1,North,2024-05-06\n", "utf-8")
    done = typed("predict", claims.bundle.path, source, "-o", tmp_path / "o.csv")
    assert done.code == 2
    assert "has no column 'amount', which the model reads" in done.err
    assert "Is it 'Amount'? Rename that column 'amount'" in done.err
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text("routine visit", "utf-8")
    done = typed("predict", claims.bundle.path, folder, "-o", tmp_path / "o.csv")
    assert "The model reads 'note', 'amount', 'branch', 'filed' besides the text" in done.err
    assert "Name a sheet with one line per file: --sheet index.xlsx" in done.err


def test_away_from_the_workspace_no_training_row_is_named(
    claims: Workspace, tmp_path: Path
) -> None:
    bundle = tmp_path / "claims.bundle"
    bundle.write_bytes(claims.bundle.path.read_bytes())
    source, output = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text(ASKED, "utf-8")
    Bundle.open(bundle, claims.desk).predict(source, output)
    assert "nearest training row" not in lines(output)[0]
