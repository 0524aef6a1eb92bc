"""The core pack's decisions, reviewed as text."""

from __future__ import annotations

from tests.policy.golden_table import GOLDEN, GUIDE, RULES, guide, table
from tests.policy.situations import SITUATIONS
from warrant.policy import STEPS, Answer, Use, decide
from warrant.policy.rule import parse_rule
from warrant.records.yaml12 import load_yaml


def test_the_core_pack_decides_as_the_reviewed_table_says() -> None:
    assert table() == GOLDEN.read_text(), "regenerate: python -m tests.policy.golden_table"


def test_the_guide_lists_the_facts_and_rules_of_today() -> None:
    page = GUIDE.read_text()
    assert guide(page) == page, "regenerate: python -m tests.policy.golden_table"


def test_the_rule_that_the_guide_shows_can_be_loaded() -> None:
    shown = GUIDE.read_text().partition("```yaml\n")[2].partition("```")[0]
    loaded = load_yaml(shown, "guardrails.md")
    assert isinstance(loaded.value, dict)
    assert isinstance(loaded.value["rules"], list)
    found = parse_rule(loaded.value["rules"][0], ("rules", 0), loaded.marks)
    assert found.id == "enough-to-learn-from"


def test_every_rule_of_the_core_pack_says_no_in_some_situation_and_yes_in_another() -> None:
    answers: dict[str, set[Answer]] = {rule.id: set() for rule in RULES}
    for name, facts in SITUATIONS.items():
        if name == "nothing is known":
            continue
        for step in STEPS:
            for outcome in decide(RULES, facts, step, Use("production", "team", "high")).outcomes:
                answers[outcome.rule.id].add(outcome.judgement.answer)
    assert all({Answer.NO, Answer.YES} <= found for found in answers.values()), answers
