"""The last lines of a run say what there is to say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.records.examples import EXAMPLES
from warrant.cli.progress import Lines, ended, lasted
from warrant.cli.run_report import lines
from warrant.flow.demo import Demo
from warrant.records.candidates import candidates_of
from warrant.records.evaluation import Bound, Cost, Evaluation
from warrant.records.reliance import Openings


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
        "2 files could not be read: 2 are damaged or of another kind (list and remedy: ",
        "This is an exploration: not for decisions.",
        "6 open questions: warrant card --ask",
        "Cost: $0.00, ",
        "Left this machine: nothing.",
    ):
        assert part in said


def test_a_figure_without_an_error_says_what_so_few_rows_may_hide(demo: Demo) -> None:
    found = demo.report.evaluation
    assert "one time in twenty" not in text(demo)
    whole = {"value": 1.0, "low": 1.0, "high": 1.0, "rows": 24}
    scores = tuple(one.model_copy(update=whole) for one in found.scores)
    said = text(demo, evaluation=found.model_copy(update={"scores": scores}))
    assert "All rows are right, as one time in twenty with 11.7 % of errors." in said
    grouped = {"method": "bootstrap-percentile-by-group"}
    scores = tuple(one.model_copy(update=grouped) for one in scores)
    changed = found.model_copy(update={"scores": scores})
    assert "one time in twenty" not in text(demo, evaluation=changed)
    six = changed.model_copy(update={"groups": 6})
    assert "one time in twenty with 39.3 % of errors." in text(demo, evaluation=six)


def test_a_model_no_better_than_one_answer_is_called_so(demo: Demo) -> None:
    assert "that floor" not in text(demo)
    assert "learnt nothing" not in text(demo)
    found = demo.report.evaluation
    floor = next(one.value for one in found.floor if one.metric == "macro_f1")
    assert floor is not None
    for value, low, said in (
        (floor, 0.0, "That is no better than always giving one answer: this model has learnt "
         "nothing of use. More rows or cleaner labels? warrant advise my-model\n"),
        (floor + 0.1, floor, "On so few rows it is not sure that the model is better than that "
         "floor.\n"),
    ):  # fmt: skip
        scores = tuple(
            one.model_copy(update={"value": value, "low": low}) if one.metric == "macro_f1" else one
            for one in found.scores
        )
        changed = found.model_copy(update={"scores": scores})
        assert said in text(demo, "my-model", evaluation=changed)


def test_tasks_without_advice_are_not_sent_to_it(demo: Demo) -> None:
    found = demo.report.evaluation
    scores = tuple(one.model_copy(update={"value": 0.0, "low": 0.0}) for one in found.scores)
    written = found.model_copy(update={"scores": scores, "task": "regression"})
    assert "Get more rows, train longer, or write another tier under train:." in text(
        demo, evaluation=written, expected=("macro_f1", 0.7, 0.6)
    )
    assert "warrant advise" not in text(demo, evaluation=written, expected=("macro_f1", 0.7, 0.6))


def test_warnings_are_no_guardrails(demo: Demo) -> None:
    said = text(demo, warnings=("5 training rows have no text. Drop them while curating.",))
    assert "\n5 training rows have no text. Drop them while curating.\n" in said
    assert "did not say yes" not in text(demo, notes=(), warnings=("Much is cut off.",))


def test_what_errors_cost_is_said_beside_the_other_ways_to_answer(demo: Demo) -> None:
    assert "Errors cost" not in text(demo)
    found = demo.report.evaluation.scores[0]
    score = found.model_copy(update={"value": 2600.4, "low": 2400.0, "high": 2800.0})
    cost = Cost(model=score, without_thresholds=None, no_model=3000.0, all_reviewed=None)
    evaluation = demo.report.evaluation.model_copy(update={"cost": cost})
    said = text(demo, evaluation=evaluation)
    assert "Errors cost 2,600 [2,400, 2,800] per 1,000 rows; 3,000 without a model.\n" in said
    more = {"without_thresholds": score.model_copy(update={"value": 6700.0}), "all_reviewed": 5e3}
    evaluation = evaluation.model_copy(update={"cost": cost.model_copy(update=more)})
    assert (
        "per 1,000 rows; 6,700 without thresholds, 3,000 without a model, 5,000 if a person looks "
        "at every row.\n"
    ) in text(demo, evaluation=evaluation)


def test_the_path_stands_in_every_command(demo: Demo) -> None:
    said = text(demo, "my-model")
    assert "warrant status my-model --drops" in said
    assert "warrant card my-model --ask" in said


def test_what_left_and_what_was_not_reached_is_said(demo: Demo) -> None:
    bounds = (
        Bound(metric="macro_f1", at_least=0.99, at_most=None, value=0.5, met=False),
        Bound(metric="mae", at_least=None, at_most=2, value=None, met=False),
    )
    evaluation = demo.report.evaluation.model_copy(update={"bounds": bounds})
    said = text(
        demo,
        evaluation=evaluation,
        left=(("hub.example", 1200, "weights"),),
        stage_of_use="pilot",
        expected=None,
        open_questions=(),
        notes=(),
        dropped={},
        unread_problems=(),
    )
    assert "Left this machine: 1,200 bytes to hub.example (weights)." in said
    assert "Not reached: Macro-F1 at least 0.99 was planned, found 0.50." in said
    assert "Mean absolute error at most 2.00 was planned, found not measured." in said
    assert "Stage of use: pilot. No open question." in said
    assert "Expected" not in said
    assert "; 0 dropped." in said


def test_rows_that_were_looked_at_before_are_not_called_new(demo: Demo) -> None:
    for attempt, said in ((2, "looked at once before."), (4, "looked at 3 times before.")):
        changed = demo.report.evaluation.model_copy(update={"attempt": attempt})
        assert f"test rows that were {said[:-1]} (run {attempt} of {attempt})." in text(
            demo, evaluation=changed
        )
        assert "never used before" not in text(demo, evaluation=changed)


def test_rows_that_other_test_sets_had_are_not_called_new(demo: Demo) -> None:
    assert demo.report.evaluation.openings == Openings(same=0, others=0, rows=0, unknown=0)
    opened = Openings(same=0, others=2, rows=7, unknown=0)
    said = text(demo, evaluation=demo.report.evaluation.model_copy(update={"openings": opened}))
    assert " test rows; 7 of them from documents of other test sets, in 2 earlier eval" in said
    assert "never used before" not in said
    gone = Openings(same=0, others=0, rows=0, unknown=1)
    said = text(demo, evaluation=demo.report.evaluation.model_copy(update={"openings": gone}))
    assert "never used before; 1 earlier evaluation of rows that are gone." in said


def test_what_was_promised_and_where_it_is_weak_are_said(demo: Demo) -> None:
    record = EXAMPLES["evaluation"]
    assert isinstance(record, Evaluation)
    parts = ("covered", "selective", "weak")
    shown = demo.report.evaluation.model_copy(update={one: getattr(record, one) for one in parts})
    said = text(demo, evaluation=shown)
    assert (
        "Sets that shall hold the truth 90% of the time hold it 92.5% [84.4%, 97.2%]: sets of 1.30 "
        "labels on average."
    ) in said
    assert (
        "With at most 10.0% wrong answers stated, 52 of 80 test rows are answered, 3 of them wrong "
        "(5.8% [1.2%, 16.0%]); a person decides the rest."
    ) in said
    assert (
        "Worse where length of text '1,200 to 9,800' and contract_type 'lease' (31 rows): share of "
        "wrong answers 0.55, elsewhere 0.18 (corrected p 0.004)."
    ) in said
    assert shown.selective is not None
    none = shown.selective.model_copy(update={"threshold": None})
    said = text(demo, evaluation=shown.model_copy(update={"selective": none}))
    assert (
        "No threshold on 60 validation rows promises at most 10.0% wrong answers: every row is "
        "left to a person."
    ) in said


def test_tiers_that_were_held_against_each_other_are_said(demo: Demo) -> None:
    told: dict[str, float | str] = {
        "candidates": "linear, trees, encoder",
        "candidate_chosen": "linear",
        "candidate: linear": "the cheapest",
        "candidate_value: linear": 0.61,
        "candidate_cpu_s: linear": 1.5,
        "candidate: trees": "not better by the margin",
        "candidate_against: trees": "linear",
        "candidate_value: trees": 0.62,
        "candidate_cpu_s: trees": 12.25,
        "candidate_difference: trees": 0.01,
        "candidate_low: trees": -0.02,
        "candidate_high: trees": 0.04,
        "candidate_p: trees": 0.41,
        "candidate: encoder": "not trained: it reads no text",
    }
    said = text(demo, candidates=candidates_of(told), cpu_ms_per_row=0.25)
    assert "Tier linear, 0.610 on validation rows (1.5 CPU s): the cheapest, kept." in said
    assert (
        "Tier trees, 0.620 on validation rows (12.2 CPU s): +0.010 [-0.020, +0.040] against "
        "linear, p 0.410: not better by the margin."
    ) in said
    assert "Tier encoder: not trained: it reads no text." in said
    assert said.index("Tier linear") < said.index("Tier trees") < said.index("Tier encoder")
    assert "An answer takes 0.25 CPU ms, measured on the test rows." in said
    assert "Tier " not in text(demo)


def test_a_label_without_a_test_row_is_named(demo: Demo) -> None:
    first, *others = demo.report.evaluation.labels
    gone = first.model_copy(update={"label": "notice", "support": 0})
    changed = {"labels": (gone, *others), "rows": 6}
    said = text(demo, evaluation=demo.report.evaluation.model_copy(update=changed))
    assert "Not tested: notice (no row among 6)." in said
    many = tuple(gone.model_copy(update={"label": f"k{at}"}) for at in range(12))
    said = text(demo, evaluation=demo.report.evaluation.model_copy(update={"labels": many}))
    assert "k8, k9 and 2 more (no row among" in said
    assert "Not tested" not in text(demo)


def test_rows_that_nobody_meant_are_said(demo: Demo) -> None:
    said = text(demo, without_text=30, tables_beside_documents=1, copies_with_another_label=2)
    assert "1 table beside the documents of a source with a sheet: each record was read" in said
    assert "30 rows had no text: left out." in said
    assert "2 rows with the text of an earlier row and not its label: both stay." in said
    for words in ("had no text", "beside the documents", "not its label"):
        assert words not in text(demo, without_text=0)


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


@pytest.mark.parametrize(
    ("files", "rows", "said"),
    [
        (2, 1, "2 files have no line in the sheet; 1 line of the sheet names no file: warrant "),
        (1, 0, "1 file has no line in the sheet: warrant status --drops names them."),
        (0, 7, "7 lines of the sheet name no file: warrant status --drops names them."),
    ],
)
def test_what_does_not_fit_between_sheet_and_files_is_said(
    demo: Demo, files: int, rows: int, said: str
) -> None:
    assert said in text(demo, files_without_line=files, lines_without_file=rows)
    assert "of the sheet" not in text(demo, files_without_line=0, lines_without_file=0)


def test_what_could_not_be_read_is_told_by_problem(demo: Demo) -> None:
    said = text(
        demo,
        unread_problems=((37, "are scans"), (4, "are encrypted")),
        unread_records=((1, "is no JSON object"),),
        unread_parts=((7, "pages without text"), (1, "attachment")),
    )
    assert (
        "41 files could not be read: 37 are scans (list and remedy: unread.csv), 4 are encrypted."
        in said
    )
    assert "1 record could not be read: 1 is no JSON object." in said
    assert "Missing from files that were read: 7 pages without text and 1 attachment." in said
    said = text(demo, unread_problems=(), unread_parts=((2, "attachments"),))
    assert "Missing from files that were read: 2 attachments (list and remedy: unread.csv)." in said
    assert "could not be read" not in said


def test_cells_that_are_no_number_or_date_are_told_with_the_form_that_is(demo: Demo) -> None:
    said = text(demo, unreadable_cells=(("paid", "number", 3), ("due", "date", 1)))
    assert (
        "cells of 'paid' could not be read as a number and count as unknown: write digits" in said
    )
    assert "cells of 'due' could not be read as a date and count as unknown: write YYYY-MM" in said
    assert "count as unknown" not in text(demo, unreadable_cells=())
