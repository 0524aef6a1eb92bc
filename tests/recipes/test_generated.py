"""The generators of the recipes on invented data: the same bytes, and what is planted is there."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from tests.outside import ROOT

HOSPITALS = ROOT / "recipes" / "healthcare-operations"
TRANSACTIONS = ROOT / "recipes" / "finance-transactions"


def make(folder: Path, *programs: Path) -> None:
    for program in programs:
        subprocess.run([sys.executable, program, folder], check=True)


def share(rows: list[dict[str, str]], column: str, answer: str) -> float:
    return sum(row[column] == answer for row in rows) / len(rows)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("claims")
    make(folder, HOSPITALS / "generate.py", HOSPITALS / "harmonise.py")
    return folder


def test_twelve_hospitals_differ_in_schema_and_size(claims: Path) -> None:
    files = sorted((claims / "raw").iterdir())
    headers = {path.read_text("utf-8").split("\n")[0] for path in files}
    lengths = {len(path.read_text("utf-8").splitlines()) for path in files}
    assert (len(files), len(lengths)) == (12, 12)
    assert len(headers) > 9


@pytest.mark.slow
def test_the_same_seed_gives_the_same_claims(claims: Path, tmp_path: Path) -> None:
    make(tmp_path, HOSPITALS / "generate.py", HOSPITALS / "harmonise.py")
    assert (tmp_path / "claims.csv").read_bytes() == (claims / "claims.csv").read_bytes()


def test_one_table_holds_every_claim_of_every_hospital(claims: Path) -> None:
    rows = read(claims / "claims.csv")
    exported = sum(len(path.read_text("utf-8").splitlines()) - 1 for path in claims.glob("raw/*"))
    assert len(rows) == len({row["claim_id"] for row in rows}) == exported == 13_700
    assert {row["outcome"] for row in rows} == {"denied", "paid"}
    assert {row["hospital"] for row in rows if not row["authorised"]} == {
        "cinderford",
        "harrowgate",
    }
    assert {row["hospital"] for row in rows if not row["age"]} == {"eastlock"}


def test_what_is_planted_in_the_claims_is_there(claims: Path) -> None:
    rows = read(claims / "claims.csv")
    surgery = [row for row in rows if row["procedure"] == "surgery"]
    asked, unasked = (
        [row for row in surgery if row["authorised"] == cell] for cell in ("yes", "no")
    )
    assert share(unasked, "outcome", "denied") > 2 * share(asked, "outcome", "denied")
    late = [row for row in rows if int(row["days_to_file"]) > 70]
    assert share(late, "outcome", "denied") > 1.5 * share(rows, "outcome", "denied")
    old = [row for row in rows if row["age"] and int(row["age"]) > 60]
    assert share(old, "outcome", "denied") == pytest.approx(
        share(rows, "outcome", "denied"), abs=0.02
    )


@pytest.fixture(scope="module")
def transactions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("transactions")
    make(folder, TRANSACTIONS / "generate.py")
    return folder / "transactions.csv"


def test_what_is_planted_in_the_transactions_is_there(transactions: Path) -> None:
    rows = read(transactions)
    assert len(rows) == 8000
    everywhere = share(rows, "review", "review")
    cards = [row for row in rows if "gift card" in row["narrative"]]
    night = [row for row in rows if row["booked_at"][11:13] in {"00", "01", "02", "03", "04"}]
    assert share(cards, "review", "review") > 2 * everywhere
    assert share(night, "review", "review") > 1.4 * everywhere


@pytest.mark.slow
def test_the_same_seed_gives_the_same_transactions(transactions: Path, tmp_path: Path) -> None:
    make(tmp_path, TRANSACTIONS / "generate.py")
    assert (tmp_path / "transactions.csv").read_bytes() == transactions.read_bytes()
