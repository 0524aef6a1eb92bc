"""Documents divided into pages, paragraphs, sentences, clauses and windows."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tests.engine.desk import make_desk
from tests.stages.ingest.test_ingest import put
from warrant.engine import read_dataset, read_ledger
from warrant.engine.columns import LOCATOR, MEMBERS, ROW_ID
from warrant.stages import ingest
from warrant.stages.ingest import IngestConfig, RowsConfig, SourceConfig
from warrant.stages.ingest.segment import Piece, Segment, divide

LEASE = """LEASE

1. Term. It lasts 12 months. Mr. Smith of Acme Inc. pays $5.00 on Jan. 3. No. 7 is let.
1.1 It may be renewed,
(a) by letter; or
(b) by "phone."  All is well.\f2. Rent
See Section 4 above. Done!"""


def parts(text: str, segment: str, words: int = 200, overlap: int = 50) -> list[str]:
    config = RowsConfig(cast("Segment", segment), words, overlap)
    return [text[piece.start : piece.end] for piece in divide(text, config)]


def test_a_text_is_divided_where_its_kind_of_part_ends() -> None:
    assert [one[:9] for one in parts(LEASE, "pages")] == ["LEASE\n\n1.", "2. Rent\nS"]
    assert [one[:7] for one in parts(LEASE, "paragraphs")] == ["LEASE", "1. Term", "2. Rent"]
    assert parts(LEASE, "sentences") == [
        "LEASE",
        "1. Term.",
        "It lasts 12 months.",
        "Mr. Smith of Acme Inc. pays $5.00 on Jan. 3.",
        "No. 7 is let.",
        '1.1 It may be renewed,\n(a) by letter; or\n(b) by "phone."',
        "All is well.",
        "2. Rent\nSee Section 4 above.",
        "Done!",
    ]
    assert [one.split()[0] for one in parts(LEASE, "clauses")] == [
        "LEASE",
        "1.",
        "1.1",
        "(a)",
        "(b)",
        "2.",
    ]
    assert parts("a b c d e f g", "windows", 4, 2) == ["a b c d", "c d e f", "e f g"]
    assert parts("a b c", "windows", 4, 2) == ["a b c"]
    assert parts(LEASE, "whole") == [LEASE]


def test_clauses_are_found_in_a_text_that_lost_its_line_ends() -> None:
    clauses = [
        "LEASE between A and B, " + "who agree about a good many things as follows, " * 5,
        '1. Definitions. "Rent" has the meaning of Section 7.',
        "a. The Tenant may not store goods   or let rooms.".replace("a.", "(a)"),
        "10.1.2 Repairs. The Landlord pays.",
        "ARTICLE IV Termination",
    ]
    assert parts("   ".join(clauses), "clauses") == [one.strip() for one in clauses]
    table = "LEASE   1. Rent\n\nItem   2. Deposit\n"  # lines of a table are short
    assert parts(table, "clauses") == ["LEASE   1. Rent", "Item   2. Deposit"]


@pytest.mark.parametrize(
    ("text", "segment", "found"),
    [
        ("one\ntwo", "paragraphs", ["one", "two"]),
        ("Section 1 Scope\nx\nARTICLE IV\ny\n§ 3 Z", "clauses",
         ["Section 1 Scope\nx", "ARTICLE IV\ny", "§ 3 Z"]),
        ("no numbers\n\nat all", "clauses", ["no numbers", "at all"]),
        (" \n", "sentences", [" \n"]),
        ("", "pages", [""]),
    ],
)  # fmt: skip
def test_a_text_without_such_parts_is_divided_by_the_next_best(
    text: str, segment: str, found: list[str]
) -> None:
    assert parts(text, segment) == found


def test_pages_are_told_where_the_reader_tells_them() -> None:
    pages = [piece.page for piece in divide(LEASE, RowsConfig("clauses"))]
    assert pages == [1, 1, 1, 1, 1, 2]
    assert divide("a\n\nb", RowsConfig("paragraphs")) == [Piece(0, 0, 0, 1), Piece(0, 1, 3, 4)]
    piece = Piece(2, 3, 40, 50)
    assert Piece.at(piece.locator(1)) == piece
    assert Piece.at(()) is None
    assert Piece.at((1,)) is None


def test_each_part_is_a_row_of_its_document(tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.txt": "One.\n\nTwo.", "b.txt": "Three.", "c.txt": "One.\n\nTwo."})
    desk = make_desk(tmp_path)
    config = IngestConfig((SourceConfig("in"),), tmp_path, rows=RowsConfig("paragraphs"))
    result = ingest.run({}, config, desk)
    (batch,) = read_dataset(desk.store, result.outputs["documents"])
    rows = batch.to_pylist()
    assert [(row["path"], row["text"], row[LOCATOR]) for row in rows] == [
        ("a.txt", "One.", [0, 0, 0, 0, 4]),
        ("a.txt", "Two.", [0, 0, 1, 6, 10]),
        ("b.txt", "Three.", [0, 0, 0, 0, 6]),
        ("c.txt", "One.", [1, 0, 0, 0, 4]),
        ("c.txt", "Two.", [1, 0, 1, 6, 10]),
    ]
    assert len({row[ROW_ID] for row in rows}) == 5
    assert rows[0][MEMBERS] == rows[1][MEMBERS]
    header = read_ledger(desk.store, result.outputs["ledger"]).header
    assert (header.input_rows, header.kept, header.dropped) == (3, 3, 0)
    assert {name: result.claim.counts[name] for name in ("found", "kept", "rows")} == {
        "found": 3,
        "kept": 3,
        "rows": 5,
    }
