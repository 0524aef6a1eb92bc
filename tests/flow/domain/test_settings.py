"""What a recipe and its domain say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from warrant.errors import InputError
from warrant.flow.domain.folder import DOMAINS, read_domain
from warrant.flow.domain.settings import failure_tests, packs_of
from warrant.flow.recipe import parse_recipe

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.recipe import Recipe

HEAD = """warrant: 1
name: leases
sources: [{path: rows.csv}]
task: {label: kind}
"""


def recipe(*lines: str) -> Recipe:
    return parse_recipe(HEAD + "\n".join(lines))


def test_a_recipe_names_failure_tests_as_it_names_filters(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("# two\nshall,shall not\n\n")
    said = recipe(
        "evaluate:",
        "  failure_tests:",
        "    - typos",
        "    - negation: {expect: {rises: early end}, words: words.csv, labels: [rent]}",
        "  plan: [{failure_test: typos, at_least: 0.9}]",
    )
    found = failure_tests(said, tmp_path)
    assert [(one.name, one.expect, one.chosen_by) for one in found] == [
        ("typos", None, "recipe"),
        ("negation", "rises early end", "recipe"),
    ]
    assert found[1].settings == {"words": [["shall", "shall not"]]}
    assert found[1].labels == ("rent",)


def test_a_recipe_says_what_its_domain_leaves_open_and_keeps_its_words(tmp_path: Path) -> None:
    said = recipe("domain: legal", "evaluate: {failure_tests: [negation: {expect: changes}]}")
    found = {one.name: one for one in failure_tests(said, tmp_path)}
    assert (found["negation"].expect, found["negation"].chosen_by) == ("changes", "recipe")
    assert ["including", "excluding"] in found["negation"].settings["words"]
    assert (found["typos"].expect, found["typos"].chosen_by) == ("same", "domain")
    assert found["roles"].expect is None


def test_a_domain_brings_its_guardrails_and_the_recipe_may_name_others(tmp_path: Path) -> None:
    assert packs_of(recipe("domain: legal"), tmp_path) == ("core", "legal")
    assert packs_of(recipe("domain: legal", "guardrails: [core]"), tmp_path) == ("core",)
    assert packs_of(recipe(), tmp_path) == ("core",)


@pytest.mark.parametrize("name", DOMAINS.builtin)
def test_every_domain_of_ours_can_be_used(name: str, tmp_path: Path) -> None:
    domain = read_domain(DOMAINS.load(name))
    assert domain.name == name
    assert len(failure_tests(recipe(f"domain: {name}"), tmp_path)) == len(domain.failure_tests)
    assert all(one.settings.get("expect", "same") == "same" for one in domain.failure_tests)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("evaluate: {failure_tests: [negation]}", "depends on the task, and nobody says it."),
        ("evaluate: {failure_tests: [negaton]}", "No failure test is called 'negaton'."),
        ("evaluate: {failure_tests: [typos, typos]}", "two failure tests are called 'typos'."),
        ("evaluate: {failure_tests: [typos: {expect: equal}]}", "'equal' is nothing that can be"),
        ("evaluate: {failure_tests: [typos: {column: note}]}", "does not read the column 'note'."),
        ("evaluate: {failure_tests: [names: {words: no.csv}]}", "no file of words 'no.csv'."),
        ("evaluate: {failure_tests: [names: {words: ../x}]}", "no file of words '../x'."),
        (
            "evaluate: {plan: [{failure_test: side, at_least: 0.9}]}",
            "The plan bounds the failure test 'side', which does not run.",
        ),
        ("domain: leagl", "No domain is called 'leagl'."),
        ("domain: ./mine", "There is no file 'mine/domain.yaml'."),
    ],
)
def test_what_is_wrong_is_said_before_training(lines: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        failure_tests(recipe(lines), tmp_path)
    assert message in refused.value.what
    assert refused.value.do


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ("{at_least: 0.5}", "a bound names one figure"),
        ("{metric: accuracy, failure_test: typos, at_least: 0.5}", "and here are 2"),
        ("{failure_test: typos, at_most: 0.5}", "'typos' needs the bound 'at_least'"),
        ("{failure_test: typos, at_least: 90}", "'typos' goes from 0 to 1, and 90 lies outside"),
    ],
)
def test_a_bound_is_about_one_figure(plan: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        recipe(f"evaluate: {{plan: [{plan}]}}")
    assert message in refused.value.what


def test_an_empty_file_of_words_and_one_that_is_no_text_are_refused(tmp_path: Path) -> None:
    said = recipe("evaluate: {failure_tests: [names: {words: words.csv}]}")
    (tmp_path / "words.csv").write_text("# none\n")
    with pytest.raises(InputError, match=r"The file of words 'words\.csv' is empty"):
        failure_tests(said, tmp_path)
    (tmp_path / "words.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"'words\.csv' is not UTF-8 text"):
        failure_tests(said, tmp_path)
