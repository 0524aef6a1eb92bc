"""A row that is part of a document leads back to its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.bench import Bench, make_bench, recipe_text
from warrant.errors import InputError
from warrant.flow import passages
from warrant.flow.job import run_recipe
from warrant.flow.predict import Order, predict
from warrant.flow.recipe import parse_recipe
from warrant.flow.story import fitting, show, why


@pytest.fixture(name="divided", scope="module")
def _divided(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = make_bench(tmp_path_factory.mktemp("divided") / "notes")
    for path in sorted((bench.root / "notes").glob("note-*.txt")):
        path.write_text(f"{path.read_text()}\n\nAnother part of {path.stem} says more than that.")
    (bench.root / "notes" / "odd.txt").write_bytes("Caf\xe9.\n\nTea.\n".encode("cp1252"))
    recipe = parse_recipe(recipe_text() + "rows: {segment: paragraphs}\n")
    run_recipe(bench.root, recipe, bench.desk)
    return bench


def test_why_tells_where_in_its_file_a_row_stands(divided: Bench) -> None:
    with divided.open() as workspace:
        places = fitting(workspace, "note-001.txt")
        lines = [why(workspace, place.row)[0].text for place in places]
        with pytest.raises(InputError, match=r"2 rows fit 'note-001\.txt'"):
            why(workspace, "note-001.txt")
    assert lines[0].startswith("'note-001.txt', part 1 (characters 0 to ")
    assert lines[1].startswith("'note-001.txt', part 2 (characters ")
    assert lines[1].endswith(f"was read as row {places[1].row[:16]}.")


def test_many_rows_are_placed_in_one_pass(divided: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with divided.open() as workspace:
        found = [*fitting(workspace, "note-003.txt"), *fitting(workspace, "note-001.txt")]
        manifest, positions = found[0].manifest, [place.position for place in found]
        alone = [passages.place_of(workspace, manifest, at) for at in positions]
        reads: list[int] = []
        real = passages.locators
        monkeypatch.setattr(passages, "locators", lambda *args: reads.append(1) or real(*args))
        assert passages.places_of(workspace, manifest, positions) == alone
    assert len(alone) == 4
    assert all(alone)
    assert reads == [1]


def test_what_ingest_said_of_a_file_is_told_of_its_parts(divided: Bench) -> None:
    with divided.open() as workspace:
        told = [line.text for line in why(workspace, fitting(workspace, "odd.txt")[0].row)]
    assert any("1252" in line for line in told)


def test_a_passage_is_shown_in_its_document(divided: Bench) -> None:
    with divided.open() as workspace:
        first, second = (place.row for place in fitting(workspace, "note-002.txt"))
        whole = (divided.root / "notes" / "note-002.txt").read_text()
        found = show(workspace, second)
        assert found.text == "Another part of note-002 says more than that."
        assert (found.before + found.text).endswith(whole[-200:])
        assert show(workspace, first).after == whole[len(show(workspace, first).text) :][:300]


def test_questions_are_divided_as_training_was(divided: Bench, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("The tenant pays rent.\n\nThe lender repays the bank.")
    answers = tmp_path / "answers.csv"
    order = Order(divided.root / "notes.bundle", str(tmp_path / "new.txt"), answers)
    predicted = predict(order, divided.desk)
    lines = answers.read_text("utf-8-sig").splitlines()
    assert predicted.receipt.lines == 2
    assert "part 1 (characters 0 to 21)" in lines[1]
    assert "part 2 (characters 23 to 50)" in lines[2]
    divided.require_sound()
