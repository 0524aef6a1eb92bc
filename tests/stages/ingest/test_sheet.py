from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from warrant.errors import InputError
from warrant.stages.ingest.column import ColumnTyper
from warrant.stages.ingest.faulty import faulty_lines
from warrant.stages.ingest.files import FoundFile
from warrant.stages.ingest.join import join_sheet
from warrant.stages.ingest.reader import Raw
from warrant.stages.ingest.sheet import Sheet, read_sheet, record_digest


def sheet(folder: Path, text: str, name: str = "s.csv") -> Sheet:
    (folder / name).write_text(text, encoding="utf-8")
    return read_sheet(folder / name)


def files(*names: str) -> list[FoundFile]:
    return [FoundFile(name, name, 1) for name in names]


def typed(*cells: Raw) -> tuple[str, list[Raw]]:
    typer = ColumnTyper()
    for cell in cells:
        typer.watch(cell)
    return typer.type, [typer.convert(cell) for cell in cells]


def test_a_spreadsheet_keeps_its_types(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "s.xlsx"), {"default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet()
    page.write_row(0, 0, ["file", "count", "share", "ok", "on"])
    page.write_row(2, 0, ["a.txt", 3, 0.5, True])
    page.write_datetime(2, 4, datetime(2024, 2, 29))  # noqa: DTZ001 - spreadsheets know no zone
    book.close()
    found = read_sheet(tmp_path / "s.xlsx")
    assert found.columns == ("file", "count", "share", "ok", "on")
    (line,) = found.lines
    assert (line.number, line.cells) == (3, ("a.txt", 3, 0.5, True, date(2024, 2, 29)))


def test_cells_whose_formula_failed_are_counted_by_line(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "s.xlsx")) as book:
        book.add_worksheet("other").write_formula(0, 0, "=1/0", None, "#DIV/0!")
        page = book.add_worksheet("index")
        page.write_row(0, 0, ["file", "kind", "n"])
        page.write_row(1, 0, ["a.txt", "e", 1])
        page.write_row(2, 0, ["b.txt", "#DIV/0! written by hand", 2])
        page.write(3, 0, "c.txt")
        page.write_formula(3, 1, "=NA()", None, "#N/A")
        page.write_formula(3, 2, "=1/0", None, "#DIV/0!")
    found = read_sheet(tmp_path / "s.xlsx", "index")
    assert [(line.number, line.faulty) for line in found.lines] == [(2, 0), (3, 0), (4, 2)]
    assert found.lines[2].cells == ("c.txt", None, None)


@given(st.data())
def test_no_damage_to_a_workbook_raises_while_its_faults_are_counted(data: st.DataObject) -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("index").write_formula(0, 0, "=1/0", None, "#DIV/0!")
    whole = bytearray(file.getvalue())
    assert faulty_lines(bytes(whole), "index") == {1: 1}
    assert faulty_lines(bytes(whole), "other") == faulty_lines(b"no workbook", "index") == {}
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert set(faulty_lines(bytes(whole), "index").values()) <= {1}


