"""Rules as people write them: what is unclear is refused with file, line and remedy."""

from __future__ import annotations

import pytest

from tests.policy.rules import TEXT, read, rule
from warrant.errors import InputError


def test_a_rule_reads_as_it_is_written() -> None:
    found = read(TEXT.replace("except_by: []", "except_by: [approver]\nfrom: pilot"))
    assert (found.id, found.title, found.before) == ("enough-rows", "There are rows", ("train",))
    assert (found.over, found.needs, found.ok.text) == (
        "run",
        ("training_rows",),
        "training_rows > 0",
    )
    assert (found.weight, found.since, found.except_by) == ("block", "pilot", ("approver",))
    assert found.place == "rules.yaml, line 1, column 1"
    assert found == read(TEXT.replace("except_by: []", "except_by: [approver]\nfrom: pilot"))


def test_the_weight_comes_from_hard_and_severity() -> None:
    assert read(TEXT + "hard: true\n").weight == "hard"
    assert read(TEXT + "hard: false\nseverity: block\n").weight == "block"
    assert read(TEXT + "severity: warn\n").weight == "warn"


def test_a_rule_guards_its_steps_from_its_stage_on() -> None:
    found = read(TEXT + "from: pilot\n")
    assert [found.guards("train", stage) for stage in ("explore", "pilot", "production")] == [
        False,
        True,
        True,
    ]
    assert not found.guards("deploy", "production")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "needs:",
            "neds:",
            "rules.yaml, line 5, column 1: unknown key 'neds'. Write 'needs'?",
        ),
        (
            "title: There are rows\n",
            "",
            "rules.yaml, line 1, column 1: the rule has no 'title'. Add 'title'; a rule has id, "
            "title, before, over, needs, ok, hard, from, severity, reference, remedy, except_by.",
        ),
        (
            "except_by: []\n",
            "",
            "rules.yaml, line 1, column 1: the rule has no 'except_by'. Add 'except_by'; a rule "
            "has id, title, before, over, needs, ok, hard, from, severity, reference, remedy, "
            "except_by.",
        ),
        (
            "id: enough-rows",
            "id: Enough rows",
            "rules.yaml, line 1, column 1: 'id': 'Enough rows' is not lower-case words joined by "
            "hyphens. Correct the rule.",
        ),
        (
            "title: There are rows",
            "title: 7",
            "rules.yaml, line 2, column 1: 'title': expected text, found a number. "
            "Correct the rule.",
        ),
        (
            "remedy: Add rows.",
            "remedy: ''",
            "rules.yaml, line 8, column 1: 'remedy': expected text, found nothing. "
            "Correct the rule.",
        ),
        (
            "before: [train]",
            "before: [trian]",
            "rules.yaml, line 3, column 1: 'trian' is not valid under 'before'. "
            "Did you mean 'train'?",
        ),
        (
            "before: [train]",
            "before: []",
            "rules.yaml, line 3, column 1: 'before': expected a list, found nothing. "
            "Correct the rule.",
        ),
        (
            "before: [train]",
            "before: train",
            "rules.yaml, line 3, column 1: 'before': expected a list, found text. "
            "Correct the rule.",
        ),
        (
            "before: [train]",
            "before: [train, train]",
            "rules.yaml, line 3, column 1: 'before': 'train' stands there twice. Correct the rule.",
        ),
        (
            "over: run",
            "over: dataset",
            "rules.yaml, line 4, column 1: 'dataset' is not valid under 'over'. "
            "Valid here: run, source, row.",
        ),
        (
            "over: run",
            "over: yes",
            "rules.yaml, line 4, column 1: 'yes' is not valid under 'over'. "
            "Valid here: run, source, row.",
        ),
        (
            "over: run",
            "over: true",
            "rules.yaml, line 4, column 1: true or false is not valid under 'over'. "
            "Valid here: run, source, row.",
        ),
        (
            "[training_rows]",
            "[training_row]",
            "rules.yaml, line 5, column 1: 'training_row' is not valid under 'needs'. "
            "Did you mean 'training_rows'?",
        ),
        (
            "over: run",
            "over: row",
            "rules.yaml, line 5, column 1: 'needs': a rule over row needs at least one row fact. "
            "Correct the rule.",
        ),
        (
            "ok: training_rows > 0",
            "ok: training_rows",
            "rules.yaml, line 6, column 1: `ok` gives INT, not BOOL. "
            "Compare: write for example training_rows > 0.",
        ),
        (
            "except_by: []",
            "except_by: [nobody]",
            "rules.yaml, line 9, column 1: 'nobody' is not valid under 'except_by'. "
            "Valid here: author, reviewer, approver, operator.",
        ),
        (
            "except_by: []",
            "except_by: [{}]",
            "rules.yaml, line 9, column 1: a mapping is not valid under 'except_by'. "
            "Valid here: author, reviewer, approver, operator.",
        ),
        (
            "except_by: []",
            "except_by: []\nhard: yes",
            "rules.yaml, line 10, column 1: 'hard': expected true or false, found text. "
            "Correct the rule.",
        ),
        (
            "except_by: []",
            "except_by: []\nhard: true\nfrom: pilot",
            "rules.yaml, line 11, column 1: 'from': a hard rule stops explore too, so it applies "
            "from there. Correct the rule.",
        ),
        (
            "except_by: []",
            "except_by: []\nhard: true\nseverity: warn",
            "rules.yaml, line 11, column 1: 'severity': a hard rule always blocks. "
            "Correct the rule.",
        ),
    ],
)
def test_a_rule_with_a_fault_names_the_place_and_what_to_write(
    old: str, new: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(TEXT.replace(old, new, 1))
    assert str(caught.value) == message


def test_a_rule_is_a_mapping() -> None:
    with pytest.raises(InputError, match="a rule is a mapping of keys, not a list"):
        read("[a, b]")


def test_a_rule_over_sources_cannot_ask_for_rows() -> None:
    with pytest.raises(InputError, match="'row_erased' is not valid under 'needs'"):
        rule("!row_erased", "row_erased", over="source")
