"""What the whole demo is made of: the same bytes every time, each planted thing in its number."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
import python_calamine

from warrant.flow.demo_data import HEADER
from warrant.flow.demo_documents import as_docx, as_eml, as_pdf, as_xlsx
from warrant.flow.demo_folders import COPIES, DAMAGED, NEW, PERSONAL, SCANS, Folders, make_folders
from warrant.stages.ingest import Document
from warrant.stages.ingest.builtin import docx, mail

TEXT = "LEASE (old) \\ copy\n\nThe Tenant pays & the Landlord <signs>.\n"


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return make_folders(tmp_path_factory.mktemp("tour"))


def contents(folders: Folders) -> dict[str, bytes]:
    root = folders.own.parent
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def rows_of(sheet: bytes) -> list[list[object]]:
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sheet))
    return workbook.get_sheet_by_index(0).to_python()


def test_the_same_seed_writes_the_same_bytes_in_each_format(made: Folders, tmp_path: Path) -> None:
    assert contents(make_folders(tmp_path / "again")) == contents(made)
    other = contents(make_folders(tmp_path / "other", seed=8))
    assert other["contracts/index.xlsx"] != contents(made)["contracts/index.xlsx"]


def test_about_three_hundred_files_in_four_formats_and_what_is_planted(made: Folders) -> None:
    assert made.files == 318
    assert set(made.formats) == {".docx", ".eml", ".pdf", ".txt"}
    assert min(made.formats.values()) > 20
    own = [data for name, data in contents(made).items() if name.startswith("contracts/")]
    scan, damaged = as_pdf(""), b"\xff\xfe\x00\xd8" * 50
    assert own.count(scan) == SCANS
    assert own.count(damaged) == DAMAGED
    repeated = Counter(one for one in own if one not in (scan, damaged))
    assert sum(count - 1 for count in repeated.values()) == COPIES
    named = [one for one in own if b"@example.com, telephone +44 20 7946 0" in one]
    assert 3 <= len(named) <= PERSONAL + COPIES  # the others are compressed


def test_each_sheet_names_the_files_beside_it(made: Folders) -> None:
    for folder in (made.own, made.lent):
        header, *lines = rows_of((folder / "index.xlsx").read_bytes())
        assert tuple(header) == HEADER
        there = {path.name for path in folder.iterdir()} - {"index.xlsx"}
        assert {str(line[0]) for line in lines} == there
    _, *asked = rows_of((made.new / "questions.xlsx").read_bytes())
    assert len(asked) == NEW
    assert asked[0][1] == "=1+1"


def test_a_pdf_holds_its_text_on_as_many_pages_as_it_needs() -> None:
    document = pypdfium2.PdfDocument(as_pdf(TEXT))
    text = document[0].get_textpage().get_text_bounded()
    assert "LEASE (old) \\ copy" in text
    assert "The Tenant pays & the Landlord <signs>." in text
    assert len(pypdfium2.PdfDocument(as_pdf("a clause\n" * 100))) == 3
    assert not pypdfium2.PdfDocument(as_pdf(""))[0].get_textpage().get_text_bounded()


def test_docx_and_eml_hold_their_text() -> None:
    word, message = docx.parse(as_docx(TEXT)), mail.parse(as_eml(TEXT, "a@example.com", "Of 2024"))
    for one in (word, message):
        assert isinstance(one, Document)
        assert "LEASE (old) \\ copy" in one.text
        assert "The Tenant pays & the Landlord <signs>." in one.text
    assert isinstance(message, Document)
    assert message.text.startswith("Of 2024")


def test_a_workbook_keeps_what_looks_like_a_formula_as_text() -> None:
    assert rows_of(as_xlsx([["a"], ["=1+1"]])) == [["a"], ["=1+1"]]
