"""Tables as sources: JSON Lines, Parquet and workbooks, each record a document."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from tests.stages.ingest.awkward import ods, ods_text, parquet, xlsx
from tests.stages.ingest.test_ingest import Run, put
from warrant.errors import InputError
from warrant.kernel.digest import Digest
from warrant.stages.ingest import SourceConfig
from warrant.stages.ingest.sheet import record_digest

LINES = (
    b'\xef\xbb\xbf{"text": "one", "amount": 1.5, "tags": ["a", "b"], "more": {"x": 1}}\n\n'
    b'{"text": "two", "amount": 2, "tags": [], "more": null}\r\n'
)


def test_each_line_of_json_is_a_document(tmp_path: Path) -> None:
    put(tmp_path / "in", {"t.jsonl": LINES})
    run = Run(tmp_path)
    assert [(row["text"], row["amount"], row["tags"], row["more"]) for row in run.rows] == [
        ("one", 1.5, ["a", "b"], '{"x": 1}'),
        ("two", 2.0, [], None),
    ]
    assert run.types["amount"] == "number"


@pytest.mark.parametrize(
    "line",
    [b"[1]", b"{", b'{"a": 1, "a": 2}', b'{"a": NaN}', b'{"a": "\xff"}', b"[" * 100_000],
    ids=["list", "half", "twice", "nan", "latin", "deep"],
)
def test_a_line_that_is_no_object_is_a_decision_and_the_next_is_read(
    tmp_path: Path, line: bytes
) -> None:
    put(tmp_path / "in", {"t.ndjson": line + b'\n{"text": "next"}'})
    run = Run(tmp_path)
    assert [row["text"] for row in run.rows] == ["next"]
    assert run.decisions == [(0, "not_json_object")]


def test_a_line_that_is_too_long_is_a_decision_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warrant.stages.ingest.builtin.jsonl.LONGEST_BYTES", 40)
    long = json.dumps({"text": "x" * 200})
    put(tmp_path / "in", {"t.jsonl": f'{long}\n{{"text": "next"}}'})
    run = Run(tmp_path)
    assert [row["text"] for row in run.rows] == ["next"]
    assert run.decisions == [(0, "line_too_long")]


def test_each_row_of_parquet_is_a_document_with_its_types(tmp_path: Path) -> None:
    data = parquet(
        {
            "text": ["one", "two"],
            "day": [date(2024, 5, 1), None],
            "at": [datetime(2024, 5, 1, 12, tzinfo=UTC), None],
            "sum": [Decimal("1.50"), Decimal("2.25")],
            "tags": [["a"], None],
            "raw": [b"caf\xc3\xa9", b"\xff\x00"],
        }
    )
    put(tmp_path / "in", {"t.parquet": data})
    run = Run(tmp_path)
    assert [(row["text"], row["day"], row["sum"], row["raw"]) for row in run.rows] == [
        ("one", date(2024, 5, 1), 1.5, "caf\u00e9"),
        ("two", None, 2.25, "ff00"),
    ]
    assert (run.types["day"], run.types["at"], run.types["tags"]) == ("date", "instant", "list")
    assert run.desk.store.has(Digest.of(data))


def test_what_is_no_parquet_is_a_decision(tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.parquet": b"PAR1 and no more PAR1", "b.txt": "text"})
    assert Run(tmp_path).decisions == [(0, "not_parquet")]


def test_each_line_of_a_workbook_is_a_document(tmp_path: Path) -> None:
    book = xlsx(["Register of claims"], [], ["text", "amount"], ["one", 1.5], ["two", 2])
    sheet = ods(ods_text("text", "amount"), ods_text("three", "3"))
    put(tmp_path / "in", {"a.xlsx": book, "b.ods": sheet})
    run = Run(tmp_path)
    assert [(row["text"], row["amount"]) for row in run.rows] == [
        ("one", 1.5), ("two", 2.0), ("three", 3.0)
    ]  # fmt: skip
    assert run.rows[0]["_members"] == [record_digest({"text": "one", "amount": 1.5})]
    names = [plugin.name for plugin in run.claim.plugins]
    assert "python-calamine" in names


def test_a_formula_that_failed_is_told_of_its_record_and_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("in/table.xlsx", "index.xlsx"):
        with xlsxwriter.Workbook(str(tmp_path / name)) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, ["file", "kind"])
            page.write_row(1, 0, ["a.txt", "lease"])
            page.write(2, 0, "b.txt")
            page.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    put(tmp_path / "notes", {"a.txt": "one", "b.txt": "two"})
    run = Run(tmp_path, SourceConfig("in"), SourceConfig("notes", metadata="index.xlsx"))
    assert [row["kind"] for row in run.rows] == ["lease", None, "lease", None]
    assert run.decisions == [(1, "cell_errors"), (3, "cell_errors")]


def test_a_workbook_that_cannot_be_read_is_a_decision(tmp_path: Path) -> None:
    put(
        tmp_path / "in",
        {"a.xlsx": b"no workbook", "b.xls": xlsx(), "c.xlsx": xlsx(["a", "a"], [1, 2])},
    )
    put(tmp_path / "in", {"d.txt": "text"})
    assert Run(tmp_path).decisions == [
        (0, "not_workbook"), (1, "not_workbook"), (2, "workbook_no_header")
    ]  # fmt: skip


def test_the_worksheet_of_a_source_can_be_named(tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.xlsx": xlsx(["text"], ["one"], name="Claims")})
    source = SourceConfig("in/a.xlsx", worksheet="Claims")
    assert [row["text"] for row in Run(tmp_path, source).rows] == ["one"]
    with pytest.raises(InputError, match="no worksheet 'Claim'; it has: 'Claims'"):
        Run(tmp_path, SourceConfig("in/a.xlsx", worksheet="Claim"))


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "xlsx"])
def test_a_table_with_an_erased_record_is_not_copied(tmp_path: Path, ending: str) -> None:
    data = {
        "jsonl": b'{"text": "gone", "n": 1}\n{"text": "stays", "n": 2}',
        "parquet": parquet({"text": ["gone", "stays"], "n": [1, 2]}),
        "xlsx": xlsx(["text", "n"], ["gone", 1], ["stays", 2]),
    }[ending]
    put(tmp_path / "in", {f"t.{ending}": data})
    whole = Run(tmp_path)
    gone = whole.rows[0]["_members"][0]
    assert whole.desk.store.has(Digest.of(data))
    (tmp_path / "again").mkdir()
    put(tmp_path / "again" / "in", {f"t.{ending}": data})
    run = Run(tmp_path / "again", erased=(gone,))
    assert [row["text"] for row in run.rows] == ["stays"]
    assert not run.desk.store.has(Digest.of(data))
