"""`warrant new` on the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.flow.bench import write_notes


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WARRANT_CONFIG_DIR", str(tmp_path / "config"))
    write_notes(tmp_path)


def test_every_guess_is_shown_with_examples_and_the_next_command(typed: Type) -> None:
    done = typed("new", "model", "--from", "notes")
    assert done.code == 0
    assert "Found in notes: " in done.out
    assert "Sheet notes.csv: 39 lines, " in done.out
    assert "kind    answer     3 different values, 97% filled" in done.out
    assert "The model will answer 'kind': multiclass." in done.out
    assert "You have no key yet. Once: warrant key new me --name 'Your Name'\n" in done.out
    assert "The recipe asks, and, after a run: warrant card model --ask\n" in done.out
    assert done.out.endswith("Next: warrant run model\n")


def test_a_sample_is_advised_where_there_is_more_than_one(typed: Type) -> None:
    for number in range(501):
        Path("notes", f"more-{number}.txt").write_text("rent", "utf-8")
    done = typed("new", "model", "--from", "notes")
    assert done.out.endswith("Next: warrant run model --sample 500\n")


def test_documents_that_the_recipe_leaves_out_are_named(typed: Type) -> None:
    twins = sorted(Path("notes").glob("*.txt"))[:7]
    for path in twins:
        path.with_suffix(".html").write_bytes(path.read_bytes())
    done = typed("new", "model", "--from", "notes")
    assert done.code == 0
    assert "Left out: 7 .html. To read them too, change 'path' in the recipe.\n" in done.out


def test_what_is_missing_comes_before_the_next_command(typed: Type) -> None:
    Path("notes.csv").unlink()
    done = typed("new", "model", "--from", "notes")
    assert "There is no sheet, so one was written: model/labels.csv, a line for each" in done.out
    assert "No column looks like an answer, and without answers nothing can be learnt." in done.out
    assert (
        "Next: write the right answers into a column 'label' of model/labels.csv, then:\n"
        "  warrant run model\n"
    ) in done.out


def test_machines_get_the_guesses_and_no_cell(typed: Type) -> None:
    told = typed("new", "model", "--from", "notes", "--json").json
    assert (told["recipe"], told["label"], told["kind"]) == (
        "model/recipe.yaml",
        "kind",
        "multiclass",
    )
    assert told["columns"][1] == {
        "column": "kind",
        "taken_for": "answer",
        "why": "3 different values, 97% filled",
    }


def test_a_second_time_nothing_is_overwritten(typed: Type) -> None:
    typed("new", "model", "--from", "notes")
    done = typed("new", "model", "--from", "notes")
    assert done.code == 2
    assert "There is a recipe already: 'model/recipe.yaml'. It is never overwritten." in done.err
