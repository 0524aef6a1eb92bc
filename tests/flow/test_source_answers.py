"""Answers about a source, signed, open the guardrails that ask for them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.flow.bench import Bench, make_bench, recipe_text
from warrant.errors import InputError, PolicyRefusal
from warrant.flow.acts import answer, questions, revoke
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe, read_recipe
from warrant.flow.report import RunReport
from warrant.flow.source_answers import answer_sources, explain_answered, open_settings

ANSWERS = {
    "notes:licence": "CC0-1.0",
    "notes:origin": "Invented for this test",
    "notes:train": "yes",
    "notes:commercial": "yes",
    "notes:expires": "never",
    "notes:special_category": "no",
}
RULES = ("licence-stated", "origin-stated", "use-right-training", "rights-not-expired")


def write_recipe(bench: Bench, **changes: object) -> None:
    """Write a recipe that says nothing about its source."""
    text = recipe_text(**changes)
    for word in ("licence", "origin", "rights", "special_category"):
        text = re.sub(rf"^ +{word}:.*\n", "", text, flags=re.MULTILINE)
    (bench.root / "recipe.yaml").write_text(text, encoding="utf-8")


def run(bench: Bench) -> RunReport:
    return run_recipe(bench.root, read_recipe(bench.root / "recipe.yaml"), bench.desk)


def say(bench: Bench, name: str, text: str) -> str:
    with bench.pen() as pen:
        return answer(pen, name, text, "It stands in the agreement.").envelope.hex


def test_signed_answers_about_a_source_open_the_guardrails_that_ask_for_them(bench: Bench) -> None:
    write_recipe(bench, stage="pilot")
    with pytest.raises(PolicyRefusal) as before:
        run(bench)
    for rule in RULES:
        assert rule in repr(before.value)
    for name, text in ANSWERS.items():
        say(bench, name, text)
    with pytest.raises(PolicyRefusal) as after:  # nobody has looked for personal data yet
        run(bench)
    assert not any(rule in repr(after.value) for rule in RULES)
    assert "personal-data-resolved" in repr(after.value)


def test_the_card_names_who_answered_and_the_chain_holds(bench: Bench) -> None:
    write_recipe(bench)
    assert set(ANSWERS) <= set(run(bench).open_questions)
    acts = {name: say(bench, name, text) for name, text in ANSWERS.items()}
    report = run(bench)
    assert not set(ANSWERS) & set(report.open_questions)
    card = report.card.read_text("utf-8")
    row = next(line for line in card.splitlines() if line.startswith("| notes |"))
    assert "Invented for this test | yes | yes | never | no |" in row.replace("\\", "")
    assert "Answered for notes, not in the recipe: licence by Ann Alvarez[^source-answer-1]" in card
    for act in acts.values():
        assert f"`sha256:{act}`, envelope of a signed statement" in card
    page = report.page.read_text("utf-8")
    assert "Answered, not in the recipe" in page
    assert "rights.train by Ann Alvarez" in page
    bench.require_sound()


def test_a_no_stops_training_and_a_revoked_answer_counts_for_nothing(bench: Bench) -> None:
    write_recipe(bench)
    act = say(bench, "train", "no")
    with pytest.raises(PolicyRefusal) as refused:
        run(bench)
    assert "use-right-training" in repr(refused.value)
    with bench.pen() as pen:
        revoke(pen, act, "Read the wrong agreement")
    assert "notes:train" in run(bench).open_questions


def test_the_last_answer_counts_and_not_answered_opens_the_question_again(bench: Bench) -> None:
    write_recipe(bench)
    for text in ("MIT", "CC0-1.0"):
        say(bench, "licence", text)
    with bench.open() as workspace:
        recipe, said = answer_sources(read_recipe(workspace.recipe_path), workspace)
    assert recipe.sources[0].licence == "CC0-1.0"
    assert [(one.source, one.setting, one.person) for one in said] == [
        ("notes", "licence", "Ann Alvarez")
    ]
    say(bench, "licence", "not answered")
    say(bench, "train", "not answered")
    with bench.open() as workspace:
        assert not next(one for one in questions(workspace) if one.name == "notes:licence").answered


def test_recipe_and_answer_never_overrule_one_another(bench: Bench) -> None:
    write_recipe(bench)
    act = say(bench, "train", "no")
    with pytest.raises(InputError) as found:
        bench.run()  # this recipe says that training is allowed
    said = str(found.value)
    assert "The recipe says one thing about rights.train of 'notes', and Ann Alvarez answer" in said
    assert (
        f"Take train out of the recipe, or take the answer back: warrant revoke {act[:12]}" in said
    )
    say(bench, "train", "yes")
    assert bench.run().training_rows


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("train", "maybe", "The answer to 'notes:train' is 'maybe'. Answer: yes, or: no."),
        ("expires", "2031-02-30", "expected a day as YYYY-MM-DD, or never"),
        ("expires", "soon", "Answer with a day as YYYY-MM-DD, or never."),
        ("origin", "x" * 2001, "expected 1 to 2,000 letters"),
        ("colour", "red", "There is no question 'colour'. There are: impact, notes:licence,"),
    ],
)
def test_what_the_recipe_would_refuse_is_not_signed(
    bench: Bench, name: str, text: str, what: str
) -> None:
    write_recipe(bench)
    with pytest.raises(InputError, match=re.escape(what)):
        say(bench, name, text)


def test_what_the_recipe_answers_is_not_asked_again(bench: Bench) -> None:
    with pytest.raises(InputError) as found:
        say(bench, "licence", "MIT")
    assert "The recipe answers 'licence' itself: licence of 'notes'." in str(found.value)
    assert f"Change it in the recipe, and run: warrant run {bench.root}" in str(found.value)


def test_each_source_is_asked_by_its_own_name(bench: Bench) -> None:
    write_recipe(bench)
    path = bench.root / "recipe.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("sources:\n", "sources:\n  - path: more\n"), "utf-8")
    asked = [one.name for one in open_settings(read_recipe(path))]
    assert asked[0] == "more:licence"
    assert len(asked) == 12
    with pytest.raises(InputError, match="'licence' is asked about 2 sources"):
        say(bench, "licence", "MIT")
    assert say(bench, "more:licence", "MIT")


def test_settings_in_force_name_who_answered(bench: Bench, tmp_path: Path) -> None:
    write_recipe(bench)
    say(bench, "train", "yes")
    recipe = read_recipe(bench.root / "recipe.yaml")
    lines = {name: rest for name, *rest in explain_answered(bench.root, recipe)}
    assert lines["sources[0].rights.train"] == ["true", "answer of Ann Alvarez"]
    assert lines["sources[0].licence"] == ["not answered", "default"]
    fresh = make_bench(tmp_path / "fresh")
    plain = {
        name: rest for name, *rest in explain_answered(fresh.root, parse_recipe(recipe_text()))
    }
    assert plain["sources[0].licence"] == ["CC0-1.0", "set"]
