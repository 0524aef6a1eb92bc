"""Looking into one answer at the command line: plain words, JSON for machines, a page on demand."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Type
from warrant.flow.demo import Demo

TEXT = "The tenant pays the rent for the premises on the first day of each month."


def test_an_answer_is_looked_into_in_plain_words(typed: Type, author: Demo, tmp_path: Path) -> None:
    page = tmp_path / "answer.html"
    shown = typed("investigate", author.folder, "--text", TEXT, "--html", page)
    assert shown.code == 0
    assert shown.out.startswith("Answer: ")
    for part in (
        "Rule: The label with the highest probability.",
        "exploration: not for decisions.",
        "What decided (log-odds that the answer loses without it):",
        "Smallest change that changes the answer:",
        "Training rows that pushed most:",
        f"The whole story of one: warrant why {author.folder} ",
        "Likely causes, the weightiest first",
        "Not known:",
        f"Wrote {page}. It holds text of rows, and Warrant keeps no copy.",
    ):
        assert part in shown.out
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_machines_get_the_same_as_json(typed: Type, author: Demo) -> None:
    told = typed("investigate", author.report.bundle, "--text", TEXT, "--json").json
    assert told["given"]["answer"]
    assert len(told["pushers"]) == 10
    assert all(one["history"] is not None for one in told["pushers"])
    assert told["expected"] is None


def test_a_cell_without_a_name_is_refused_without_quoting_it(typed: Type, author: Demo) -> None:
    refused = typed("investigate", author.folder, "--cell", "secret words")
    assert refused.code == 2
    assert "A cell is written NAME=VALUE" in refused.err
    assert "secret" not in refused.err
    assert typed("investigate", author.folder, "--cell", f"text={TEXT}").code == 0


def test_a_right_answer_has_no_cause_that_calls_it_changed(typed: Type, author: Demo) -> None:
    answer = typed("investigate", author.folder, "--text", TEXT, "--json").json["given"]["answer"]
    shown = typed("investigate", author.report.bundle, "--text", TEXT, "--expected", answer).out
    assert f"Expected: {answer}, as answered." in shown
    assert "\nLikely causes" not in shown
    assert "An earlier release answered otherwise" not in shown
    assert f"warrant why {author.report.bundle.parent} " in shown


def test_a_wrong_answer_leads_to_the_labels_that_look_wrong(typed: Type, author: Demo) -> None:
    answer = typed("investigate", author.folder, "--text", TEXT, "--json").json["given"]["answer"]
    other = "Loan" if answer != "Loan" else "Lease"
    shown = typed("investigate", author.folder, "--text", TEXT, "--expected", other).out
    told = f"warrant advise {author.folder} --suspects suspects.csv"
    assert f"Whether the expected label is right. Labels that look wrong: {told}" in shown
