"""The page on recipes says what the model says, and its examples run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xlsxwriter

from tests.flow.golden_recipe import PAGE, examples, page
from tests.flow.test_tables import lines, make
from warrant.flow.dropped import drops
from warrant.flow.job import run_recipe
from warrant.flow.recipe import Recipe, explain_recipe, parse_recipe
from warrant.flow.session import Desk, new_person
from warrant.flow.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

TOPICS = ("rent", "repairs", "heating")
CLAUSES = ("Cap on Liability", "Audit Rights", "Renewal")


def test_the_table_of_settings_is_the_models_own() -> None:
    written = PAGE.read_text("utf-8")
    assert page(written) == written, "regenerate: python -m tasks golden recipe"
    for name in Recipe.model_fields:
        assert f"| `{name}` |" in written
    whole = parse_recipe(examples(written)[0])
    for name, _, _ in explain_recipe(whole):
        assert f"| `{name.replace('[0]', '[]')}` |" in written, name


def test_the_example_with_a_workbook_runs(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    lines = [["scan", "case_no", "topics"]]
    for number in range(48):
        names = [topic for at, topic in enumerate(TOPICS) if (number >> at) & 1] or ["rent"]
        words = " and ".join(f"the {name} of house {number}" for name in names)
        (tmp_path / "letters" / f"letter-{number:02}.txt").write_text(f"We write about {words}.")
        lines.append([f"in/letter-{number:02}.pdf", f"K-{number // 2}", "; ".join(names)])
    with xlsxwriter.Workbook(tmp_path / "register.xlsx") as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(lines):
            sheet.write_row(at, 0, line)
    desk = Desk(folder=tmp_path / "desk", unprotected=True)
    new_person(desk, "ada", "Ada Alvarez")
    recipe = parse_recipe(examples(PAGE.read_text("utf-8"))[1])

    report = run_recipe(tmp_path, recipe, desk)

    assert report.training_rows + report.evaluation.rows < 48
    workspace = Workspace.open(tmp_path)
    assert drops(workspace).reasons == ()
    workspace.close()


def test_the_example_with_columns_of_yes_and_no_runs(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    with xlsxwriter.Workbook(tmp_path / "register.xlsx") as book:
        book.add_worksheet("About").write(0, 0, "A register")
        sheet = book.add_worksheet("Clauses")
        sheet.write(0, 0, "Contracts 2024")
        sheet.merge_range("A2:A3", "file")
        sheet.merge_range("B2:D2", "Clauses")
        sheet.write_row(2, 1, CLAUSES)
        for number in range(48):
            names = [name for at, name in enumerate(CLAUSES) if (number >> at) & 1]
            text = f"Contract {number} on {' and '.join(names) or 'nothing'}."
            (tmp_path / "contracts" / f"{number:03}.txt").write_text(text)
            marks = ["x" if name in names else "" for name in CLAUSES]
            sheet.write_row(number + 3, 0, [f"{number:03}.txt", *marks])
    desk = Desk(folder=tmp_path / "desk", unprotected=True)
    new_person(desk, "ada", "Ada Alvarez")
    recipe = parse_recipe(examples(PAGE.read_text("utf-8"))[2])

    report = run_recipe(tmp_path, recipe, desk)

    assert tuple(line.label for line in report.evaluation.labels) == tuple(sorted(CLAUSES))
    workspace = Workspace.open(tmp_path)
    assert drops(workspace).reasons == ()
    workspace.close()


def test_the_example_with_columns_runs(tmp_path: Path) -> None:
    report, _ = make(tmp_path, lines(200), examples(PAGE.read_text("utf-8"))[3])
    assert report.evaluation.rows > 40
    assert report.training_rows > 80
