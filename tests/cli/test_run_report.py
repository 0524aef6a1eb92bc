"""The last lines of a run say what there is to say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from warrant.cli.progress import Lines, ended, lasted
from warrant.cli.run_report import lines
from warrant.flow.demo import Demo
from warrant.records.evaluation import Bound


def text(demo: Demo, path: str = ".", **changes: object) -> str:
    report = replace(demo.report, **changes)  # type: ignore[arg-type]
    return "\n".join(lines(report, Path(path)))


def test_the_lines_of_an_exploration(demo: Demo) -> None:
    said = text(demo)
    assert said.startswith("Trained contracts-demo on ")
    for part in (
        " from 1 source; ",
        "(why: warrant status --drops).",
        "Macro-F1 0.",
        " never used before. Floor without a model: 0.",
        "Expected: 0.70 (you said 60 % sure).",
        "2 files could not be read",
        "This is an exploration: not for decisions.",
        "6 open questions: warrant card --ask",
        "Cost: $0.00, ",
        "Left this machine: nothing.",
    ):
        assert part in said


def test_the_path_stands_in_every_command(demo: Demo) -> None:
    said = text(demo, "my-model")
    assert "warrant status my-model --drops" in said
    assert "warrant card my-model --ask" in said


def test_what_left_and_what_was_not_reached_is_said(demo: Demo) -> None:
    bound = Bound(metric="macro_f1", at_least=0.99, value=0.5, met=False)
    evaluation = demo.report.evaluation.model_copy(update={"bounds": (bound,)})
    said = text(
        demo,
        evaluation=evaluation,
        left=(("hub.example", 1200, "weights"),),
        stage_of_use="pilot",
        expected=None,
        open_questions=(),
        notes=(),
        dropped={},
        unread=0,
    )
    assert "Left this machine: 1,200 bytes to hub.example (weights)." in said
    assert "Not reached: Macro-F1 at least 0.99 was planned, found 0.50." in said
    assert "Stage of use: pilot. No open question." in said
    assert "Expected" not in said
    assert "; 0 dropped." in said


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.44, "0.4 s"), (12.3, "12 s"), (60, "1 min"), (185, "3 min"), (7500, "2 h 5 min")],
)
def test_spans_of_time_are_short(seconds: float, shown: str) -> None:
    assert lasted(seconds) == shown


def test_a_step_is_one_line_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    told = Lines()
    told.step("ingest", "started")
    told.progress(3, 3, "files")
    told.step("ingest", "done")
    told.step("curate", "kept")
    told.note("Somebody else writes.")
    assert told.finished == ["ingest", "curate"]
    first, second, third = capsys.readouterr().err.splitlines()
    assert first.split() == ["ingest", "3", "files", "0.0", "s"]
    assert second == ended("curate", "kept", "", 0)
    assert third == "Somebody else writes."
