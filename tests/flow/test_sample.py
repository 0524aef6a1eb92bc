"""A run on a sample: marked, refused for others, forecast, and no part of the full run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.flow.bench import Bench, Recorder, recipe_text
from warrant.errors import OutsideError, PolicyRefusal
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.report import RunReport
from warrant.flow.room import Room, measure_room, require_room, room_for
from warrant.flow.words import shown_bytes
from warrant.stages.ingest import IngestConfig, SourceConfig

SIZE = 30


def sampled(bench: Bench, recorder: Recorder | None = None, **changes: object) -> RunReport:
    recipe = parse_recipe(recipe_text(**changes))
    return run_recipe(bench.root, recipe, bench.desk, reporter=recorder, sample=SIZE)


def test_all_that_is_made_of_a_sample_says_so(bench: Bench) -> None:
    before = (bench.root / "notes.bundle").read_bytes()
    card = (bench.root / "card.md").read_text("utf-8")
    report = sampled(bench)
    assert report.name == "notes-sample"
    assert report.bundle == bench.root / "notes-sample.bundle"
    assert "# notes-sample — exploration" in report.card.read_text("utf-8")
    assert "**Made from a sample of the documents**" in report.card.read_text("utf-8")
    assert (bench.root / "notes.bundle").read_bytes() == before
    assert (bench.root / "card.md").read_text("utf-8") == card
    assert bench.verify(report.bundle).result == "holds"
    bench.require_sound()


def test_a_sample_says_what_the_full_run_will_take(bench: Bench) -> None:
    report = sampled(bench)
    assert report.sample is not None
    assert (report.sample.taken, report.sample.documents) == (SIZE, 40)
    assert 0 < report.sample.seconds < 600
    assert report.sample.disk_bytes > 10_000
    assert report.sample.usd == 0
    again = sampled(bench)  # nothing is computed again, and it is still told
    assert again.computed == ()
    assert again.sample is not None
    assert again.sample.disk_bytes == report.sample.disk_bytes


def test_a_sample_is_refused_for_pilot(bench: Bench) -> None:
    sampled(bench)
    bench.settle()
    with pytest.raises(PolicyRefusal) as error:
        sampled(bench, stage="pilot")
    assert any(reason.startswith("whole-data") for reason in error.value.reasons)


def test_the_full_run_uses_nothing_of_the_sample(bench: Bench) -> None:
    sample = sampled(bench, seed=8)
    full = bench.run(seed=8)
    assert full.sample is None
    assert full.name == "notes"
    assert full.training_rows > sample.training_rows
    assert "split" in full.computed
    assert bench.run(seed=8).computed == ()


def test_a_sample_of_everything_is_the_whole_run(bench: Bench) -> None:
    recorder = Recorder()
    recipe = parse_recipe(recipe_text())
    report = run_recipe(bench.root, recipe, bench.desk, reporter=recorder, sample=500)
    assert (report.name, report.sample, report.computed) == ("notes", None, ())
    assert "There are not more than 500 documents: this is the whole run." in recorder.notes


def test_disk_is_said_before_anything_is_read(bench: Bench) -> None:
    recorder = Recorder()
    sampled(bench, recorder)
    (said,) = (note for note in recorder.notes if note.startswith("Disk: "))
    assert said.startswith("Disk: about 21 MB needed, ")
    assert said.endswith(" free.")
    nothing_new = Recorder()
    sampled(bench, nothing_new)
    assert nothing_new.notes == []


def test_the_room_counts_originals_only_where_they_are_copied(bench: Bench) -> None:
    recipe = parse_recipe(recipe_text())
    room = room_for(bench.root, recipe)
    copied = sum(path.stat().st_size for path in (bench.root / "notes").iterdir())
    assert room.originals_bytes == copied
    source = SourceConfig("notes", metadata="notes.csv", keep="reference")
    kept = measure_room(bench.root, IngestConfig((source,), bench.root))
    assert kept.needed_bytes == room.needed_bytes - copied


def test_a_disk_that_is_too_small_stops_the_run_with_what_helps() -> None:
    room = Room(needed_bytes=30_000_000_000, free_bytes=20_000_000_000, originals_bytes=12 << 30)
    with pytest.raises(OutsideError) as error:
        require_room(room)
    assert str(error.value) == (
        "The run needs about 30.0 GB of disk, and 20.0 GB are free. Make room on this disk, and "
        "run it again. Or keep the originals where they are, which saves 12.9 GB: write under "
        "each source: keep: reference"
    )
    with pytest.raises(OutsideError, match=r"run it again\.$"):
        require_room(replace(room, originals_bytes=0))


def test_sizes_are_written_as_people_do() -> None:
    sizes = (0, 812_000, 24_400_000, 3_100_000_000)
    assert [shown_bytes(size) for size in sizes] == ["0 kB", "812 kB", "24 MB", "3.1 GB"]
