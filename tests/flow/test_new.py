"""`warrant new`: what is guessed, what is asked, and that the recipe runs."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.flow.bench import write_notes
from warrant.errors import InputError
from warrant.flow.job import run_recipe
from warrant.flow.new import NewRecipe, new_recipe
from warrant.flow.recipe import read_recipe
from warrant.flow.session import Desk, new_person

CLAUSES = ("Cap on Liability", "Audit Rights", "Renewal")


def table(path: Path, rows: list[list[object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def texts(folder: Path, names: list[str]) -> None:
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Number {number} of {name}", encoding="utf-8")


def roles(made: NewRecipe) -> dict[str, str]:
    return {one.profile.name: one.role for one in made.guess.columns}


def reasons(made: NewRecipe) -> dict[str, str]:
    return {one.profile.name: one.why for one in made.guess.columns}


def claims(path: Path, count: int = 120) -> Path:
    rng = random.Random(3)
    rows: list[list[object]] = [
        [
            "claim_id",
            "patient_id",
            "remark",
            "payer",
            "billed",
            "submitted",
            "paid_amount",
            "denied",
            "denied_text",
            "site",
        ]
    ]
    for number in range(count):
        denied = rng.random() < 0.5
        word = "missing authorisation" if denied else "complete papers"
        rows.append(
            [
                f"C{number:05}",
                f"P{number % 40:03}",
                f"The {word} were seen by desk {rng.randrange(99)}",
                rng.choice(["North", "South", "East"]),
                f"${rng.randrange(1000, 9999):,}.50",
                f"{1 + number % 28:02}/{1 + number % 12:02}/2024",
                0 if denied else rng.randrange(100, 900),
                "yes" if denied else "no",
                "refused" if denied else "granted",
                "main",
            ]
        )
    return table(path, rows)


def test_a_folder_and_its_sheet_give_a_recipe_that_runs(tmp_path: Path) -> None:
    write_notes(tmp_path)
    made = new_recipe(tmp_path / "model", tmp_path / "notes")
    recipe = read_recipe(made.path)
    assert (recipe.name, recipe.use.stage, recipe.task.label) == ("model", "explore", "kind")
    (source,) = recipe.sources
    assert (source.metadata, source.join, source.licence) == ("../notes.csv", "file", None)
    assert source.path == "../notes"
    assert source.rights.train is None
    desk = Desk(tmp_path / "desk", unprotected=True)
    new_person(desk, "ann", "Ann Alvarez")
    report = run_recipe(made.path.parent, recipe, desk)
    assert report.bundle.is_file()


def test_what_only_the_author_knows_is_asked_and_left_out(tmp_path: Path) -> None:
    write_notes(tmp_path)
    written = new_recipe(tmp_path / "model", tmp_path / "notes").path.read_text("utf-8")
    for key in ("licence", "origin", "rights", "special_category"):
        assert f"    # {key}: " in written
        assert f"\n    {key}:" not in written
    assert "# The answer is kind: 3 different values, 97% filled (loan · lease · supply)" in written


def test_the_columns_of_a_table_are_told_apart(tmp_path: Path) -> None:
    made = new_recipe(tmp_path / "model", claims(tmp_path / "claims.csv"))
    assert roles(made) == {
        "claim_id": "left out",
        "patient_id": "group",
        "remark": "text",
        "payer": "category",
        "billed": "number",
        "submitted": "date",
        "paid_amount": "left out",
        "denied": "answer",
        "denied_text": "left out",
        "site": "left out",
    }
    said = reasons(made)
    assert said["claim_id"] == "an id"
    assert said["billed"] == "amounts in $"
    assert said["paid_amount"] == "named like something recorded after the outcome"
    assert said["denied_text"] == "says the same as 'denied'"
    assert said["site"] == "the same in every row"
    recipe = read_recipe(made.path)
    assert recipe.task.kind == "binary"
    read = [(one.column, one.read_as, one.unit, one.decimal, one.day_first) for one in recipe.reads]
    assert read == [
        ("remark", "text", None, None, None),
        ("payer", "category", None, None, None),
        ("billed", "number", "$", ".", None),
        ("submitted", "date", None, None, True),
    ]
    assert "  # payer: 3 different values (" in made.path.read_text("utf-8")
    assert (recipe.split.group, recipe.sources[0].path) == ("patient_id", "../claims.csv")


def test_a_recipe_for_a_table_runs(tmp_path: Path) -> None:
    made = new_recipe(tmp_path / "model", claims(tmp_path / "claims.csv"))
    desk = Desk(tmp_path / "desk", unprotected=True)
    new_person(desk, "ann", "Ann Alvarez")
    report = run_recipe(made.path.parent, read_recipe(made.path), desk)
    assert report.evaluation.rows > 0


def test_a_table_without_text_gives_a_recipe_that_runs(tmp_path: Path) -> None:
    rng = random.Random(5)
    rows: list[list[object]] = [["amount", "branch", "opened on", "rare", "seldom", "risk"]]
    for number in range(150):
        amount, branch = rng.randrange(10, 5000), rng.choice(["N", "S", "E"])
        risk = "high" if amount + rng.randrange(900) > 3000 else "low"
        day = f"{2020 + number % 4}-{1 + number % 12:02}-{1 + number % 28:02}"
        rows.append(
            [amount, branch, day, f"v{number // 3}", number / 8 if number < 5 else "", risk]
        )
    made = new_recipe(tmp_path / "model", table(tmp_path / "t.csv", rows))
    recipe = read_recipe(made.path)
    assert recipe.texts == ()
    assert [(one.column, one.read_as) for one in recipe.reads] == [
        ("amount", "number"),
        ("branch", "category"),
        ("opened on", "date"),
    ]
    assert reasons(made)["rare"] == "no value is frequent"
    assert reasons(made)["seldom"] == "filled in 5 rows"
    desk = Desk(tmp_path / "desk", unprotected=True)
    new_person(desk, "ann", "Ann Alvarez")
    report = run_recipe(made.path.parent, recipe, desk)
    assert report.evaluation.rows > 20
    number = new_recipe(tmp_path / "number", tmp_path / "t.csv", label="amount")
    assert read_recipe(number.path).task.kind == "regression"


def test_columns_of_a_sheet_are_offered_and_can_be_taken(tmp_path: Path) -> None:
    write_notes(tmp_path)
    sheet = tmp_path / "notes.csv"
    lines = sheet.read_text("utf-8").splitlines()
    wider = [lines[0] + ",pages"] + [
        f"{line},{2 + number % 7}" for number, line in enumerate(lines[1:])
    ]
    sheet.write_text("\n".join(wider) + "\n", "utf-8")
    made = new_recipe(tmp_path / "model", tmp_path / "notes")
    written = made.path.read_text("utf-8")
    assert read_recipe(made.path).inputs == ()
    assert "#   - {column: pages, as: number}  # pages: numbers (" in written
    head, start, rest = written.partition("# inputs:\n")
    block, gap, tail = rest.partition("\n\n")
    taken = "\n".join(line.removeprefix("# ") for line in f"{start}{block}".splitlines())
    made.path.write_text(head + taken + gap + tail, "utf-8")
    found = [(one.column, one.read_as) for one in read_recipe(made.path).inputs]
    assert found[0] == ("text", "text")
    assert ("pages", "number") in found


def test_a_column_that_gives_the_answer_away_is_left_out(tmp_path: Path) -> None:
    rng = random.Random(1)
    rows: list[list[object]] = [["text", "branch", "label"]]
    for number in range(100):
        label = rng.choice(["a", "b"])
        branch = f"{label}{rng.randrange(6)}"
        rows.append([f"some words of line number {number}", branch, label])
    made = new_recipe(tmp_path / "model", table(tmp_path / "t.csv", rows))
    assert reasons(made)["branch"] == "alone gives 'label' in 100% of the rows"


def test_one_column_for_each_label_is_one_answer(tmp_path: Path) -> None:
    rng = random.Random(2)
    texts(tmp_path / "in", [f"{number:03}.txt" for number in range(60)])
    with xlsxwriter.Workbook(tmp_path / "register.xlsx") as book:
        book.add_worksheet("About").write(0, 0, "A register")
        sheet = book.add_worksheet("Clauses")
        sheet.write(0, 0, "Contracts 2024")
        sheet.write_row(1, 0, ["file", *CLAUSES])
        for number in range(60):
            marks = ["x" if rng.random() < 0.5 else "" for _ in CLAUSES]
            sheet.write_row(number + 2, 0, [f"{number:03}", *marks])
    made = new_recipe(tmp_path / "model", tmp_path / "in", tmp_path / "register.xlsx")
    recipe = read_recipe(made.path)
    assert (recipe.task.kind, recipe.task.labels) == ("multilabel", CLAUSES)
    assert recipe.sources[0].sheet == "Clauses"
    assert "3 columns hold a yes or a no each" in made.path.read_text("utf-8")


@pytest.mark.parametrize(("mark", "written"), [(",", ","), ("|", "|"), ("\n", "\n"), (";", ";")])
def test_several_labels_in_a_cell_are_told_from_one(
    tmp_path: Path, mark: str, written: str
) -> None:
    rng = random.Random(4)
    rows: list[list[object]] = [["text", "place", "topics"]]
    for number in range(90):
        topics = mark.join(rng.sample(["rent", "repairs", "heating", "noise"], rng.randint(1, 3)))
        rows.append([f"a letter with the number {number}", "New York, NY", topics])
    made = new_recipe(tmp_path / "model", table(tmp_path / "t.csv", rows))
    recipe = read_recipe(made.path)
    assert (recipe.task.kind, recipe.task.label) == ("multilabel", "topics")
    assert recipe.task.separator == written


def test_parts_that_always_come_together_are_one_label(tmp_path: Path) -> None:
    rng = random.Random(5)
    rows: list[list[object]] = [["text", "label"]]
    for number in range(60):
        place = rng.choice(["New York, NY", "Boston, MA", "Austin, TX"])
        rows.append([f"a letter with the number {number}", place])
    made = new_recipe(tmp_path / "model", table(tmp_path / "t.csv", rows))
    assert (made.guess.kind, made.guess.separator) == ("multiclass", None)


def test_the_second_best_answer_is_named_and_can_be_chosen(tmp_path: Path) -> None:
    rng = random.Random(6)
    rows: list[list[object]] = [["text", "status", "category"]]
    for number in range(60):
        status, kind = rng.choice(["open", "shut"]), rng.choice(["a", "b", "c"])
        rows.append([f"a ticket with the number {number}", status, kind])
    source = table(tmp_path / "t.csv", rows)
    made = new_recipe(tmp_path / "model", source)
    assert (made.guess.label, made.guess.runner_up and made.guess.runner_up.name) == (
        "category",
        "status",
    )
    assert "It could have been status" in made.path.read_text("utf-8")
    chosen = new_recipe(tmp_path / "other", source, label="status")
    assert read_recipe(chosen.path).task.label == "status"
    with pytest.raises(InputError, match=r"There is no column 'stat'; there are: 'text', 'status'"):
        new_recipe(tmp_path / "third", source, label="stat")


def test_without_an_answer_it_says_what_is_needed(tmp_path: Path) -> None:
    source = table(tmp_path / "t.csv", [["text"], *[[f"only words {n}"] for n in range(20)]])
    made = new_recipe(tmp_path / "model", source)
    assert not made.is_filled
    assert "No column looks like an answer." in made.path.read_text("utf-8")
    assert read_recipe(made.path).task.label == "label"


def test_without_a_sheet_one_is_written_to_be_filled(tmp_path: Path) -> None:
    texts(tmp_path / "in", ["a.txt", "b.txt", "deep/c.txt"])
    made = new_recipe(tmp_path / "model", tmp_path / "in")
    assert made.labels is not None
    assert made.labels.read_text("utf-8").splitlines() == [
        "file,label",
        "a.txt,",
        "b.txt,",
        "deep/c.txt,",
    ]
    assert not made.is_filled
    assert read_recipe(made.path).sources[0].metadata == "labels.csv"


def test_a_folder_for_each_label_is_an_answer(tmp_path: Path) -> None:
    texts(tmp_path / "in", [f"{kind}/{n}.txt" for kind in ("lease", "loan") for n in range(12)])
    made = new_recipe(tmp_path / "model", tmp_path / "in")
    assert (made.guess.label, made.is_filled) == ("label", True)
    assert made.labels is not None
    assert "lease/3.txt,lease" in made.labels.read_text("utf-8")


def test_a_recipe_is_never_overwritten(tmp_path: Path) -> None:
    source = claims(tmp_path / "claims.csv")
    made = new_recipe(tmp_path / "model", source)
    made.path.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"There is a recipe already: .* It is never overwritten"):
        new_recipe(tmp_path / "model", source)
    assert made.path.read_text("utf-8") == "mine"


def test_a_sheet_of_labels_is_never_overwritten(tmp_path: Path) -> None:
    texts(tmp_path / "in", ["a.txt", "b.txt"])
    table(tmp_path / "model" / "labels.csv", [["mine"]])
    with pytest.raises(InputError, match=r"labels\.csv' is there already"):
        new_recipe(tmp_path / "model", tmp_path / "in")
    assert not (tmp_path / "model" / "recipe.yaml").exists()


@pytest.mark.parametrize(
    ("source", "sheet", "said"),
    [
        ("nowhere", None, r"'.*nowhere' is not there\. Give a folder or a table: --from"),
        ("in", "nosheet.csv", r"nosheet\.csv' is not there\. Did you mean '.*other\.csv'\?"),
        ("in", "other.csv", r"No column of the sheet 'other\.csv' names a file of its source"),
        ("in/a.txt", None, r"a\.txt' is one document, and a model learns from many"),
        ("odd", None, r"holds no file that can be read; there are: \.tiff\. Put documents into"),
        (
            "bare",
            None,
            r"bare' holds no file\. Put documents into '.*bare', or give another folder",
        ),
        ("empty.csv", None, r"No record can be read from '.*empty\.csv'"),
        ("claims.csv", "other.csv", r"claims\.csv' holds no document|is one document"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(
    tmp_path: Path, source: str, sheet: str | None, said: str
) -> None:
    texts(tmp_path / "in", ["a.txt", "b.txt"])
    texts(tmp_path / "odd", ["scan.tiff"])
    (tmp_path / "bare" / "inner").mkdir(parents=True)
    claims(tmp_path / "claims.csv")
    table(tmp_path / "other.csv", [["what"], ["z.txt"]])
    table(tmp_path / "empty.csv", [["text", "label"]])
    with pytest.raises(InputError, match=said):
        new_recipe(tmp_path / "model", tmp_path / source, tmp_path / sheet if sheet else None)
    assert not (tmp_path / "model").exists()


def test_cells_and_names_of_any_kind_cannot_break_the_recipe(tmp_path: Path) -> None:
    odd = ["a\nb: [", "\u2028x", "# c", "\x1b[31m", "'", '"', "{", "\ud7ff", "no", "- x"]
    name = 'odd: "name" # of\ta column'
    rows = [["text", name], *[[f"{odd[n % 10]} words {n}", odd[n % 2]] for n in range(40)]]
    made = new_recipe(tmp_path / "model", table(tmp_path / "t.csv", rows), label=name)
    assert read_recipe(made.path).task.label == name
    assert "\x1b" not in made.path.read_text("utf-8")


def test_the_name_of_the_folder_becomes_the_name_of_the_model(tmp_path: Path) -> None:
    source = claims(tmp_path / "claims.csv")
    assert new_recipe(tmp_path / "Our Model (2)", source).name == "our-model-2"
    with pytest.raises(InputError, match="No name for a model can be made from"):
        new_recipe(tmp_path / "---", source)


def test_of_two_copies_of_real_contracts_one_is_chosen(
    shared_path: Callable[[str], Path], tmp_path: Path
) -> None:
    made = new_recipe(tmp_path / "model", shared_path("data/cuad/raw"))
    assert (made.place.join, made.place.count, made.place.unnamed) == ("txt_path", 60, 0)
    assert (made.guess.label, made.guess.kind) == ("contract_type", "multiclass")
    assert read_recipe(made.path).split.group == "contract_id"
