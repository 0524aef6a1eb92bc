"""Roles, figures and a proposal for one table."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from warrant.errors import InputError
from warrant.flow.measure_table import measure_table


def write(folder: Path) -> Path:
    """Write an invented table of 300 people."""
    some = random.Random(7)
    lines = ["patient_id,zip,age,admitted,diagnosis,ward"]
    for number in range(300):
        day = f"2024-{some.randint(1, 12):02}-{some.randint(1, 28):02}"
        cells = (f"p{number}", some.choice((78701, 78702, 10001)), some.randint(20, 79), day)
        lines.append(",".join(map(str, (*cells, some.choice(("flu", "gout")), "blue"))))
    file = folder / "patients.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def test_roles_are_proposed_and_levels_reach_k(tmp_path: Path) -> None:
    risk = measure_table(write(tmp_path))
    assert risk.proposed
    assert risk.roles == {
        "patient_id": "identifier", "zip": "quasi", "age": "quasi", "admitted": "quasi",
        "diagnosis": "sensitive", "ward": "other",
    }  # fmt: skip
    assert (risk.now.rows, risk.now.smallest) == (300, 1)
    assert risk.now.in_small_classes > 200
    assert risk.then.in_small_classes <= 15
    assert risk.levels["admitted"] in ("month", "year", "none")
    assert risk.then.diversity in (1, 2)


def test_given_roles_hold(tmp_path: Path) -> None:
    risk = measure_table(write(tmp_path), quasi=["ward"], sensitive=["diagnosis"], k=10)
    assert (risk.now.smallest, risk.now.diversity, risk.levels) == (300, 2, {"ward": None})
    with pytest.raises(InputError, match="no column 'wart'; it has: patient_id, zip"):
        measure_table(write(tmp_path), quasi=["wart"])


def visits(folder: Path, rows: int = 240) -> Path:
    """Write an invented table in which the exact age decides the ward, as no coarse one does."""
    some = random.Random(3)
    lines = ["patient_id,age,pain,ward"]
    for number in range(rows):
        age = some.randint(20, 79)
        lines.append(f"p{number},{age},{some.randint(1, 9)},{'old' if age >= 40 else 'young'}")
    file = folder / "visits.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def test_what_protecting_costs_is_told_with_an_interval(tmp_path: Path) -> None:
    cost = measure_table(visits(tmp_path), quasi=["age"], k=100, label="ward").cost
    assert cost is not None
    assert (cost.label, cost.metric, cost.rows) == ("ward", "macro_f1", 80)
    assert cost.plain > 0.9
    assert cost.protected < cost.plain - 0.05
    assert cost.difference == pytest.approx(cost.protected - cost.plain)
    assert cost.low <= cost.difference <= cost.high < 0


def test_protecting_that_changes_nothing_costs_nothing(tmp_path: Path) -> None:
    cost = measure_table(visits(tmp_path), quasi=["ward"], k=2, label="pain").cost
    assert cost is not None
    assert (cost.difference, cost.low, cost.high, cost.taken_out) == (0, 0, 0, 0)


def test_too_few_answers_say_nothing_of_the_cost(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'ward' has an answer in too few rows") as refused:
        measure_table(visits(tmp_path, 60), quasi=["age"], label="ward")
    assert "--label" in refused.value.do
    same = tmp_path / "same.csv"
    same.write_text("age,ward\n" + "30,blue\n" * 120)
    with pytest.raises(InputError, match="one answer alone"):
        measure_table(same, quasi=["age"], label="ward")
