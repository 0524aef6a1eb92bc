"""Advice on a workspace, from its rows to labels that a person took back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.flow.bench import Bench, copy_bench, make_bench, recipe_text, write_notes
from warrant.errors import InputError
from warrant.flow.advise.next import WITHHELD, Told, advise_on
from warrant.flow.advise.rows import read_rows
from warrant.flow.advise.sheet import read_judged
from warrant.flow.advise.take import Taken, take_corrections
from warrant.flow.commit import Pen
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.session import new_person
from warrant.flow.story import why
from warrant.stages.curate.builtin.corrections import read_corrections


def quiet(done: int, total: int | None, unit: str) -> None: ...


@pytest.fixture(name="big", scope="module")
def _big(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Run a recipe on 120 notes; one label in six is wrong."""
    root = tmp_path_factory.mktemp("advised") / "notes"
    write_notes(root, 120)
    (root / "recipe.yaml").write_text(recipe_text(), encoding="utf-8")
    bench = Bench(root)
    new_person(bench.desk, "ann", "Ann Alvarez")
    bench.run()
    return bench


@pytest.fixture(name="told", scope="module")
def _told(big: Bench) -> Iterator[Told]:
    with big.open() as workspace:
        yield advise_on(workspace, ["day"], 1.0, quiet)


def test_advice_is_about_training_and_validation_rows_alone(big: Bench, told: Told) -> None:
    with big.open() as workspace:
        made = workspace.index.latest("split")
        assert made is not None
        rows = read_rows(workspace)
    assert set(told.rows.parts) == {"train", "validation"}
    assert told.advice.rows == len(rows.row_ids) == len(set(rows.row_ids))
    assert told.advice.whole.points[-1].rows < told.advice.rows


def test_every_label_has_a_curve_and_what_is_not_known_says_so(told: Told) -> None:
    assert {one.label for one in told.advice.labels} == {"lease", "loan", "supply"}
    assert all(len(one.points) == 5 for one in told.advice.labels)
    assert all(bool(one.why) == (one.doubled is None) for one in told.advice.labels)
    assert all(one.worth is None and "fewer than 20" in one.why for one in told.advice.values)


def test_wrong_labels_are_suspects_and_the_next_step_is_to_judge_them(told: Told) -> None:
    wrong = {f"note-{number:03}.txt" for number in range(5, 120, 6)}
    listed = {told.rows.paths[one.row] for one in told.advice.suspects}
    assert len(listed & wrong) > len(listed) / 2
    texts = [one.text for one in told.steps]
    assert any("which are probably wrong: warrant advise" in text for text in texts)
    assert texts[-1] == "Nothing is claimed about 12 slices: too few rows."


def test_the_page_is_complete_in_itself_and_shows_no_text_of_a_row(told: Told) -> None:
    page = told.page()
    assert "What to do next" in page
    assert page.count("notes --suspects suspects.xlsx") == 2, "each command names the workspace"
    assert page.count("<svg") == 2
    assert "heron" not in page
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sheet_of_suspects_is_read_back_as_it_was_judged(
    told: Told, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"suspects.{ending}"
    told.write_suspects(path)
    assert read_judged(path) == []
    assert told.withheld == ""
    assert "write special_category: false under the source in the recipe" in WITHHELD


def judge_all(told: Told, path: Path, right: str = "") -> list[list[str]]:
    """Fill in what each row seems to be, as a person would."""
    told.write_suspects(path)
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    seems = lines[0].index("seems")
    judged = [lines[0], *([*line[:-1], right or line[seems]] for line in lines[1:])]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(judged)
    return judged


def take(bench: Bench, path: Path) -> Taken:
    with bench.pen() as pen:
        return take_corrections(pen, read_rows(pen.workspace), path, "Read each of them.")


def test_judged_labels_are_signed_and_change_the_rows(
    tmp_path: Path, big: Bench, told: Told
) -> None:
    bench = copy_bench(big, tmp_path / "notes")
    judged = judge_all(told, tmp_path / "judged.csv")
    taken = take(bench, tmp_path / "judged.csv")
    assert (taken.corrected, taken.confirmed) == (len(judged) - 1, 0)
    assert taken.lines == ("  - correct_labels: {file: corrections.csv, column: kind}",)
    filters = "curate: [{correct_labels: {file: corrections.csv, column: kind}}, "
    recipe = parse_recipe(recipe_text().replace("curate: [", filters))
    run_recipe(bench.root, recipe, bench.desk)
    with bench.open() as workspace:
        lines = [line.text for line in why(workspace, judged[1][1])]
    assert "curate: changed: A person corrected the label." in lines
    bench.require_sound()


def test_the_same_judgement_again_writes_the_same_file(
    tmp_path: Path, big: Bench, told: Told
) -> None:
    bench = copy_bench(big, tmp_path / "notes")
    judge_all(told, tmp_path / "judged.csv")
    first = take(bench, tmp_path / "judged.csv")
    before = first.path.read_bytes()
    again = take(bench, tmp_path / "judged.csv")
    assert again.listed == first.corrected
    assert again.path.read_bytes() == before


def test_corrections_that_were_not_signed_lie_nowhere(
    tmp_path: Path, big: Bench, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = copy_bench(big, tmp_path / "notes")
    judge_all(told, tmp_path / "judged.csv")
    before = {path.name for path in bench.root.iterdir()}

    def refuse(*_: object) -> NoReturn:
        raise InputError("No key.", do="Make one.")

    monkeypatch.setattr(Pen, "act", refuse)
    with pytest.raises(InputError, match="No key"):
        take(bench, tmp_path / "judged.csv")
    assert {path.name for path in bench.root.iterdir()} == before


def listed(taken: Taken) -> dict[str, tuple[str, str]]:
    found = read_corrections(taken.path)
    return {row.hex(): (one.says, one.right) for row, one in found.items()}


def test_a_correction_is_taken_back_and_changed(tmp_path: Path, big: Bench, told: Told) -> None:
    """Whether the rows were made again in between or not, the first label is what is looked for."""
    bench = copy_bench(big, tmp_path / "notes")
    path = tmp_path / "judged.csv"
    judged = judge_all(told, path)
    header, line = judged[0], judged[1]
    row, says, seems = line[0], line[header.index("says")], line[header.index("seems")]
    take(bench, path)

    def judge_one(right: str, now: str) -> Taken:
        again = [right if at == len(line) - 1 else cell for at, cell in enumerate(line)]
        again[header.index("says")] = now
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, again])
        return take(bench, path)

    assert row not in listed(judge_one(says, says))
    third = next(one for one in ("lease", "loan", "supply") if one not in (says, seems))
    assert listed(judge_one(seems, says))[row] == (says, seems)
    filters = "curate: [{correct_labels: {file: corrections.csv, column: kind}}, "
    run_recipe(bench.root, parse_recipe(recipe_text().replace("curate: [", filters)), bench.desk)
    assert listed(judge_one(seems, seems))[row] == (says, seems)
    assert listed(judge_one(third, seems))[row] == (says, third)
    assert row not in listed(judge_one(says, seems))


