from __future__ import annotations

import csv
import time
from collections import Counter
from pathlib import Path

import pytest

from warrant.errors import InputError
from warrant.flow.demo_data import DUPLICATES, EMPTY, HEADER, LABELS, UNREADABLE, make_contracts


def lines_of(sheet: Path) -> list[dict[str, str]]:
    with sheet.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_writes_the_same_bytes_and_another_others(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "abc"]
    for folder, seed in zip(folders, (7, 7, 8), strict=True):
        make_contracts(folder, count=80, seed=seed)
    contents = [
        {path.name: path.read_bytes() for path in sorted(folder.iterdir())} for folder in folders
    ]
    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


def test_copies_empty_and_unreadable_files_are_planted(tmp_path: Path) -> None:
    made = make_contracts(tmp_path / "contracts")
    data = [path.read_bytes() for path in made.folder.glob("*.txt")]
    assert len(data) == made.files == 300
    assert sum(not one for one in data) == EMPTY
    assert sum(one.startswith(b"\xff") for one in data) == UNREADABLE
    repeated = Counter(one for one in data if one and not one.startswith(b"\xff"))
    assert sum(count - 1 for count in repeated.values()) == made.duplicates == DUPLICATES


def test_the_sheet_names_every_file_and_six_types(tmp_path: Path) -> None:
    made = make_contracts(tmp_path / "contracts")
    lines = lines_of(made.sheet)
    assert tuple(lines[0]) == HEADER
    assert {line["file"] for line in lines} == {path.name for path in made.folder.glob("*.txt")}
    kinds = Counter(line["contract_type"] for line in lines)
    assert set(kinds) == set(LABELS)
    assert min(kinds.values()) > 20


def test_three_hundred_contracts_cost_under_two_seconds(tmp_path: Path) -> None:
    start = time.process_time()
    make_contracts(tmp_path / "contracts")
    assert time.process_time() - start < 2


def test_the_sheet_may_be_xlsx(tmp_path: Path) -> None:
    calamine = pytest.importorskip("python_calamine")
    pytest.importorskip("xlsxwriter")
    made = make_contracts(tmp_path / "xlsx", count=80, sheet="xlsx")
    plain = make_contracts(tmp_path / "csv", count=80)
    rows = calamine.CalamineWorkbook.from_path(str(made.sheet)).get_sheet_by_index(0).to_python()
    with plain.sheet.open(newline="", encoding="utf-8") as file:
        assert rows == list(csv.reader(file))


def test_too_few_contracts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"59 contracts are too few to learn from. Ask for at"):
        make_contracts(tmp_path / "contracts", count=59)
