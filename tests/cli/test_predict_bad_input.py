"""What people give `warrant predict` by mistake: a clear message, nothing lost, nothing run."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from warrant.flow.demo import Demo
from warrant.serve.outputs import read_lines

LEASE = "Überlassung – this lease is made between landlord and tenant."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_encodings_and_marks_of_offices_are_read(
    demo: Demo, tmp_path: Path, typed: Type, encoding: str, mark: str
) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_bytes(f"id{mark}text\r\n1{mark}{LEASE}\r\n".encode(encoding))
    done = typed("predict", demo.report.bundle, source, "-o", output, "--no-neighbours")
    assert done.code == 0, done.err
    (line,) = output.read_text("utf-8").splitlines()
    assert (json.loads(line)["text"], json.loads(line)["answer"]) == (LEASE, "Lease")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("in.csv", bytes(range(256)) * 9, "The bytes are no text, so no table can be read"),
        ("in.csv", b"id,text\n1,a\0b\n", "The bytes are no text, so no table can be read"),
        ("in.csv", b"", "The table has no first line that names its columns once each."),
        ("in.csv", b"text,text\na,b\n", "The table has no first line that names its columns"),
        ("in.docx", b"no document", "The file is no Word document.\nWhat to do: Open it and save"),
        ("in.xlsx", b"\xd0\xcf\x11\xe0" * 500, "The workbook cannot be read: it is damaged"),
        ("in.exe", b"MZ", "No reader is installed for files with this ending."),
    ],
)
def test_a_file_that_nobody_can_read_is_an_error_and_leaves_nothing(
    demo: Demo, tmp_path: Path, typed: Type, name: str, data: bytes, why: str
) -> None:
    source, output = tmp_path / name, tmp_path / "out.csv"
    source.write_bytes(data)
    done = typed("predict", demo.report.bundle, source, "-o", output)
    assert done.code == 2
    assert f"{name}' cannot be read: {why}" in done.err
    again = "Open it where it was made, save it anew, and name that file." in done.err
    assert again == (name != "in.docx")  # what the reader advises is not followed by more
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_record_that_does_not_fit_is_a_line_with_the_reason(
    demo: Demo, tmp_path: Path, typed: Type
) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text(f"id,text\n1,{LEASE}\n2,a,b\n3\n", "utf-8")
    done = typed("predict", demo.report.bundle, source, "-o", output, "--no-neighbours")
    assert "2 could not be read: see the column 'why'." in done.out
    lines = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert [line["abstained"] for line in lines] == ["no", "unread", "unread"]
    assert lines[2]["why"] == "The record has more or fewer cells than there are columns."
    assert lines[2]["place"] == "record 3"


DANGEROUS = (
    "=cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "-2+3+cmd|' /C calc'!A0",
    "+1 202 555 0143",
    "\t=1+1",
    '=HYPERLINK("http://a.example","b")',
    "<script>alert(1)</script>",
)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_formulas_and_scripts_come_back_as_text(
    demo: Demo, tmp_path: Path, typed: Type, suffix: str
) -> None:
    source, output = tmp_path / "in.csv", tmp_path / f"out{suffix}"
    with source.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["=note", "text"])
        sheet.writerows([[cell, f"{cell} lease"] for cell in DANGEROUS])
    done = typed("predict", demo.report.bundle, source, "-o", output, "--no-neighbours")
    assert done.code == 0, done.err
    header, *lines = read_lines(output)
    assert header[0] == "=note"
    assert [line[0] for line in lines] == list(DANGEROUS)
    if suffix == ".csv":
        with output.open(encoding="utf-8-sig", newline="") as file:
            raw = [cell for line in csv.reader(file) for cell in line]
        assert not [cell for cell in raw if cell.lstrip().startswith(("=", "@", "+1 ", "-2+"))]
        return
    with zipfile.ZipFile(output) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.endswith(".xml")]
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


def test_a_model_of_another_kind_is_named(demo: Demo, tmp_path: Path, typed: Type) -> None:
    text = tmp_path / "notes.bundle"
    text.write_text("no zip", "utf-8")
    for command in (("predict", text, tmp_path), ("serve", text)):
        done = typed(*command)
        assert done.code == 2
        assert "'notes.bundle' is no bundle." in done.err
    half = tmp_path / "half.bundle"
    half.write_bytes(demo.report.bundle.read_bytes()[:9000])
    for command in (("predict", half, demo.folder / "contracts"), ("serve", half)):
        done = typed(*command)
        assert done.code == 1
        assert "'half.bundle' is refused: (1) The end record of the ZIP" in done.err
        assert "See all: warrant verify" in done.err
