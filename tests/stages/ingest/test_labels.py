"""Many columns of yes and no become one list of labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stages.ingest.test_ingest import Run, put
from warrant.errors import InputError
from warrant.stages import ingest
from warrant.stages.ingest import IngestConfig, LabelsConfig, SourceConfig
from warrant.stages.ingest.labels import NO, YES, read_mark

MARKED = LabelsConfig("labels", ("Cap", "Audit"))


def run(folder: Path, sheet: str, labels: LabelsConfig = MARKED) -> Run:
    put(folder, {f"in/{name}.txt": name for name in "abcd"} | {"s.csv": sheet})
    made = Run(folder, SourceConfig("in", metadata="s.csv"))
    made.config = IngestConfig(made.config.sources, folder, labels=labels)
    made.result = ingest.run({}, made.config, made.desk)
    return made


def labels(made: Run) -> list[list[str] | None]:
    return [row["labels"] for row in made.rows]


def test_a_cross_or_nothing_is_an_answer_for_every_line(tmp_path: Path) -> None:
    made = run(tmp_path, "file,Cap,note,Audit\na,x,n,X\nb,,n,\nc,,n,x\n")
    assert labels(made) == [["Cap", "Audit"], [], ["Audit"], None]
    assert made.types == {"path": "text", "text": "text", "file": "text", "note": "text"} | {
        "labels": "list"
    }
    assert (3, "file_unmatched") in made.decisions


def test_where_noes_are_written_an_empty_line_was_not_answered(tmp_path: Path) -> None:
    made = run(tmp_path, "file,Cap,Audit\na,yes,No\nb,,\nc,1,\nd,true,0\n")
    assert labels(made) == [["Cap"], None, ["Cap"], ["Cap"]]
    assert made.decisions == [(2, "label_cells_empty")]


def test_a_cell_that_is_neither_stops_and_is_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        run(tmp_path, "file,Cap,Audit\na,x,\nb,SECRET,\n")
    assert str(caught.value) == (
        "Column 'Cap' holds neither a yes nor a no: line 3 of 's.csv'. To be read, a yes is x, "
        "yes, true, 1 or \u2713; a no is empty, no, false, 0 or -. Correct the cell, or take the "
        "column out of 'labels' under 'task:'."
    )


def test_a_label_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has a column 'Audit'; there are: Cap, file\."):
        run(tmp_path, "file,Cap\na,x\n")
    with pytest.raises(InputError, match=r"has a column 'labels' already"):
        run(tmp_path, "file,Cap,Audit,labels\na,x,,\n")


def test_the_records_of_a_table_have_labels_too(tmp_path: Path) -> None:
    put(tmp_path, {"in/t.csv": "text,Cap,Audit\nhello,x,\nworld,,\n"})
    config = IngestConfig((SourceConfig("in"),), tmp_path, labels=MARKED)
    made = Run(tmp_path)
    made.result = ingest.run({}, config, made.desk)
    assert labels(made) == [["Cap"], []]
    put(tmp_path, {"in/t.csv": "text,Cap,Audit\nhello,x,\nworld,perhaps,\n"})
    with pytest.raises(InputError, match=r"neither a yes nor a no: record 2 of 't\.csv'"):
        ingest.run({}, config, made.desk)


def test_several_labels_in_a_cell_stay_text(tmp_path: Path) -> None:
    sheet = 'file,kinds\na,"1,5"\nb,"2,3"\n'
    made = run(tmp_path, sheet, LabelsConfig("kinds", separator=","))
    assert [row["kinds"] for row in made.rows][:2] == ["1,5", "2,3"]


def test_no_word_is_both_a_yes_and_a_no() -> None:
    assert not YES & NO
    assert [read_mark(one) for one in ("X", " Yes ", 1, 1.0, True, "\u2611")] == [True] * 6
    assert [read_mark(one) for one in ("No", 0, False, "-")] == [False] * 4
    assert [read_mark(one) for one in (None, "", "  ")] == [None] * 3


def test_columns_that_every_document_has_are_renamed(tmp_path: Path) -> None:
    put(tmp_path, {"in/a.txt": "one", "s.csv": "path,text,kind\nscans/a.pdf,note,x\n"})
    made = Run(tmp_path, SourceConfig("in", metadata="s.csv", join_column="path"))
    (row,) = made.rows
    assert (row["path"], row["sheet_path"], row["sheet_text"]) == ("a.txt", "scans/a.pdf", "note")
    put(tmp_path, {"s.csv": "path,sheet_path\na.txt,x\n"})
    with pytest.raises(InputError, match="has the columns 'path' and 'sheet_path'"):
        Run(tmp_path, SourceConfig("in", metadata="s.csv"))
