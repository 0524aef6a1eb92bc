"""A corpus of beginner's mistakes: each is refused in words, and the words help when followed."""

from __future__ import annotations

import pytest

from tests.drawing import nothing_new_is_drawn as nothing_new_is_drawn
from tests.mistakes import cases_after, cases_data, cases_new, cases_recipe
from tests.mistakes.case import CASES, Case
from tests.mistakes.desk import Desk, type_words
from tests.mistakes.follow import StuckError, follow, told_by
from tests.mistakes.seat import desk_of_template as desk_of_template
from tests.mistakes.seat import template_of_module as template_of_module

PARTS = (cases_new, cases_recipe, cases_data, cases_after)
FEWEST = 60
MOST_SHARE = 5 / 60
"""Of so many mistakes the message may not help yet."""
ROUNDS = 5
"""So many messages in a row are followed before a reader gives up."""
NOT_YET = frozenset({"production is approved by its author alone"})
"""Mistakes whose message does not help yet."""


def advised(case: Case, desk: Desk) -> str:
    """Make a mistake, and follow what is said; gives why that did not help, or nothing."""
    desk.knows.update(case.knows)
    case.change(desk)
    failed = type_words(case.typed)
    assert failed.code not in {0, 70}, failed.out
    typed, done = case.typed, failed
    for _ in range(ROUNDS):
        try:
            typed = follow(desk, typed, done)
        except StuckError as stuck:
            return f"stuck: {stuck}"
        done = type_words(typed)
        if done.code == 0:
            return ""
    return f"{typed}: {told_by(done)}"


@pytest.mark.parametrize(
    "case",
    # What is wrong in the data shows when the whole job runs.
    [
        pytest.param(
            case, marks=pytest.mark.slow if case.change.__module__ == cases_data.__name__ else ()
        )
        for case in CASES.values()
    ],
    ids=CASES,
)
def test_what_a_message_says_helps_when_it_is_done(case: Case, desk: Desk) -> None:
    why = advised(case, desk)
    if case.name in NOT_YET:
        assert why
    else:
        assert why == ""


def test_the_corpus_is_large_enough() -> None:
    assert len(CASES) >= FEWEST
    assert len(NOT_YET) <= len(CASES) * MOST_SHARE
    assert CASES.keys() >= NOT_YET
