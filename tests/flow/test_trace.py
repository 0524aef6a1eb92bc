"""Tracing: every version that holds a record is named, every other too, whatever names it."""

from __future__ import annotations

import pytest

from tests.flow.bench import SECRET, Bench
from warrant.errors import InputError
from warrant.flow import held
from warrant.flow.erase import erase
from warrant.flow.story import find_row
from warrant.flow.trace import Traced, trace

NAME = "note-009.txt"  # one of the training rows


def traced(bench: Bench, record: str, **options: bool) -> Traced:
    with bench.open() as workspace:
        return trace(workspace, record, **options)


def names(found: Traced) -> list[str]:
    return [one.version.partition("@")[0] for one in found.held]


def test_a_name_a_file_and_a_row_id_lead_to_the_same_rows_models_and_bundles(bench: Bench) -> None:
    by_name = traced(bench, NAME)
    assert names(by_name) == ["documents", "rows", "train"]
    assert [name.partition("@")[0] for name, _ in by_name.absent] == ["validation", "test"]
    train = by_name.held[-1]
    assert [use.what for use in train.uses] == ["model", "bundle"]
    with bench.open() as workspace:
        place = find_row(workspace, NAME)
        assert (train.rows, train.row_ids) == ((place.position,), (place.row,))
        assert train.manifest == place.manifest.hex
        assert by_name.size == workspace.log.head().size
        assert by_name.checkpoint == workspace.log.head().root.hex()
    by_file = traced(bench, str(bench.root / "notes" / NAME))
    by_id, by_short = traced(bench, place.row), traced(bench, place.row[:16].upper())
    for other in (by_file, by_id, by_short):
        assert [(one.version, one.rows) for one in other.held] == [
            (one.version, one.rows) for one in by_name.held
        ]
    assert by_file.held[0].how[0] == "the file itself"
    assert by_id.held[0].how == ("by its row id",)


def test_a_subject_is_found_by_the_whole_text_of_a_cell(bench: Bench) -> None:
    day = traced(bench, "2025-03-10", as_text=True)
    assert all(one.how == ("a cell with exactly this text",) for one in day.held)
    kinds = traced(bench, "lease")
    assert len(kinds.held) == 5
    assert len(kinds.held[0].rows) > 10
    assert traced(bench, "leas").held == ()


def test_a_stranger_is_said_to_be_in_none_of_all_versions(bench: Bench) -> None:
    (bench.root / "other.txt").write_text("Never read by anybody.", "utf-8")
    for record in (str(bench.root / "other.txt"), "other.txt", "0" * 64, "é" * 16):
        found = traced(bench, record)
        assert found.held == ()
        assert len(found.absent) == 5
    assert any("compares exactly" in line for line in found.not_shown)


def test_a_copy_that_was_dropped_is_found_where_it_stood(bench: Bench) -> None:
    found = traced(bench, str(bench.root / "notes" / "copy.txt"))
    assert names(found)[0] == "documents"
    assert len(found.held[0].rows) == 2  # the same bytes under two names
    assert len(found.held[1].rows) == 1


def test_after_an_erasure_no_look_up_holds_the_record(bench: Bench) -> None:
    assert names(traced(bench, NAME))
    before = {one.name for one in (bench.state / "held").iterdir()}
    assert len(before) == 5 + 3  # a tree beside each of the three parts
    with bench.pen() as pen:
        erase(pen, NAME, "Asked for on paper.")
    assert len(set((bench.state / "held").iterdir())) == len(before) - 4
    assert traced(bench, NAME).held == ()
    assert traced(bench, str(bench.root / "notes" / NAME)).held == ()
    assert bench.files_with(SECRET.format("009")) == []
    bench.run()  # the file lies in the source folder still
    assert traced(bench, NAME).held == ()


def test_who_may_not_write_there_traces_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise InputError("No right to write.", do="Ask.")

    monkeypatch.setattr(held, "write_file", refuse)
    assert names(traced(bench, NAME)) == ["documents", "rows", "train"]
    assert {one.suffix for one in (bench.state / "held").iterdir()} == {".tree"}