def test_a_line_is_digested_from_its_canonical_json(tmp_path: Path) -> None:
    (line,) = sheet(tmp_path, "file,label\na,\n").lines
    assert line.digest == record_digest({"label": None, "file": "a"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,a\n1,2\n", "names the column 'a' twice"),
        ("a,,b\n1,2,3\n", "has no header that names every column"),
        ("", "has no header"),
        ("a,b\n1,2,3\n", "has more cells on line 2 than columns"),
    ],
)
def test_a_sheet_that_cannot_be_used_says_why(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sheet(tmp_path, text)


def test_a_file_that_is_no_sheet_says_so(tmp_path: Path) -> None:
    (tmp_path / "s.xlsx").write_bytes(b"no workbook")
    with pytest.raises(InputError, match="cannot be read as a spreadsheet"):
        read_sheet(tmp_path / "s.xlsx")
    with pytest.raises(InputError, match=r"has the ending '\.docx'"):
        read_sheet(tmp_path / "s.docx")


def test_a_file_is_named_by_path_name_or_stem(tmp_path: Path) -> None:
    found = sheet(tmp_path, "file,label\ndeep\\a.txt,1\nb.pdf,2\nc,3\nold/d.txt,4\n")
    joined = join_sheet(found, files("deep/a.txt", "b.txt", "c.txt", "new/d.txt", "e.txt"), "file")
    assert {name: line.cells[1] for name, line in joined.lines.items()} == {
        "deep/a.txt": "1",
        "b.txt": "2",
        "c.txt": "3",
        "new/d.txt": "4",
    }
    assert joined.spare == ()


def test_the_line_that_shares_more_of_the_path_wins(tmp_path: Path) -> None:
    found = sheet(tmp_path, "file,label\nin/x/a.txt,1\nin/y/a.txt,2\nin/y/a.pdf,3\n")
    joined = join_sheet(found, files("x/a.txt", "y/a.txt"), "file")
    assert [line.cells[1] for line in joined.lines.values()] == ["1", "2"]
    assert [line.number for line in joined.spare] == [4]


def test_two_lines_for_one_file_are_an_error_that_quotes_no_cell(tmp_path: Path) -> None:
    found = sheet(tmp_path, "file,label\na.txt,SECRET\nb.txt,x\na.txt,OTHER\n")
    with pytest.raises(InputError, match="names one file on lines 2 and 4") as caught:
        join_sheet(found, files("a.txt"), "file")
    assert "SECRET" not in str(caught.value)


def test_a_line_that_names_two_files_is_an_error_with_advice(tmp_path: Path) -> None:
    found = sheet(tmp_path, "file,label\nl-0.txt,SECRET\nl-1.txt,x\nl-2.txt,y\n")
    names = ["a/l-0.txt", "a/l-1.txt", "a/l-2.txt", "b/l-0.txt", "b/l-1.txt"]
    with pytest.raises(InputError) as caught:
        join_sheet(found, files(*names), None)
    assert caught.value.what == (
        "Column 'file' of 's.csv' is ambiguous: 2 lines name several files, "
        "the first of them 'a/l-0.txt' and 'b/l-0.txt'."
    )
    assert caught.value.do == (
        "Write the file's path in that column, as in 'a/l-0.txt', and a line for each file."
    )


def test_the_path_of_a_file_names_no_other(tmp_path: Path) -> None:
    found = sheet(tmp_path, "file,label\na.txt,1\nx/b.txt,2\nin/x/c.txt,3\nc,4\n")
    names = ["a.txt", "x/a.txt", "x/b.txt", "y/b.txt", "x/c.txt", "y/c.txt"]
    joined = join_sheet(found, files(*names), "file")
    assert {name: line.cells[1] for name, line in joined.lines.items()} == {
        "a.txt": "1",
        "x/b.txt": "2",
        "x/c.txt": "3",
        "y/c.txt": "4",
    }


def test_two_equal_lines_are_one(tmp_path: Path) -> None:
    found = sheet(tmp_path, "file,label\na.txt,x\na.txt,x\n")
    joined = join_sheet(found, files("a.txt"), "file")
    assert joined.spare == ()


def test_the_column_that_names_the_files_is_found(tmp_path: Path) -> None:
    found = sheet(tmp_path, "label,file\na,a.txt\nx,b.txt\n")
    assert join_sheet(found, files("a.txt", "b.txt"), None).column == "file"


def test_two_columns_that_disagree_are_an_error(tmp_path: Path) -> None:
    found = sheet(tmp_path, "one,two\na.txt,b.txt\nb.txt,a.txt\n")
    with pytest.raises(InputError, match=r"Columns 'one' and 'two' of .* both name"):
        join_sheet(found, files("a.txt", "b.txt"), None)


def test_a_sheet_that_names_no_file_is_an_error(tmp_path: Path) -> None:
    found = sheet(tmp_path, "label\nx\n")
    with pytest.raises(InputError, match=r"No column of the sheet .* names a file"):
        join_sheet(found, files("a.txt"), None)
    with pytest.raises(InputError, match=r"has one column only, 'label'\. Save it with commas"):
        join_sheet(found, files("a.txt"), "file")


def test_a_column_takes_the_type_of_all_its_cells() -> None:
    assert typed("1", "-20", None) == ("integer", [1, -20, None])
    assert typed("1", "2.5", "1e3") == ("number", [1.0, 2.5, 1000.0])
    assert typed(1, 2.5) == ("number", [1.0, 2.5])
    assert typed("True", "false") == ("boolean", [True, False])
    assert typed("2024-02-29") == ("date", [date(2024, 2, 29)])
    assert typed("2024-01-01T01:00:00+01:00") == ("instant", [datetime(2024, 1, 1, tzinfo=UTC)])


def test_what_would_lose_something_stays_text() -> None:
    for cells in (("007", "1"), ("yes", "no"), ("2024-02-30",), ("9" * 16,), ("nan",)):
        assert typed(*cells) == ("text", list(cells))
    assert typed(None, None) == ("text", [None, None])
    assert typed(True, "yes", 3, date(2024, 1, 2)) == ("text", ["true", "yes", "3", "2024-01-02"])


def test_a_date_needs_to_be_unambiguous() -> None:
    assert typed("31/12/2023", "01/02/2024") == ("date", [date(2023, 12, 31), date(2024, 2, 1)])
    assert typed("12/31/2023", "01/02/2024") == ("date", [date(2023, 12, 31), date(2024, 1, 2)])
    assert typed("01/02/2024", "03/04/2024")[0] == "text"
    assert typed("31/12/2023", "12/31/2023")[0] == "text"
    assert typed("1/2/12")[0] == "text"
    assert typed("01/01/2024", "2024-03-01")[0] == "date"


def test_days_in_five_ways_are_one_column() -> None:
    found = typed(
        "29 Feb 2024",
        "2023-12-31",
        "March 5th, 2023",
        "31/12/2022",
        "4.5.2021",
        "1. M\u00e4rz 2020",
    )
    days = [(2024, 2, 29), (2023, 12, 31), (2023, 3, 5), (2022, 12, 31), (2021, 5, 4), (2020, 3, 1)]
    assert found == ("date", [date(*day) for day in days])


def test_two_digits_of_a_year_mean_what_a_spreadsheet_means() -> None:
    assert typed("1/30/29", "12/31/30") == ("date", [date(2029, 1, 30), date(1930, 12, 31)])
    assert typed("31.12.99") == ("date", [date(1999, 12, 31)])


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (("$1,234.50", "$12"), [1234.5, 12.0]),
        (("1.234,50 \u20ac", "12,5 \u20ac", None), [1234.5, 12.5, None]),
        (("(1,200.5)", "\u22123.00"), [-1200.5, -3.0]),
        (("USD 1,000.00", "5"), [1000.0, 5.0]),
        (("1'000.50", "2"), [1000.5, 2.0]),
        (("1\u202f000,5", "2 000,25"), [1000.5, 2000.25]),
        (("12 %", "13.5%"), [12.0, 13.5]),
        (("1,234", "5,678,000"), [1234.0, 5678000.0]),
    ],
)
def test_numbers_as_people_write_them_are_numbers(
    cells: tuple[Raw, ...], numbers: list[float | None]
) -> None:
    assert typed(*cells) == ("number", numbers)


