"""The evaluation plan stands before the result, and nobody moves the bar afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.bench import Bench, make_bench
from warrant.engine import read_dataset
from warrant.engine.columns import MEMBERS
from warrant.errors import PolicyRefusal
from warrant.flow import people
from warrant.flow.acts import revoke
from warrant.flow.addition import Addition, Opening
from warrant.flow.attempts import opening_of
from warrant.flow.job import run_recipe
from warrant.flow.plan import STEPS, configuration_of
from warrant.flow.recipe import parse_recipe
from warrant.flow.report import RunReport
from warrant.kernel.digest import Digest
from warrant.kernel.predicates import PLAN, PLAN_2
from warrant.records.reliance import Openings


def bounds(bench: Bench) -> list[float]:
    with bench.open() as workspace:
        return [
            people.statement_of(workspace, entry).predicate["bounds"][0]["at_least"]
            for entry in workspace.index.entries()
            if entry.predicate == PLAN
        ]


def test_bounds_changed_after_the_result_do_not_replace_the_signed_plan(bench: Bench) -> None:
    report = bench.run(bound=0.01)
    assert report.computed == ()
    assert bounds(bench) == [0.05]
    assert any(
        note.startswith("The plan of log entry 5 stands: the recipe's evaluation plan was changed")
        and "write another seed under split" in note
        for note in report.warnings
    )
    assert [bound.at_least for bound in report.evaluation.bounds] == [0.05]


def test_another_test_set_takes_another_plan(bench: Bench) -> None:
    report = bench.run(bound=0.01, seed=8)
    assert bounds(bench) == [0.05, 0.01]
    assert not any("stands" in note for note in report.warnings)
    bench.require_sound()


def test_until_the_test_set_is_used_the_last_plan_counts(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    text = (bench.root / "recipe.yaml").read_text()
    without = text.replace("plan: [{metric: macro_f1, at_least: 0.05}], ", "")
    assert without != text
    bench.run()  # to know the rows for which the exception is made
    bench.settle()
    pilot = without.replace("stage: explore", "stage: pilot").replace("seed: 7}", "seed: 9}")
    for _ in range(2):
        with pytest.raises(PolicyRefusal) as error:
            run_recipe(bench.root, parse_recipe(pilot), bench.desk)
        bench.settle()  # other rows, another exception
    assert error.value.reasons[0].startswith("plan-committed")
    # The advice is followed to the letter: a plan is written into the recipe, and run again.
    with pytest.raises(PolicyRefusal, match="'deploy' may not run"):
        bench.run(stage="pilot", seed=9, train_seed=9, bound=0.02)
    assert bench.entries().count(PLAN) == 3
    with bench.open() as workspace:
        split = workspace.index.latest("split")
        assert split is not None
        test = workspace.index.links(split.position, "subject")["test"]
        found = people.plan_for(workspace, test)
        assert found is not None
        assert found[1].predicate["bounds"] == [{"metric": "macro_f1", "at_least": 0.02}]
    assert bench.verify().result == "holds"


def test_every_setting_of_a_stage_is_plain_json_without_machine_paths(finished: Bench) -> None:
    recipe = parse_recipe((finished.root / "recipe.yaml").read_text())
    for step in STEPS:
        shown = repr(configuration_of(step.configure(recipe, Addition(finished.root))))
        assert str(finished.root) not in shown, step.stage


def test_a_ceiling_is_signed_in_the_second_shape_and_verifies(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    text = (bench.root / "recipe.yaml").read_text()
    both = "{metric: macro_f1, at_least: 0.05}, {metric: log_loss, at_most: 0.0001}"
    changed = text.replace("{metric: macro_f1, at_least: 0.05}", both)
    assert changed != text
    report = run_recipe(bench.root, parse_recipe(changed), bench.desk)
    assert bench.entries().count(PLAN_2) == 1
    assert bench.entries().count(PLAN) == 0
    assert [
        (one.metric, one.at_least, one.at_most, one.met) for one in report.evaluation.bounds
    ] == [
        ("macro_f1", 0.05, None, True),
        ("log_loss", None, 0.0001, False),
    ]
    bench.require_sound()
    again = run_recipe(bench.root, parse_recipe(changed), bench.desk)
    assert again.computed == ()
    assert again.notes == report.notes


def documents(bench: Bench, report: RunReport) -> set[bytes]:
    """Give the documents of a run's test rows."""
    with bench.open() as workspace:
        manifest = Digest.from_hex(report.evaluation.test)
        return {
            bytes(members[0])
            for batch in read_dataset(workspace.store, manifest, ())
            for members in batch.column(MEMBERS).to_pylist()
        }


@pytest.mark.slow  # seven runs; which opening counts is told below, from one
def test_each_different_evaluation_of_the_same_rows_is_an_attempt(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    first = bench.run().evaluation
    assert (first.attempt, bench.run().evaluation.attempt) == (1, 1)
    second = bench.run(train_seed=11).evaluation
    assert second.test == first.test
    assert second.attempt == 2
    # Back at the first settings nothing is new: the record is the one that was signed.
    report = bench.run()
    assert report.evaluation == first
    assert report.computed == ()
    third = bench.run(train_seed=12)
    assert third.evaluation.attempt == 3
    assert third.evaluation.openings == Openings(same=2, others=0, rows=0, unknown=0)
    moved = bench.run(seed=8)
    assert moved.evaluation.attempt == 1  # other test rows, of which some are the same
    opened = moved.evaluation.openings
    assert opened is not None
    assert (opened.same, opened.others, opened.unknown) == (0, 3, 0)
    assert opened.rows == len(documents(bench, moved) & documents(bench, third)) > 0
    # Run again it keeps what it said, though the log has grown.
    assert bench.run(seed=8).evaluation == moved.evaluation
    assert bench.run().evaluation == first
    bench.require_sound()


def test_an_evaluation_that_was_revoked_was_an_attempt_all_the_same(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    report = bench.run()
    test = report.fingerprints["test"]
    with bench.open() as workspace:
        entry = workspace.index.latest("evaluate")
        assert entry is not None
    with bench.pen() as pen:
        revoke(pen, entry.envelope, "wrong labels")

    def another(opening: Opening) -> Digest:
        return Digest.of(f"another evaluation, {opening}".encode())

    with bench.open() as workspace:
        rows = Digest.from_hex(report.evaluation.test)
        every = report.evaluation.rows + report.evaluation.without_label
        assert opening_of(workspace, rows, test, another) == Opening(same=1)
        assert opening_of(workspace, rows, "0" * 64, another) == Opening(others=1, rows=every)
        assert entry.content_key is not None
        same = Digest.from_hex(entry.content_key)
        assert opening_of(workspace, rows, test, lambda _: same) == Opening()
