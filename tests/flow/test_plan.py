"""The evaluation plan stands before the result, and nobody moves the bar afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.bench import Bench, make_bench
from warrant.errors import PolicyRefusal
from warrant.flow import people
from warrant.flow.plan import STEPS, Addition, configuration_of
from warrant.flow.recipe import parse_recipe
from warrant.kernel.statement import PLAN


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
        for note in report.notes
    )
    assert [bound.at_least for bound in report.evaluation.bounds] == [0.05]


def test_another_test_set_takes_another_plan(bench: Bench) -> None:
    report = bench.run(bound=0.01, seed=8)
    assert bounds(bench) == [0.05, 0.01]
    assert not any("stands" in note for note in report.notes)
    bench.require_sound()


def test_until_the_test_set_is_used_the_last_plan_counts(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    text = (bench.root / "recipe.yaml").read_text()
    without = text.replace("plan: [{metric: macro_f1, at_least: 0.05}], ", "")
    assert without != text
    from warrant.flow.job import run_recipe

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
