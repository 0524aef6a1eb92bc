"""Kinds of tasks in a recipe: what each needs, and what it cannot have."""

from __future__ import annotations

from pathlib import Path

import pytest

from warrant.errors import InputError
from warrant.flow.addition import Addition
from warrant.flow.plan import STEPS, configuration_of
from warrant.flow.recipe import parse_recipe

LEAST = "warrant: 1\nname: notes\nsources: [{path: notes}]\n"
TEXTS = "inputs: [{column: one, as: text}, {column: other, as: text}]\n"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            "task: {kind: binary, label: a, tokens: words}",
            "'task': a task of the kind 'binary' has no tokens. Write under task: kind: spans, or "
            "take tokens out",
        ),
        (
            "task: {kind: choice, label: a}",
            "'task': the column of the options is missing. Add under task: options: COLUMN",
        ),
        (
            "task: {kind: generation, label: a, messages: talk}",
            "'task': label and messages are both there. Keep one of them.",
        ),
        (
            "task: {kind: pairs, label: a}",
            "'pairs' reads two columns of text, and 1 are named. Write: inputs: [{column: COLUMN, "
            "as: text}, {column: COLUMN, as: text}]",
        ),
        (
            TEXTS + "task: {kind: spans, label: a}",
            "'spans' reads one column of text, and 2 columns are named. Keep the text alone under "
            "inputs",
        ),
        (
            "inputs: [{column: n, as: number}]\ntask: {kind: choice, label: a, options: b}",
            "'choice' reads texts alone, and other columns are named. Keep the columns read as "
            "text under inputs",
        ),
        (
            "curate: [mask_personal_data]\ntask: {kind: spans, label: a}",
            "'mask_personal_data' changes the text, and the places of 'spans' would point "
            "elsewhere. Take 'mask_personal_data' out of curate, or mask the texts before their "
            "places are marked",
        ),
        (
            "task: {kind: spans, label: a}\ntrain: {tier: trees}",
            "the tier 'trees' has no model for the task 'spans'. Write under train: tier: linear",
        ),
        (
            "task: {kind: spans, label: a}\n"
            "train: {tier: encoder, base: minilm, challenge: linear}",
            "tiers are not compared for the task 'spans'. Take out challenge under train",
        ),
        (
            "task: {kind: generation, label: a}",
            "the tier 'linear' has no model for the task 'generation'. Write under train: tier: "
            "causal",
        ),
        (
            "task: {kind: spans, label: a}\ncosts: {false_alarm: 2}",
            "`costs` prices labels, and 'spans' has none. Take out `costs`",
        ),
        (
            "task: {kind: spans, label: a}\nexpect: {metric: accuracy, value: 0.5}",
            "'accuracy' is no figure of the task 'spans'. Take one of these: precision, recall, "
            "micro_f1, macro_f1",
        ),
    ],
)
def test_what_does_not_fit_a_kind_is_refused_with_what_to_write(lines: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_recipe(f"{LEAST}{lines}\n")
    assert said in str(error.value)


def test_ingest_is_told_where_an_answer_stands_that_is_more_than_a_label() -> None:
    recipe = parse_recipe(LEAST + "task: {kind: spans, label: tags, tokens: words}\n")
    step = next(one for one in STEPS if one.stage == "ingest")
    said = configuration_of(step.configure(recipe, Addition(root=Path())))["answers"]
    assert said == {
        "kind": "spans",
        "column": "tags",
        "text": "text",
        "tokens": "words",
        "options": "",
        "count_from": 0,
        "messages": None,
    }
    plain = parse_recipe(LEAST + "task: {label: kind}\n")
    assert configuration_of(step.configure(plain, Addition(root=Path())))["answers"] is None


@pytest.mark.parametrize("kind", ["spans", "choice, options: o"])
def test_failure_tests_of_recipe_and_domain_judge_places_and_options(kind: str) -> None:
    from warrant.flow.domain.settings import failure_tests

    asked = f"task: {{kind: {kind}, label: a}}\nevaluate: {{failure_tests: [case]}}\n"
    names = [one.name for one in failure_tests(parse_recipe(LEAST + asked), Path())]
    assert names == ["case"]
    legal = [
        one.name for one in failure_tests(parse_recipe(LEAST + "domain: legal\n" + asked), Path())
    ]
    assert {"case", "negation"} < set(legal)


def test_a_domain_has_no_text_written_anew_unless_the_recipe_asks() -> None:
    from warrant.flow.domain.settings import failure_tests

    asked = "domain: legal\ntask: {kind: generation, label: a}\ntrain: {tier: causal, base: ./b}\n"
    found = failure_tests(parse_recipe(LEAST + asked), Path())
    assert {one.expect for one in found} <= {"cites only known", "invents nothing", "follows"}
    more = asked + "evaluate: {failure_tests: [grounded, {numbers: {expect: follows}}]}\n"
    assert {"grounded", "numbers"} <= {
        one.name for one in failure_tests(parse_recipe(LEAST + more), Path())
    }


@pytest.mark.parametrize(
    ("more", "together"),
    [
        ("", "the rows of a document"),
        ("split: {group: site}\n", "the rows of a 'site'"),
        ("split: {group: claim}\n", None),
    ],
)
def test_a_case_that_the_division_may_cut_is_told(more: str, together: str | None) -> None:
    from warrant.flow.domain.settings import case_notes

    asked = "task: {label: kind}\nevaluate: {workflow: {case: claim}}\n" + more
    found = case_notes(parse_recipe(LEAST + asked))
    if together is None:
        assert found == []
        return
    assert found == [
        f"Cases of the workflow are told apart by 'claim', and the division keeps {together} "
        "together: a case may lie in training and test, and is then judged by some of its rows. "
        "Write: split: {group: claim}"
    ]
