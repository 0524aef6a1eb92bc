"""Failure tests: what each makes of hand-written rows, and what it refuses."""

from __future__ import annotations

from random import Random

import pytest

from tests.stages.evaluate import golden_failures
from warrant.errors import InputError
from warrant.stages.evaluate.failure_test import (
    FAILURE_TESTS,
    Row,
    Writing,
    is_about,
    make_test,
    require_expectation,
)
from warrant.testing import check_failure_test

USED = [one for one in golden_failures.EXAMPLES if one.rows]


def test_each_test_changes_hand_written_rows_as_the_page_shows() -> None:
    again = "read the difference, then: python -m tasks golden failures"
    assert golden_failures.text() == golden_failures.GOLDEN.read_text("utf-8"), again


def test_every_test_on_offer_stands_on_the_page() -> None:
    assert {one.test for one in golden_failures.EXAMPLES} == set(FAILURE_TESTS.builtin)


@pytest.mark.parametrize("example", USED, ids=lambda one: one.test)
def test_every_test_keeps_its_promises(example: golden_failures.Example) -> None:
    rows = [Row(cells, ("a",), example.spans) for cells in example.rows]
    check_failure_test(lambda: make_test(example.test, example.column, example.settings), rows)


def test_a_test_that_tells_the_text_of_a_row_does_not_pass_the_suite() -> None:
    class Telling:
        safe = None
        why_none = "no row"

        def change(self, row: Row, draw: Random) -> object:
            del draw
            from warrant.stages.evaluate.failure_test import Change

            return Change({"text": "other"}, f"it said {row.cells['text']}")

    rows = [Row({"text": "The patient was born in March."}, ())]
    with pytest.raises(AssertionError, match="it tells no text of the row"):
        check_failure_test(Telling, rows)  # type: ignore[arg-type]


def test_a_test_with_cases_of_its_own_needs_no_row() -> None:
    test = make_test("templates", "text", {"words": [["You may.", "You may not."]]})
    assert isinstance(test, Writing)
    (case,) = test.cases()
    assert (case.before, case.cells) == ({"text": "You may."}, {"text": "You may not."})
    assert test.change(Row({"text": "x"}, ()), Random(1)) is None


def test_a_number_in_a_date_a_year_or_a_section_is_no_quantity() -> None:
    test = make_test("numbers", "text", {})
    for text in ("Section 4.2 of 2024", "March 5, 2024", "§ 12", "0 days", "on 2024-03-05"):
        assert test.change(Row({"text": text}, ()), Random(1)) is None


def test_tests_say_which_columns_they_change() -> None:
    assert [is_about(name) for name in ("typos", "reversal", "swap_values")] == [
        "text",
        "number",
        "category",
    ]


@pytest.mark.parametrize(
    ("test", "settings", "message"),
    [
        ("negation", {"wrods": []}, "The failure test 'negation' has no setting 'wrods'."),
        ("below_limit", {}, "The failure test 'below_limit' needs 'limit'."),
        ("missed_terms", {}, "The failure test 'missed_terms' needs 'words'."),
        ("negation", {"words": [["a"]]}, "The failure test 'negation': entry 1 of its words is no"),
        ("roles", {"words": [["a", "A"]]}, "The failure test 'roles': entry 1 of its words is no"),
        ("jurisdiction", {"words": ["Ohio"]}, "needs at least 2 different words, got 1."),
        ("boilerplate", {"words": [" "]}, "entry 1 of its words is no text."),
        ("boilerplate", {"at": "top"}, "cannot put a sentence at 'top'."),
        ("case", {"to": "title"}, "The failure test 'case' cannot write a text in 'title'."),
        ("typos", {"share": 0}, "The failure test 'typos' changes a share of 0 of the words."),
        ("numbers", {"times": 1}, "'numbers' multiplies by 1, which changes nothing or all."),
        ("numbers", {"kind": "ratio"}, "The failure test 'numbers' knows no kind 'ratio'."),
        ("date_shift", {"days": 0.5}, "needs a whole number of days other than 0."),
        ("below_limit", {"limit": 5, "by": 7}, "has the limit 5 and goes 7 below it."),
        ("scaled", {"times": 0}, "'scaled' multiplies by 0, which changes nothing or all."),
        ("moved", {}, "The failure test 'moved' moves nothing."),
        ("swap_words", {"words": ["one"]}, "'swap_words' needs at least 2 different words, got 1."),
        ("units", {"words": [["mg", "g"]]}, "entry 1 of its words is not two units and a factor."),
        ("units", {"words": [["mg", "g", "x"]]}, "entry 1 of its words has no factor."),
    ],
)
def test_a_wrong_setting_is_refused(test: str, settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as refused:
        make_test(test, "text", settings)
    assert message in refused.value.what
    assert refused.value.do


def test_what_is_no_expectation_is_refused() -> None:
    for said in ("same", "changes", "becomes yes", "rises a b", "falls x", "cites only known"):
        assert require_expectation(said, "recipe.yaml") == said
    with pytest.raises(InputError, match=r"recipe\.yaml: 'becomes' is nothing that can be"):
        require_expectation("becomes", "recipe.yaml")
