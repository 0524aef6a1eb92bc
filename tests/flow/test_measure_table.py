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
