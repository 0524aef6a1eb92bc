"""docs/results.md is what the program of the recipes would write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recipes.__main__ import PAGE, main
from recipes.page import judge, renew_page, write_page
from recipes.ready import READY, Goal, Ready
from tests.outside import ROOT

READY_ONE = Ready(
    recipe="finance/banking77.yaml",
    title="Queries",
    task="one of two intents",
    data="ten queries, invented",
    division="half of them",
    metrics=("macro_f1", "log_loss"),
    goals=(Goal("macro_f1", at_least=0.9), Goal("train_cpu_s", at_most=3)),
    remarks="Invented for a test.",
)


def found(**changes: object) -> dict[str, Any]:
    return {
        "name": "banking77",
        "scores": {"macro_f1": (0.85, 0.8, 0.9), "log_loss": (12.5, 11, 14)},
        "floor": {"macro_f1": 0.1},
        "bounds": [("macro_f1", 0.8, None, True)],
        "convention": "plain",
        "tier": "linear",
        "labels": 2,
        "rows_trained": 7506,
        "rows_tested": 1998,
        "train_cpu_s": 2.94,
        "whole_cpu_s": 7.31,
        "model_bytes": 3_456_789,
        "row_ms": 1.23,
        "row_ms_95": 4.56,
        "libraries": {"numpy": "2.4.6", "warrant-ml:linear": "0.1.0"},
        "warrant": "0.1.0",
        "python": "3.11.7",
        **changes,
    }


def test_a_section_says_what_was_measured_and_whether_goals_are_met() -> None:
    page = write_page([(READY_ONE, found())], "2026-11-29", [])
    for line in (
        "| Queries | Macro-F1 | 0.850 [0.800, 0.900] | 0.100 | 2 of 3 | 2.9 | 7.3 | 1.2 | 3,457 |",
        "- **Rows**: 7,506 learnt from, 1,998 measured on",
        "- **Cost**: 2.9 CPU s of training, 7.3 in all; one row 1.2 ms, 95 of 100 below 4.6; "
        "model 3,457 KB",
        "- **Goal**: Macro-F1 at least 0.8: met",
        "- **Goal**: Macro-F1 at least 0.9: **missed**",
        "- **Goal**: CPU seconds of training at most 3: met",
        "| Log loss | 12 [11, 14] | not measured |",
        "Invented for a test.",
        "2026-11-29: Warrant 0.1.0, Python 3.11.7, numpy 2.4.6.",
    ):
        assert line in page.splitlines(), line


def test_a_plain_peer_stands_beside_in_one_table_with_its_cost() -> None:
    peer = {"scores": {"macro_f1": 0.7}, "train_cpu_s": 0.3, "row_ms": 0.44}
    page = write_page([(READY_ONE, found(tfidf=peer))], "2026-11-29", [])
    line = "| Queries | Macro-F1 | 0.850 [0.800, 0.900] | 0.700 | 2.9 | 0.3 | 1.2 | 0.4 |"
    assert line in page.splitlines()
    assert "plain peer" not in write_page([(READY_ONE, found())], "2026-11-29", [])


def test_a_peer_by_hand_is_a_goal() -> None:
    ready = next(one for one in READY if one.by_hand and one.metrics[0] == "roc_auc")
    hospitals = found(scores={"roc_auc": (0.81, 0.8, 0.82)}, bounds=[], by_hand=0.815)
    (goal,) = judge(ready, hospitals)
    assert goal.met
    assert goal.words.endswith("0.01 below the peer by hand, which has 0.815")
    (goal,) = judge(ready, {**hospitals, "by_hand": 0.83})
    assert not goal.met


def test_a_test_set_that_was_opened_once_is_told_with_its_place_in_the_log() -> None:
    opened = {
        "name": "banking77",
        "date": "2026-11-30",
        "rows_tested": 3080,
        "entry": 12,
        "statement": "ab" * 32,
        "scores": {"accuracy": (0.9, 0.89, 0.91)},
        "floor": {"accuracy": 0.013},
    }
    page = write_page([(READY_ONE, found())], "2026-11-30", [opened])
    assert "**Test set, opened once** on 2026-11-30" in page
    assert "3,080 rows. The opening is entry 12 of the log" in page
    assert "| Accuracy | 0.900 [0.890, 0.910] | 0.013 |" in page


def test_some_sections_are_renewed_and_the_others_stay() -> None:
    test = {
        "name": "negation", "expect": "changes", "made": 71, "pass_rate": 0.113,
        "failing_at_most": 0.943, "why_none": None,
    }  # fmt: skip
    idle = {"name": "dose", "expect": "same", "made": 0, "why_none": "no row holds a dose"}
    other = replace(READY_ONE, title="Another one")
    page = write_page([(READY_ONE, found()), (other, found())], "2026-11-29", [])
    again = {**found(), "failure_tests": [test, idle]}
    for _ in range(2):
        page = renew_page(page, [(other, again)], "2026-11-30", [])
    assert page.count("| negation | changes | 71 | 0.113 | 0.943 |") == 1
    assert page.count("Without a case: dose (no row holds a dose).") == 1
    assert page.index("## Another one") < page.index("| negation |")
    assert page.count("Measured apart, 2026-11-30: Another one.") == 1
    assert page.count(f"| {READY_ONE.title} |") == 1


def test_a_recipe_that_is_new_gets_its_section_behind_the_one_before_it() -> None:
    first, new, last = (replace(one, metrics=("macro_f1",), goals=()) for one in READY[:3])
    page = write_page([(first, found()), (last, found())], "2026-11-29", [])
    page = renew_page(page, [(new, found())], "2026-11-30", [])
    titles = [f"## {one.title}\n" for one in (first, new, last)]
    assert sorted(titles, key=page.index) == titles
    lines = [f"| {one.title} |" for one in (first, new, last)]
    assert sorted(lines, key=page.index) == lines
    assert new.remarks in page
    again = renew_page(page, [(new, found())], "2026-11-30", [])
    assert again == page


def test_every_recipe_is_run_and_has_its_section() -> None:
    files = {
        path.relative_to(ROOT / "recipes").as_posix() for path in ROOT.glob("recipes/*/*.yaml")
    }
    run_elsewhere = {name for name in files if name.startswith("lexglue/")}  # data of the hub
    assert files - run_elsewhere == {one.recipe for one in READY}
    page = PAGE.read_text("utf-8")
    for one in READY:
        assert f"## {one.title}\n" in page
        assert one.remarks in page


def test_absent_data_and_unknown_recipes_are_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.argv", ["recipes", "fomc", "--data", str(tmp_path)])
    assert main() == 2
    assert "No 'fomc/train.parquet' below" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["recipes", "fomcc"])
    with pytest.raises(SystemExit):
        main()
    assert "no recipe 'fomcc'; there are: cuad-contract-types" in capsys.readouterr().err