def test_an_amount_that_could_be_read_in_two_ways_stays_text() -> None:
    for cells in (
        ("1,234", "5,678"),
        ("$1", "\u20ac2"),
        ("12%", "3"),
        ("00,5",),
        ("555 123 456",),
        ("1,23,456",),
        ("$5 USD",),
    ):
        assert typed(*cells) == ("text", list(cells))


def test_a_column_of_labels_that_holds_lists_stays_a_list() -> None:
    typer = ColumnTyper(stays_text=True)
    typer.watch(["rent", "repairs"])
    typer.watch([])
    assert typer.type == "list"
    assert typer.convert([]) == []
    typer.watch("rent;repairs")
    assert typer.type == "text"


def test_a_column_of_labels_stays_text() -> None:
    typer = ColumnTyper(stays_text=True)
    typer.watch("1,5")
    assert (typer.type, typer.convert("1,5")) == ("text", "1,5")


def test_a_column_knows_its_currency() -> None:
    typer = ColumnTyper()
    for cell in ("$1.50", "2.00"):
        typer.watch(cell)
    assert typer.symbol == "$"


def test_lists_are_a_column_of_lists() -> None:
    assert typed(["a", "b"], [], None) == ("list", [["a", "b"], [], None])
    assert typed(["a"], "b") == ("text", ['["a"]', "b"])
