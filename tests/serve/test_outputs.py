from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from warrant.errors import InputError
from warrant.serve.cells import Cell, plain_text
from warrant.serve.outputs import SUFFIXES, Leaves, Table, Written, read_lines, write_table
from warrant.serve.outputs.workbook import MOST_CHARACTERS, MOST_LINES, require_room

HEADER = ["note", "when", "n", "probability"]
HOSTILE = ["=1+1", "+1-x", "-1-x", "@x", "\tx", "\rx", " =1", "<script>alert(1)</script>"]
LINES: list[list[Cell]] = [
    *([text, None, 1, 0.25] for text in HOSTILE),
    ["'", date(2024, 2, 29), 2**60, None],
    ["''=x", datetime(2024, 2, 29, 1, 2, 3), -5, 1.0],  # noqa: DTZ001 - as a spreadsheet has it
    ["_x0041_ \x01 \ufffd", datetime(2024, 2, 29, tzinfo=UTC), 0.1 + 0.2, 0.5],
    ["-5", date(1850, 1, 1), 1e300, 0.0],
    ["a\r\nb; c", datetime(2024, 2, 29), True, 0.9],  # noqa: DTZ001
    ["é 😀 \u2028", None, float("inf"), 0.9],
    [["x", "y"], None, None, 0.9],
    [None, None, None, None],
    ["last", None, None, 0.1],
]


def table(lines: list[list[Cell]] = LINES) -> Table:
    def through() -> Iterator[list[Cell]]:
        return iter(lines)

    return Table(HEADER, through, len(lines), HEADER.index("probability"))


def legend(written: Written) -> list[tuple[str, str]]:
    return [("root", written.root.hex()), ("=cmd", "=1+1")]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_form_gives_its_lines_back_and_repeats_its_bytes(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    written = write_table(path, suffix, table(), legend)
    first = path.read_bytes()
    assert write_table(path, suffix, table(), legend) == written
    assert path.read_bytes() == first
    leaves = Leaves()
    found = list(read_lines(path))
    for line in found:
        leaves.add(line)
    assert found[0] == HEADER
    assert found[1:] == [[plain_text(cell) for cell in line] for line in LINES]
    assert leaves.root() == written.root
    assert leaves.count == len(LINES) + 1


def test_formulas_are_inert_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    written = write_table(path, ".csv", table(), legend)
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [row[0] for row in csv.reader(file)][1:]
    assert cells[:7] == [f"'{text}" for text in HOSTILE[:7]]
    assert cells[7:11] == [HOSTILE[7], "''", "'''=x", "_x0041_ \x01 \ufffd"]
    assert cells[11] == "-5"
    assert written.inert == 9


def test_formulas_are_text_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    written = write_table(path, ".xlsx", table(), legend)
    with zipfile.ZipFile(path) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name]
        styles = parts.read("xl/styles.xml")
    assert len(sheets) == 2
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)
    assert b'state="frozen"' in sheets[0]
    assert b"<autoFilter" in sheets[0]
    assert b"colorScale" in sheets[0]
    assert b'quotePrefix="1"' in styles
    shown = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("legend").to_python()
    assert shown == [["root", written.root.hex()], ["=cmd", "=1+1"]]


def test_a_workbook_keeps_its_header_in_view_and_its_columns_readable(tmp_path: Path) -> None:
    lines: list[list[Cell]] = [["n" * 30, None, 1, 0.25], ["x" * 900, None, 1, 0.5]]
    for name, count in (("wide", 2), ("narrow", 0)):
        write_table(tmp_path / f"{name}.xlsx", ".xlsx", table(lines[:count]), legend)
    with zipfile.ZipFile(tmp_path / "wide.xlsx") as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert '<autoFilter ref="A1:D3"/>' in sheet
    widths = [float(found) for found in re.findall(r'<col [^>]*width="([0-9.]+)"', sheet)]
    assert 48 <= widths[0] < 49
    assert 12 <= widths[1] < 13
    with zipfile.ZipFile(tmp_path / "narrow.xlsx") as file:
        narrow = file.read("xl/worksheets/sheet1.xml").decode()
    assert max(map(float, re.findall(r'<col [^>]*width="([0-9.]+)"', narrow))) < 15


def test_long_texts_are_cut_in_a_workbook_and_say_so(tmp_path: Path) -> None:
    long = "é😀" * 20_000
    path = tmp_path / "out.xlsx"
    written = write_table(path, ".xlsx", table([[long, None, None, 0.5]]), legend)
    (_, (cell, *_)) = list(read_lines(path))
    assert cell is not None
    assert len(cell.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    assert cell.endswith("… [cut: the whole has 40,000 characters]")
    assert written.cut == 1
    whole = tmp_path / "out.csv"
    assert write_table(whole, ".csv", table([[long, None, None, 0.5]]), legend).cut == 0
    assert list(read_lines(whole))[1][0] == long


def test_columns_of_one_type_keep_it(tmp_path: Path) -> None:
    lines: list[list[Cell]] = [["a", date(2024, 1, 2), 1, 0.5], ["b", None, 2.5, None]]
    write_table(tmp_path / "out.parquet", ".parquet", table(lines), legend)
    found = pq.read_table(tmp_path / "out.parquet")
    assert [str(field.type) for field in found.schema] == [
        "string",
        "date32[day]",
        "double",
        "double",
    ]
    assert found.schema.metadata[b"warrant:root"] if found.schema.metadata else True
    write_table(tmp_path / "out.jsonl", ".jsonl", table(lines), legend)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert rows[0] == {"note": "a", "when": "2024-01-02", "n": 1, "probability": 0.5}


def test_more_than_a_sheet_holds_is_refused_with_the_format_that_holds_it() -> None:
    require_room(MOST_LINES, 3)
    with pytest.raises(InputError, match=r"more than 1,048,575 lines.*answers\.csv"):
        require_room(MOST_LINES + 1)
    with pytest.raises(InputError, match="an xlsx sheet holds 16,384"):
        require_room(1, 20_000)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_another_file_is_not_read_as_answers(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    path.write_bytes(b"\xff\xfe{]")
    with pytest.raises(InputError, match="cannot be read as a"):
        list(read_lines(path))


def test_a_line_of_another_shape_is_not_read_as_answers(tmp_path: Path) -> None:
    ragged = tmp_path / "out.csv"
    ragged.write_text("a,b\n1\n", "utf-8")
    other = tmp_path / "out.jsonl"
    other.write_text('{"a": 1}\n{"b": 1}\n', "utf-8")
    for path in (ragged, other):
        with pytest.raises(InputError, match="cannot be read as a file of answers"):
            list(read_lines(path))


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ends in '\.docx'; answers can be written as"):
        list(read_lines(tmp_path / "out.docx"))
