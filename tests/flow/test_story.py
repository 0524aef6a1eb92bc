"""Why a row is where it is, and what state the workspace is in."""

from __future__ import annotations

import pytest

from tests.flow.bench import Bench
from warrant.errors import InputError
from warrant.flow.dropped import drops
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.story import find_row, status, why


def told(bench: Bench, needle: str) -> list[str]:
    with bench.open() as workspace:
        return [line.text for line in why(workspace, needle)]


def test_a_kept_file_is_followed_to_the_model_that_learned_from_it(finished: Bench) -> None:
    lines = told(finished, "note-000.txt")
    assert lines[0].startswith("'note-000.txt' was read as row ")
    assert "Curation kept it as a row." in lines
    assert any(line.startswith("It is row ") for line in lines)
    assert any("learned from it" in line or "made on it" in line for line in lines[3:])
    row = lines[0].split()[-1].rstrip(".")
    assert told(finished, row) == lines


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("note-004.txt", "Another row before this one has the same text. Because of 'copy.txt'."),
        ("short.txt", "The text has fewer words than the threshold (4). Measured: 2."),
        ("nolabel.txt", "split: dropped: The row has no label"),
        ("scan.tiff", "'scan.tiff' was not taken in: No reader is installed"),
        ("broken.txt", "'broken.txt' was not taken in: "),
    ],
)
def test_a_file_that_was_dropped_or_not_read_says_why(
    finished: Bench, name: str, reason: str
) -> None:
    lines = told(finished, name)
    assert reason in lines[-1]


def test_what_ingest_noted_of_a_file_is_told(finished: Bench, bench: Bench) -> None:
    (bench.root / "notes" / "note-000.txt").write_bytes(
        "Caf\xe9 and tea for two.\n".encode("cp1252")
    )
    (bench.root / "notes" / "aaa-nobody.txt").write_text("A file that no line of the sheet names.")
    bench.run()
    assert any("1252" in line for line in told(bench, "note-000.txt"))
    assert any("No line of the sheet" in line for line in told(bench, "aaa-nobody.txt"))
    assert not any("1252" in line for line in told(bench, "note-001.txt"))
    assert not any("1252" in line for line in told(finished, "note-000.txt"))


def test_an_unknown_needle_is_refused_with_what_to_give(finished: Bench) -> None:
    for needle in ("nothing.txt", "", "0" * 64):
        with pytest.raises(InputError, match=r"No file or row .* was read, or it was erased"):
            told(finished, needle)


def test_a_case_that_gave_no_row_is_told_apart_from_one_that_was_never_read(bench: Bench) -> None:
    lines = [
        f"C{at:02d},2025-01-01,call {at} {'yn'[at % 2]},2025-02-01,{'yn'[at % 2]}"
        for at in range(30)
    ]
    late = "C30,2025-03-01,call 1,2025-02-01,y"
    (bench.root / "log.csv").write_text("\n".join(["claim,day,what,on,out", *lines, late]), "utf-8")
    recipe = parse_recipe(
        "warrant: 1\nname: a\nsources: [{path: log.csv, licence: CC0-1.0, origin: Invented, "
        "rights: {train: true}, special_category: false}]\ntask: {kind: binary, label: out}\n"
        "rows: {one_per: claim, order_by: day, label_at: on}\nevaluate: {resamples: 200}\n"
    )
    run_recipe(bench.root, recipe, bench.desk)
    assert "It is a case of 1 event: log.csv, record 5." in told(bench, "C04")
    with pytest.raises(InputError, match="A case without an event before its one answer"):
        told(bench, "C30")


def test_a_row_is_found_where_it_went_last(finished: Bench) -> None:
    with finished.open() as workspace:
        assert find_row(workspace, "note-000.txt").dataset in ("train", "validation", "test")
        assert find_row(workspace, "nolabel.txt").dataset == "rows"
        assert find_row(workspace, "short.txt").dataset == "documents"


def test_drops_are_counted_by_stage_and_reason(finished: Bench) -> None:
    with finished.open() as workspace:
        counted = {
            (stage, words.split(".")[0]): number
            for stage, words, number, _ in drops(workspace).reasons
        }
    assert counted["curate", "Another row before this one has the same text"] == 1
    assert counted["curate", "The text has fewer words than the threshold (4)"] == 1
    assert sum(number for (stage, _), number in counted.items() if stage == "ingest") == 2
    with finished.open() as workspace:
        shares = {
            one.words: one.rows / one.share
            for one in drops(workspace).reasons
            if one.stage == "curate"
        }
    assert len({round(came_in) for came_in in shares.values()}) == 1


def test_status_names_steps_people_and_open_questions(finished: Bench) -> None:
    with finished.open() as workspace:
        state = status(workspace)
    assert state.entries == 9
    assert next(stage for stage, *_ in state.steps) == "ingest"
    assert {signer for _, _, signer, _ in state.steps} == {"Ann Alvarez"}
    assert state.persons[0][0] == "Ann Alvarez"
    assert state.persons[0][2] == "author, approver"
    assert "impact" in state.open_questions
    assert state.acts == ()
