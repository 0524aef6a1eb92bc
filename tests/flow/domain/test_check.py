"""A domain begun, changed, and tried out: every fault has its line and its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from warrant.errors import InputError
from warrant.flow.domain.begin import begin_domain
from warrant.flow.domain.check import check_domain
from warrant.flow.domain.folder import DOMAINS
from warrant.policy import load_packs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    begin_domain(tmp_path / "insurance")
    return tmp_path / "insurance"


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")


def faults(folder: Path) -> list[str]:
    found = check_domain(folder).faults
    assert all(one.do for one in found)
    return [one.what for one in found]


def test_a_new_domain_has_its_name_and_comes_out_as_written(folder: Path) -> None:
    found = check_domain(folder)
    assert found.faults == ()
    assert found.domain is not None
    assert (found.domain.name, found.domain.sections[0].title) == ("insurance", "Use")
    (core,) = load_packs(["core"])
    assert (found.examples, found.rules) == (10, len(core.rules) + 1)
    assert all("NAME" not in path.read_text() for path in folder.rglob("*.yaml"))


def test_a_new_domain_is_short_enough_to_be_read(folder: Path) -> None:
    lines = sum(len(path.read_text().splitlines()) for path in folder.rglob("*") if path.is_file())
    assert lines <= 150


@pytest.mark.parametrize("name", DOMAINS.builtin)
def test_our_own_domains_come_out_as_written(name: str) -> None:
    found = check_domain(DOMAINS.load(name))
    assert found.faults == ()
    assert found.examples >= 10


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("domain.yaml", "title:", "titel:", "insurance/domain.yaml, line 6, column 1: unknown key"),
        ("domain.yaml", "version: 1", "version: one", "'version' is not a whole number."),
        ("domain.yaml", "domain: 1", "domain: 2", "'domain' is not the number 1, the format"),
        ("domain.yaml", "[region]", "region", "'slices' is no list of texts."),
        ("domain.yaml", "[core, ./guardrails]", "[cor]", "No guardrail pack is called 'cor'."),
        ("domain.yaml", "title: Use", "titel: Use", "a section has 'title' and 'questions'."),
        (
            "domain.yaml",
            "reliance: Who",
            "Who relies: Who",
            "'Who relies' is no name of a question",
        ),
        ("domain.yaml", "      reliance: Who", "      - Who", "a question is NAME: its words."),
        ("failure_tests.yaml", "typos:", "tpyos:", "column 5: No failure test is called 'tpyos'."),
        ("failure_tests.yaml", "same}", "equal}", "'equal' is nothing that can be expected."),
        ("failure_tests.yaml", "roles.csv", "rolls.csv", "no file of words 'words/rolls.csv'."),
        ("failure_tests.yaml", "- roles: {", "- typos: {", "two failure tests are called 'typos'."),
        ("failure_tests.yaml", "kind: amount", "kind: sum", "knows no kind 'sum'."),
        ("words/roles.csv", "insurer,policyholder", "insurer", "entry 1 of its words is no pair."),
        ("workflow.yaml", "ok:", "must:", "a rule has 'name' and 'ok'."),
        ("workflow.yaml", "answer ==", "reply ==", "the rule is not valid CEL"),
        ("guardrails/rules.yaml", "failure_tests_run", "failure_tests_ran", "is not valid under"),
        ("examples.yaml", "The calim", "The clam", "'typos' does not make this of the row; it"),
        ("examples.yaml", "A loss of $12.,", "A loss.,", "'numbers' makes no case of this row."),
        ("examples.yaml", "Hail fell.", "It may hail.", "it makes {'text': 'It may not hail.'}."),
        ("examples.yaml", "test: roles", "test: rolls", "there is no failure test 'rolls'."),
        ("examples.yaml", "{test: typos, before", "{test: typos, befor", "an example has 'test'"),
        ("examples.yaml", "Hail fell.,", "Hail fell., why: x,", "an example has no 'why'."),
        ("examples.yaml", "[denied, paid]", "[open, paid]", "it holds at every step."),
        ("examples.yaml", "[open, denied]", "[denied, paid]", "it breaks at step 2."),
        (
            "examples.yaml",
            "rule: denied-is",
            "rule: paid-is",
            "there is no rule 'paid-is-not-paid'.",
        ),
        ("examples.yaml", "ok: false", "ok: true", "has no example that should break it."),
        ("examples.yaml", "failure_tests_run: 0", "failure_tests_run: 2", "it says yes."),
        (
            "examples.yaml",
            "failure_tests_run: 0",
            "failure_tests_run: x",
            "it says nothing: a fact",
        ),
        (
            "examples.yaml",
            "{failure_tests_run: 0}",
            "{rows: 0}",
            "needs the facts failure_tests_run",
        ),
        ("examples.yaml", "facts: {failure_tests_run: 0}", "fact: 0", "'rule', 'facts' and 'ok'."),
        ("examples.yaml", "rule: insurance-f", "rule: f", "the domain has no guardrail 'failure-"),
        ("guardrails/rules.yaml", "id: insurance-", "id: other-", "has no example of a yes."),
        ("examples.yaml", "{test: roles,", "{test: typos,", "'roles' has no example."),
    ],
)
def test_a_fault_has_its_place_and_its_remedy(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    change(folder, file, old, new)
    found = faults(folder)
    assert any(message in one for one in found), found


def test_what_nobody_reads_and_what_is_code_is_named(folder: Path) -> None:
    (folder / "more.yaml").write_text("a: 1\n")
    (folder / "run.py").write_text("print()\n")
    assert faults(folder)[:2] == [
        "insurance/more.yaml: nobody reads this file.",
        "insurance/run.py: a domain holds no code.",
    ]


def test_a_missing_file_and_one_that_is_no_text_are_named(folder: Path) -> None:
    (folder / "examples.yaml").write_bytes(b"\xff\xfe")
    assert faults(folder) == ["'insurance/examples.yaml' is not UTF-8 text."]
    (folder / "failure_tests.yaml").unlink()
    assert faults(folder) == ["There is no file 'insurance/failure_tests.yaml'."]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Insurance", "A domain cannot be called 'Insurance'."),
        ("legal", "There is a domain 'legal' already."),
        ("insurance", "is there already."),
    ],
)
def test_a_name_that_cannot_be_is_refused(folder: Path, name: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        begin_domain(folder.parent / name)
    assert message in refused.value.what