@pytest.mark.parametrize("column", ["says", "text"])
def test_a_sheet_of_other_rows_is_not_taken(
    tmp_path: Path, big: Bench, told: Told, column: str
) -> None:
    """The id is the same, as with `key:`, and what she read is not what stands there now."""
    path = tmp_path / "judged.csv"
    judged = judge_all(told, path)
    at = judged[0].index(column)
    judged[1][at] = {"lease": "loan"}.get(judged[1][at], "lease")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(judged)
    with pytest.raises(InputError, match="line 2: the row no longer says what the sheet shows"):
        take(big, path)
    assert not (big.root / "corrections.csv").exists()


def test_two_right_labels_of_one_row_are_refused(tmp_path: Path, big: Bench, told: Told) -> None:
    path = tmp_path / "judged.csv"
    header, line, *_ = judge_all(told, path)
    other = next(one for one in ("lease", "loan") if one != line[-1])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, line, [*line[:-1], other]])
    with pytest.raises(InputError, match="line 3: a line above gives the same row another right"):
        take(big, path)


def test_labels_that_nobody_has_are_refused_without_a_quotation(
    tmp_path: Path, big: Bench, told: Told
) -> None:
    judge_all(told, tmp_path / "judged.csv", "leese")
    with pytest.raises(InputError) as refused:
        take(big, tmp_path / "judged.csv")
    assert str(refused.value).startswith("'judged.csv', line 2: no row has this label.")
    assert "for example 'lease'" in str(refused.value)


def test_sheets_that_are_none_are_refused(tmp_path: Path, big: Bench, told: Told) -> None:
    told.write_suspects(tmp_path / "empty.csv")
    with pytest.raises(InputError, match=r"'empty.csv' has no right label yet\."):
        take(big, tmp_path / "empty.csv")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(InputError, match=r"'other\.csv' has no columns 'row' and 'right label'"):
        take(big, tmp_path / "other.csv")
    (tmp_path / "other.xlsx").write_bytes(b"no workbook")
    with pytest.raises(InputError, match=r"'other\.xlsx' cannot be read as a workbook"):
        take(big, tmp_path / "other.xlsx")
    (tmp_path / "strange.csv").write_text("row,right label\nab,lease\n", "utf-8")
    with pytest.raises(InputError, match="line 2: no training or validation row has this id"):
        take(big, tmp_path / "strange.csv")
    with pytest.raises(InputError, match=r"Suspects are written as .xlsx or .csv, not as .pdf"):
        told.write_suspects(tmp_path / "suspects.pdf")


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        ("label: kind}", "label: sort}", "sort"),
        ("split: {", "split: {group: nope, ", "nope"),
        ("guardrails:", "inputs: [{column: other, as: text}]\nguardrails:", "other"),
    ],
)
def test_a_recipe_changed_since_the_run_is_told_about(
    tmp_path: Path, big: Bench, before: str, after: str, column: str
) -> None:
    bench = copy_bench(big, tmp_path / "notes")
    (bench.root / "recipe.yaml").write_text(recipe_text().replace(before, after), "utf-8")
    with bench.open() as workspace, pytest.raises(InputError) as refused:
        read_rows(workspace)
    assert f"reads the column {column!r}, and the rows of the last run have none" in str(
        refused.value
    )


def test_what_cannot_be_advised_on_is_said(tmp_path: Path, big: Bench) -> None:
    with big.open() as workspace:
        with pytest.raises(InputError, match="Rows cannot be valued by 'dya': there is no such"):
            read_rows(workspace, ["dya"])
        with pytest.raises(InputError, match="Rows cannot be valued by 'text': it is text that"):
            read_rows(workspace, ["text"])
        with pytest.raises(InputError, match="Rows cannot be valued by 'kind': it is the answer"):
            read_rows(workspace, ["kind"])
    fresh = make_bench(tmp_path / "fresh")
    (fresh.root / ".warrant").mkdir()
    with fresh.open() as workspace, pytest.raises(InputError, match="No rows were divided yet"):
        read_rows(workspace)
    figures = ("macro_f1, at_least: 0.05", "mae, at_most: 9")
    number = recipe_text().replace("multiclass", "regression").replace(*figures)
    (fresh.root / "recipe.yaml").write_text(number, "utf-8")
    with fresh.open() as workspace, pytest.raises(InputError, match="has none to learn by"):
        read_rows(workspace)
