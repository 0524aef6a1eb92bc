"""Sheet and files that do not fit each other are told both ways."""

from __future__ import annotations

from tests.flow.bench import Bench
from warrant.flow.story import unread
from warrant.flow.unmatched import files_without_line


def test_files_without_a_line_are_listed_by_name(bench: Bench) -> None:
    with bench.open() as workspace:
        assert files_without_line(workspace) == []
    for name in ("aaa.txt", "note-999.txt"):
        (bench.root / "notes" / name).write_text(f"A file {name} that no line of the sheet names.")
    with (bench.root / "notes.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("gone.txt,loan,2025-03-08\n")
    report = bench.run()
    # two more could not be read, and stand among the unread
    assert (report.files_without_line, report.lines_without_file) == (4, 1)
    with bench.open() as workspace:
        assert files_without_line(workspace) == ["aaa.txt", "note-999.txt"]
        assert ("notes.csv, line 41", "A line of the sheet names no file.") in unread(workspace)


def test_before_the_first_run_there_is_none(bench: Bench) -> None:
    fresh = Bench(bench.root / "fresh")
    fresh.root.mkdir()
    fresh.state.mkdir()
    with fresh.open() as workspace:
        assert files_without_line(workspace) == []
