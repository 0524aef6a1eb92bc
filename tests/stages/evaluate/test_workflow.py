"""Rules over the ordered answers of a case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stages.bench import Whole
from tests.stages.evaluate.test_evaluate import CONFIG, evaluation_of, measure
from warrant.errors import InputError
from warrant.stages.evaluate import WorkflowConfig
from warrant.stages.evaluate.workflow import (
    Steps,
    cases_of,
    compile_rule,
    first_break,
    judge_rules,
)

DENIED = '!(earlier.contains("|denied|") && answer == "paid")'


def test_a_rule_holds_until_an_answer_contradicts_an_earlier_one() -> None:
    rule = compile_rule("denied", DENIED)
    assert first_break(rule, ["open", "denied", "denied"]) is None
    assert first_break(rule, ["denied", "open", "paid"]) == 2
    assert first_break(rule, ["paid", "denied"]) is None
    assert first_break(rule, ["predenied", "paid"]) is None


def test_a_rule_may_ask_the_step_before_and_the_number_of_the_step() -> None:
    first = compile_rule("first", 'step > 1 || answer == "open"')
    assert first_break(first, ["open", "paid"]) is None
    assert first_break(first, ["paid"]) == 0
    settled = compile_rule("settled", 'step < steps || previous == "authorised"')
    assert first_break(settled, ["open", "authorised", "settled"]) is None
    assert first_break(settled, ["open", "settled"]) == 1


def test_an_error_breaks_a_case() -> None:
    rule = compile_rule("error", "10 / (step - 1) > 0")
    assert first_break(rule, ["a"]) == 0


@pytest.mark.parametrize(
    ("ok", "message"),
    [
        ("answer", "workflow rule 'r': the rule gives STRING, not BOOL."),
        ("step == answer", "workflow rule 'r': the rule is not valid CEL"),
        ("next == 'a'", "workflow rule 'r': the rule is not valid CEL"),
    ],
)
def test_what_is_no_rule_is_refused(ok: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        compile_rule("r", ok)
    assert message in refused.value.what


def test_rows_of_a_case_are_put_in_order() -> None:
    keys = ["b", "a", "b", None, "a", "c", "b"]
    assert cases_of(keys, [10, "2024-02-01", 9, 1, "2024-01-31", 0, None], range(7)) == [
        [6, 2, 0],
        [4, 1],
    ]


def test_rows_without_an_order_stay_as_they_stand() -> None:
    assert cases_of(["a", "a", "a"], [None] * 3, [5, 3, 9]) == [[1, 0, 2]]


def test_a_broken_case_is_told_by_its_row_and_whether_its_labels_break_it_too() -> None:
    cases = [
        Steps((4, 7), ("denied", "paid"), ("open", "paid")),
        Steps((9, 2), ("denied", "paid"), ("denied", "paid")),
        Steps((1, 3), ("open", "paid"), ("open", "paid")),
    ]
    (found,) = judge_rules(CONFIG, [WorkflowConfig("denied", DENIED)], cases)
    assert (found.cases, found.broken, found.broken_in_truth) == (3, 2, 1)
    assert found.offenders == (7, 2)
    assert found.kept == pytest.approx(1 / 3)
    assert found.broken_at_most is not None
    assert found.broken_at_most > 2 / 3


def test_answers_of_a_model_are_judged_case_by_case(whole: Whole) -> None:
    rows: list[dict[str, str | None]] = [
        {"text": f"Rent {at}.", "contract_type": "lease", "governing_law": f"case {at // 2}"}
        for at in range(6)
    ]
    config = replace(
        CONFIG,
        workflow=(WorkflowConfig("one-step", "step == 1"), WorkflowConfig("any", "steps == 2")),
        case="governing_law",
    )
    found = evaluation_of(whole, measure(whole, rows, config, "workflow")).workflow
    assert [(one.cases, one.broken, one.broken_in_truth) for one in found] == [(3, 3, 3), (3, 0, 0)]
    assert found[0].offenders == (1, 3, 5)


def test_without_a_case_nothing_was_kept(whole: Whole) -> None:
    rows: list[dict[str, str | None]] = [{"text": "Rent.", "contract_type": "lease"}] * 2
    config = replace(CONFIG, workflow=(WorkflowConfig("any", "step == 1"),))
    (found,) = evaluation_of(whole, measure(whole, rows, config, "no-case-column")).workflow
    assert (found.cases, found.kept, found.broken_at_most) == (0, None, None)


def test_an_order_that_only_looks_like_a_number_sorts_as_text() -> None:
    assert cases_of(["a", "a", "a"], ["²", "10", "9"], [0, 1, 2]) == [[2, 1, 0]]
