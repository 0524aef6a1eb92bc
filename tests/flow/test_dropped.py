"""What was dropped is counted for steps that belong together, of a sample or of all."""

from __future__ import annotations

from tests.flow.bench import Bench, recipe_text
from warrant.flow.dropped import drops, latest_steps
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.story import unread


def test_the_counts_of_a_sample_add_up_and_say_so(bench: Bench) -> None:
    (bench.root / "notes" / "note-000.txt").write_text(" ")
    recipe = parse_recipe(recipe_text())
    report = run_recipe(bench.root, recipe, bench.desk, sample=30)
    with bench.open() as workspace:
        found = drops(workspace)
        assert report.sample is not None
        assert found.aside == report.sample.documents - report.sample.taken
        came = [one.came for one in found.passed]
        assert came[0] == 30
        assert came[1:] == [one.went for one in found.passed[:-1]]
        assert sum(one.dropped for one in found.passed) == sum(report.dropped.values())


def test_steps_belong_together_by_what_they_read(bench: Bench) -> None:
    full = bench.run()
    with bench.open() as workspace:
        first = latest_steps(workspace)["ingest"].position
        of_all = unread(workspace)
    run_recipe(bench.root, parse_recipe(recipe_text()), bench.desk, sample=30)
    with bench.open() as workspace:
        assert latest_steps(workspace)["ingest"].position > first
        assert drops(workspace).aside == 10
    changed = recipe_text().replace("seed: 7", "seed: 8")
    assert changed != recipe_text()
    report = run_recipe(bench.root, parse_recipe(changed), bench.desk)
    assert "ingest" not in report.computed
    with bench.open() as workspace:
        assert latest_steps(workspace)["ingest"].position == first
        assert drops(workspace).aside == 0
        assert unread(workspace) == of_all
    assert report.dropped == full.dropped


def test_before_the_first_run_nothing_was_dropped(bench: Bench) -> None:
    fresh = Bench(bench.root / "fresh")
    fresh.root.mkdir()
    fresh.state.mkdir()
    with fresh.open() as workspace:
        assert drops(workspace).passed == ()
