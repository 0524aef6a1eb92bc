"""The core pack's decisions, reviewed as text."""

from __future__ import annotations

from tests.policy.golden_table import GOLDEN, RULES, table
from tests.policy.situations import SITUATIONS
from warrant.policy import STEPS, Answer, Use, decide


def test_the_core_pack_decides_as_the_reviewed_table_says() -> None:
    assert table() == GOLDEN.read_text(), "regenerate: python -m tests.policy.golden_table"


def test_every_rule_of_the_core_pack_says_no_in_some_situation_and_yes_in_another() -> None:
    answers: dict[str, set[Answer]] = {rule.id: set() for rule in RULES}
    for name, facts in SITUATIONS.items():
        if name == "nothing is known":
            continue
        for step in STEPS:
            for outcome in decide(RULES, facts, step, Use("production", "team", "high")).outcomes:
                answers[outcome.rule.id].add(outcome.judgement.answer)
    assert all({Answer.NO, Answer.YES} <= found for found in answers.values()), answers
