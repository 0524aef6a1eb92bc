from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from warrant.errors import InputError
from warrant.serve import SUFFIXES, Legend, write_table
from warrant.serve.table import CUT, XLSX_CHARACTERS

NAMES = ("note", "probability", "abstained")
LEGEND = Legend((("Model", "m"),), (("probability", "0 to 1"),))
HOSTILE = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "<script>alert(1)</script>"]
ROWS = [(text, 0.5, False) for text in HOSTILE] + [("plain", None, True)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_form_holds_the_rows_and_repeats_its_bytes(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    write_table(path, NAMES, iter(ROWS), LEGEND, "probability")
    first = path.read_bytes()
    write_table(path, NAMES, iter(ROWS), LEGEND, "probability")
    assert path.read_bytes() == first
    if suffix == ".jsonl":
        found = [json.loads(line)["note"] for line in path.read_text("utf-8").splitlines()]
        assert found == [row[0] for row in ROWS]
    elif suffix == ".parquet":
        table = pq.read_table(path)
        assert table.column("note").to_pylist() == [row[0] for row in ROWS]
        assert table.column("probability").to_pylist()[-1] is None
        assert table.schema.metadata[b"warrant Model"] == b"m"


def test_formulas_are_inert_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_table(path, NAMES, ROWS, LEGEND, "probability")
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [row[0] for row in csv.reader(file)][1:]
    assert cells[:6] == [f"'{text}" for text in HOSTILE[:6]]
    assert cells[6:] == [HOSTILE[6], "plain"]


def test_formulas_are_text_in_a_workbook_and_long_cells_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_table(path, NAMES, [*ROWS, ("x" * 40_000, 0.1, False)], LEGEND, "probability")
    book = CalamineWorkbook.from_path(str(path))
    lines = book.get_sheet_by_name("answers").to_python()
    assert [line[0] for line in lines[1:5]] == HOSTILE[:4]
    assert b"<f>" not in path.read_bytes()
    assert len(lines[-1][0]) == XLSX_CHARACTERS
    assert lines[-1][0].endswith(CUT)
    legend = book.get_sheet_by_name("legend").to_python()
    assert ["Model", "m"] in legend


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written as '\.docx'"):
        write_table(tmp_path / "out.docx", NAMES, ROWS, LEGEND, "probability")
