"""Sheets in the shapes that offices leave behind, each a real file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from pyarrow import parquet

from tests.stages.ingest import awkward
from tests.stages.ingest.awkward import ods_text
from warrant.errors import InputError
from warrant.stages.ingest import READERS, OpenFile, Unread
from warrant.stages.ingest.delimited import find_delimiter
from warrant.stages.ingest.grid import worksheets
from warrant.stages.ingest.sheet import Sheet, read_sheet

FILES = [["a.txt", "lease", 3], ["b.txt", "loan", 5]]


class Book:
    """A workbook on its way to disk."""

    def __init__(self, path: Path, *pages: str) -> None:
        self.path = path
        self.book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
        self.pages = [self.book.add_worksheet(page) for page in pages or ("Sheet1",)]

    def write(self, *rows: list[object], at: int = 0, page: int = 0) -> None:
        for number, row in enumerate(rows, start=at):
            self.pages[page].write_row(number, 0, row)

    def merge(self, cells: str, value: object, page: int = 0) -> None:
        self.pages[page].merge_range(cells, value)

    def read(self, worksheet: str | None = None, header: tuple[int, ...] = ()) -> Sheet:
        self.book.close()
        return read_sheet(self.path, worksheet, header)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "s.xlsx")


def text(folder: Path, content: str | bytes, name: str = "s.csv") -> Sheet:
    data = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(data)
    return read_sheet(folder / name)


def cells(sheet: Sheet) -> list[tuple[object, ...]]:
    return [line.cells for line in sheet.lines]


def ods(folder: Path, *rows: str) -> Path:
    """Write an OpenDocument sheet; each row is the XML of its cells."""
    path = folder / "s.ods"
    path.write_bytes(awkward.ods(*rows))
    return path


def test_title_lines_above_the_header_are_passed_over(book: Book) -> None:
    book.write(["Register of contracts"], ["As of", "2024-05-01"], [])
    book.write(["file", "type", "pages", "owner", "state", "place"], at=3)
    book.write(*[[*row, "o", "s", "p"] for row in FILES], at=4)
    found = book.read()
    assert found.columns == ("file", "type", "pages", "owner", "state", "place")
    assert [line.number for line in found.lines] == [5, 6]


def test_a_title_merged_over_all_columns_is_no_header(book: Book) -> None:
    book.merge("A1:C1", "Register of contracts")
    book.write(["file", "type", "pages"], *FILES, at=1)
    assert book.read().columns == ("file", "type", "pages")


def test_two_header_rows_with_merged_groups_are_one_header(book: Book) -> None:
    book.merge("A1:A2", "file")
    book.merge("B1:C1", "Seller")
    book.merge("D1:E1", "Buyer")
    book.write(["", "Name", "City", "Name", "Country"], at=1)
    book.pages[0].write(0, 0, "file")
    book.write(["a.txt", "n1", "c1", "n2", "c2"], ["b.txt", "n3", "c3", "n4", "c4"], at=2)
    found = book.read()
    assert found.columns == ("file", "Seller / Name", "City", "Buyer / Name", "Country")
    assert [line.number for line in found.lines] == [3, 4]
    assert cells(found)[0] == ("a.txt", "n1", "c1", "n2", "c2")


def test_two_header_rows_without_merged_cells_are_seen_by_what_stands_below(
    tmp_path: Path,
) -> None:
    found = text(
        tmp_path, "file,Clauses,,Dates,\n,Cap,Audit,Signed,Ends\na.txt,x,,2024-01-31,1.2.2025\n"
    )
    assert found.columns == ("file", "Cap", "Audit", "Signed", "Ends")
    assert cells(found) == [("a.txt", "x", None, "2024-01-31", "1.2.2025")]


def test_a_line_of_words_is_no_second_header(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 1 leaves column B without a name"):
        text(tmp_path, "file,,kind\nfirst,red,lease\nsecond,blue,loan\n")
    assert len(text(tmp_path, "name,kind\nfirst,lease\nsecond,loan\n").lines) == 2


def test_the_recipe_may_say_which_lines_name_the_columns(book: Book) -> None:
    book.write(["one", "", "two"], ["file", "red", "blue"], ["first", "r", "b"])
    with pytest.raises(InputError, match=r"for example: header: \[3\]") as caught:
        book.read()
    assert "red" not in str(caught.value)
    assert read_sheet(book.path, None, (2,)).columns == ("file", "red", "blue")
    assert cells(read_sheet(book.path, None, (1, 2))) == [("first", "r", "b")]
    with pytest.raises(InputError, match=r"has nothing on line 9\. Correct 'header:'"):
        read_sheet(book.path, None, (9,))


def test_a_merged_cell_counts_for_every_line_it_covers(book: Book) -> None:
    book.write(["case", "file", "kind"])
    book.merge("A2:A3", "K-17")
    book.write(["", "a.txt", "x"], ["", "b.txt", "y"], ["K-2", "c.txt", "z"], at=1)
    book.pages[0].write(1, 0, "K-17")
    assert [line[0] for line in cells(book.read())] == ["K-17", "K-17", "K-2"]


def test_an_empty_column_without_a_name_is_no_column(book: Book) -> None:
    book.write(["file", "", "kind"], ["a.txt", "", "lease"])
    assert book.read().columns == ("file", "kind")


def test_a_name_in_two_lines_of_a_cell_is_one_name(book: Book) -> None:
    book.write(["file", "Cap on\nLiability "], ["a.txt", "x"])
    assert book.read().columns == ("file", "Cap on Liability")


def test_a_worksheet_is_chosen_by_name(tmp_path: Path) -> None:
    book = Book(tmp_path / "s.xlsx", "Notes", "Empty", "Files", "Old")
    book.write(["about"], ["nothing"])
    book.write(["file", "kind"], ["a.txt", "x"], page=2)
    book.write(["file", "kind"], ["z.txt", "y"], page=3)
    book.pages[3].hide()
    assert book.read().columns == ("about",)
    assert read_sheet(book.path, "Files").columns == ("file", "kind")
    assert worksheets(book.path) == ("Notes", "Files")
    with pytest.raises(InputError) as caught:
        read_sheet(book.path, "Filse")
    assert str(caught.value) == (
        "The sheet 's.xlsx' has no worksheet 'Filse'; it has: 'Notes', 'Empty', 'Files', 'Old'. "
        "Correct 'sheet:' in the recipe."
    )


def test_an_empty_first_worksheet_is_passed_over(tmp_path: Path) -> None:
    book = Book(tmp_path / "s.xlsx", "Empty", "Files")
    book.write(["file"], ["a.txt"], page=1)
    assert book.read().columns == ("file",)


def test_a_workbook_without_a_cell_says_so(book: Book) -> None:
    with pytest.raises(InputError, match=r"'s\.xlsx' has no cell"):
        book.read()


def test_a_text_file_has_no_worksheets(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("a\n1\n")
    assert worksheets(tmp_path / "s.csv") == ()
    with pytest.raises(InputError, match=r"a \.csv file is one sheet\. Take out 'sheet:'"):
        read_sheet(tmp_path / "s.csv", "One")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-8-sig", "utf-8"])
def test_every_encoding_of_an_office_is_read(tmp_path: Path, encoding: str) -> None:
    content = "file;Stra\u00dfe;Betrag\na.txt;K\u00f6nigsallee;1,5\n"
    found = text(tmp_path, content.encode(encoding))
    assert found.columns == ("file", "Stra\u00dfe", "Betrag")
    assert cells(found) == [("a.txt", "K\u00f6nigsallee", "1,5")]


def test_the_lines_of_a_csv_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    found = text(tmp_path, 'file,note\n\na.txt,"two\nlines"\n,\nb.txt,x\n')
    assert [line.number for line in found.lines] == [3, 5]


def test_the_delimiter_is_what_divides_the_lines_alike() -> None:
    assert find_delimiter("a;b\n1,5;2,7\n3,1;4,2\n") == ";"
    assert find_delimiter("Title; with, marks, of, all\nfile\tkind\na\tb\nc\td\n") == "\t"
    assert find_delimiter('a,b\n"x;y;z",1\n"p;q;r",2\n') == ","
    assert find_delimiter("alone\nx\n") == ","
    assert find_delimiter("") == ","


def test_an_opendocument_sheet_with_merged_cells_is_read(tmp_path: Path) -> None:
    down = ' table:number-rows-spanned="2" table:number-columns-spanned="1"'
    across = ' table:number-columns-spanned="2" table:number-rows-spanned="1"'
    covered = "<table:covered-table-cell/>"
    path = ods(
        tmp_path,
        ods_text("file", span=down) + ods_text("Party", span=across) + covered,
        covered + ods_text("Name", "City"),
        ods_text("a.txt") + ods_text("Ann", span=down) + ods_text("Oslo"),
        ods_text("b.txt") + covered + ods_text("Bern"),
        ods_text("c.txt", "Bo")
        + '<table:table-cell office:value-type="date" office:date-value="2024-02-29"/>',
    )
    found = read_sheet(path)
    assert found.columns == ("file", "Name", "City")
    assert cells(found) == [
        ("a.txt", "Ann", "Oslo"),
        ("b.txt", "Ann", "Bern"),
        ("c.txt", "Bo", date(2024, 2, 29)),
    ]
    assert read_sheet(path, "One") == found


def test_a_parquet_sheet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "file": ["a.txt", "b.txt", None],
            "labels": [["x", "y"], [], None],
            "amount": [Decimal("1.50"), None, None],
            "on": [datetime(2024, 2, 29), None, None],  # noqa: DTZ001 - as many writers store days
            "at": pa.array([datetime(2024, 2, 29, 8, tzinfo=UTC), None, None]),
            "share": [0.5, float("nan"), None],
        }
    )
    parquet.write_table(table, tmp_path / "s.parquet")
    found = read_sheet(tmp_path / "s.parquet")
    assert found.columns == ("file", "labels", "amount", "on", "at", "share")
    at = datetime(2024, 2, 29, 8, tzinfo=UTC)
    assert cells(found) == [
        ("a.txt", ["x", "y"], 1.5, date(2024, 2, 29), at, 0.5),
        ("b.txt", [], None, None, None, None),
    ]


def test_a_file_that_is_no_parquet_says_so(tmp_path: Path) -> None:
    (tmp_path / "s.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        read_sheet(tmp_path / "s.parquet")


def test_a_column_named_twice_says_where(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"names the column 'a' 3 times \(line 1\). Rename all but"
    ):
        text(tmp_path, "a,b,a,a\n1,2,3,4\n")


def test_a_quote_that_nothing_closes_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warrant.stages.ingest.delimited.CELL_LIMIT", 20)
    path = tmp_path / "s.csv"
    path.write_text('file,kind\na.txt,"lease\n' + "b.txt,loan\n" * 3, "utf-8")
    with pytest.raises(InputError, match=r"'s\.csv' has a cell of more than 64 MB") as told:
        read_sheet(path)
    assert "Close the quote" in str(told.value)
    reader = READERS.load("csv")()
    found = list(reader.read(OpenFile("s.csv", str(path), None)))
    assert found == [Unread("table_line_too_long")]
