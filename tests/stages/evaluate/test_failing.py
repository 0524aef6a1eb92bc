"""Failure tests run on a real model: cases, rates with bounds, and what the record may say."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.stages.bench import Whole
from tests.stages.evaluate.test_evaluate import CONFIG, evaluation_of, measure
from warrant.errors import InputError
from warrant.models import VALUE, InputColumn, Predictions
from warrant.models.examples import Examples
from warrant.models.model import Columns
from warrant.records.failure_test import FailureTest
from warrant.stages.evaluate import FailureTestConfig, PlannedBound
from warrant.stages.evaluate.expected import Answer, meets
from warrant.stages.evaluate.failing import Subjects, try_all
from warrant.stages.evaluate.figures import Failing, compare

ROWS: list[dict[str, str | None]] = [
    {
        "text": f"The tenant shall pay rent for flat {number}.",
        "contract_type": "lease",
        "governing_law": "DE",
    }
    for number in range(8)
]
SAME = FailureTestConfig("typos", "typos")


def tried(
    whole: Whole, name: str, *tests: FailureTestConfig, cases: int = 500
) -> list[FailureTest]:
    config = replace(CONFIG, failure_tests=tests, failure_cases=cases)
    return list(evaluation_of(whole, measure(whole, ROWS, config, name)).failure_tests)


def test_cases_are_counted_and_bounded(whole: Whole) -> None:
    (found,) = tried(whole, "counted", SAME)
    assert (found.rows, found.made, found.expect, found.chosen_by) == (8, 8, "same", "warrant")
    assert found.pass_rate == found.passed / 8
    assert found.failing_at_most is not None
    assert found.failing_at_most > 1 - found.pass_rate


def test_all_passed_of_eight_leaves_a_third_of_failures_possible(whole: Whole) -> None:
    labels = evaluation_of(whole, measure(whole, ROWS, CONFIG, "answers")).labels
    (answered,) = [line.label for line in labels if line.predicted == 8]
    test = FailureTestConfig("boilerplate", "b", f"becomes {answered}")
    (found,) = tried(whole, "all-passed", test)
    assert found.passed == 8
    assert found.failing_at_most == pytest.approx(1 - 0.05 ** (1 / 8))


def test_what_cannot_be_changed_or_judged_makes_no_case_and_says_why(whole: Whole) -> None:
    found = tried(
        whole,
        "no-case",
        FailureTestConfig("dose", "dose", "changes"),
        FailureTestConfig("negation", "unsaid", None, "domain"),
        FailureTestConfig("typos", "stranger", "becomes deed"),
        FailureTestConfig("reversal", "table", "same"),
        FailureTestConfig("invented_citation", "written", "cites only known"),
    )
    assert [(one.made, one.pass_rate, one.why_none) for one in found] == [
        (0, None, "no row holds a dose"),
        (0, None, "nobody said what should come of it"),
        (0, None, "the model has no label 'deed'"),
        (0, None, "the model reads no such number column"),
        (0, None, "the model writes no text"),
    ]
    assert found[1].expect == "not said"


def test_the_same_seed_gives_the_same_cases_and_fewer_rows_are_drawn(whole: Whole) -> None:
    first = tried(whole, "seed-1", SAME, cases=3)
    assert first == tried(whole, "seed-2", SAME, cases=3)
    assert first[0].rows == 3


def test_rows_of_one_label_alone(whole: Whole) -> None:
    found = tried(whole, "labels", replace(SAME, labels=("deed",)))
    assert (found[0].rows, found[0].made) == (0, 0)


def test_the_record_holds_no_text_of_a_row(whole: Whole) -> None:
    config = replace(CONFIG, failure_tests=(SAME, FailureTestConfig("negation", "n", "changes")))
    data = evaluation_of(whole, measure(whole, ROWS, config, "no-text")).to_bytes()
    assert b"'shall' became 'shall not'" in data
    assert b"tenant" not in data
    assert b"flat" not in data


def test_the_claim_names_the_failure_tests(whole: Whole) -> None:
    result = measure(whole, ROWS, replace(CONFIG, failure_tests=(SAME,)), "claim")
    assert "warrant-ml:typos" in [one.name for one in result.claim.plugins]


def test_texts_of_a_domain_need_no_row(whole: Whole) -> None:
    words = [["The tenant shall pay rent.", "The tenant shall pay the rent."]]
    own = FailureTestConfig("templates", "own", "same", settings={"words": words})
    (found,) = tried(whole, "templates", own)
    assert (found.made, found.examples[0].change) == (1, "pair 1 of the domain's own texts")


def test_a_wrong_setting_is_refused(whole: Whole) -> None:
    with pytest.raises(InputError, match="The failure test 'typos' has no setting 'part'"):
        tried(whole, "wrong", replace(SAME, settings={"part": 1}))


def test_expectations_mean_what_they_say() -> None:
    first = Answer(("a",), {"a": 0.6, "b": 0.4})
    second = Answer(("b",), {"a": 0.3, "b": 0.7})
    held = {
        said: (meets(said, first, first), meets(said, first, second))
        for said in ("same", "changes", "becomes b", "rises b", "falls b")
    }
    assert held == {
        "same": (True, False),
        "changes": (False, True),
        "becomes b": (False, True),
        "rises b": (False, True),
        "falls b": (False, False),
    }


def test_a_number_may_move_as_far_as_was_said() -> None:
    first, second = Answer((), {VALUE: 10.0}), Answer((), {VALUE: 10.5})
    assert not meets("same", first, second)
    assert meets("same", first, second, within=0.5)
    assert meets("changes", first, second)
    assert meets("rises value", first, second)


def test_a_plan_bounds_a_failure_test_and_one_without_a_case_is_not_met(whole: Whole) -> None:
    ran, none = tried(whole, "bounds", SAME, FailureTestConfig("dose", "dose", "same"))
    bounds = (
        PlannedBound("failure_test: typos", at_least=0.0),
        PlannedBound("failure_test: dose", at_least=0.0),
    )
    lines = compare((), Failing((ran, none)), replace(CONFIG, bounds=bounds))
    assert [(line.value, line.met) for line in lines] == [(ran.pass_rate, True), (None, False)]


@dataclass(frozen=True)
class Ruler:
    """Answers with the length of a text."""

    task = "regression"
    labels: tuple[str, ...] = ()
    inputs = ("text",)
    reads = (InputColumn("text"),)

    def predict(self, columns: Columns) -> Predictions:
        lengths = np.array([float(len(str(cell))) for cell in columns["text"]])
        nothing = np.zeros((len(lengths), 0))
        return Predictions((), nothing, nothing.astype(np.bool_), lengths)


def test_a_number_is_not_judged_where_nobody_said_how_far_it_may_move() -> None:
    rows = Examples({"text": ["It rains."]}, [("9",)], [0], [b"1"])
    model = Ruler()
    subjects = Subjects(model, rows, model.predict(rows.columns))  # type: ignore[arg-type]
    asked = (
        FailureTestConfig("boilerplate", "exact", "same"),
        FailureTestConfig("boilerplate", "any", "changes"),
        FailureTestConfig("boilerplate", "wide", "same", within=90.0),
        FailureTestConfig("boilerplate", "up", "rises value"),
    )
    found = [one.record for one in try_all(subjects, replace(CONFIG, failure_tests=asked))]
    assert [one.made for one in found] == [0, 0, 1, 1]
    why = "nobody said how far a number may move and still be the same (within)"
    assert [one.why_none for one in found[:2]] == [why, why]
    assert [one.passed for one in found[2:]] == [1, 1]
