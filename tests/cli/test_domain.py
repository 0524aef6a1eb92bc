"""`warrant domain` and `warrant test`, as somebody types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Type


def test_a_domain_is_begun_checked_and_mended(
    typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begun = typed("domain", "new", "insurance")
    assert begun.code == 0
    assert "In the recipe: domain: ./insurance" in begun.out
    good = typed("domain", "check", "insurance")
    assert (good.code, good.err) == (0, "")
    assert "all 10 examples come out as written." in good.out
    words = Path("insurance/words/roles.csv")
    words.write_text("insurer\n")
    bad = typed("domain", "check", "insurance")
    assert bad.code == 2
    assert "'roles': entry 1 of its words is no pair." in bad.err
    assert "What to do: Write two different texts" in bad.err
    assert bad.err.endswith("1 fault.\n")
    told = typed("domain", "check", "insurance", "--json").json
    assert (told["domain"], len(told["faults"])) == ("insurance", 1)


def test_a_domain_of_ours_is_checked_by_its_name(typed: Type) -> None:
    assert "legal: 14 failure tests" in typed("domain", "check", "legal").out


@pytest.mark.slow
def test_rows_on_which_a_failure_test_fails_are_shown_and_not_kept(typed: Type, own: Path) -> None:
    nothing = typed("test", own)
    assert nothing.code == 2
    assert "There is no failure test." in nothing.err
    recipe = own / "recipe.yaml"
    added = "evaluate:\n  failure_tests: [typos, negation: {expect: changes}]\n"
    text = recipe.read_text("utf-8")
    text = text.replace("evaluate:\n", added) if "\nevaluate:\n" in text else text + added
    recipe.write_text(text, "utf-8")
    ran = typed("run", own, "--unprotected-key")
    assert ran.code == 0, ran
    assert "Failure tests: 2 of 2 had cases. The weakest: negation" in ran.out
    shown = typed("test", own, "--name", "negation", "--most", "1")
    assert shown.code == 0, shown
    assert "FAILED" in shown.out
    assert "These are test rows." in shown.out
    card = (own / "card.md").read_text("utf-8")
    before = next(line for line in shown.out.splitlines() if line.startswith("  before  "))
    assert before.removeprefix("  before  ").strip("…") not in card
    bundle = next(own.glob("*.bundle"))
    told = typed("test", bundle, "--json", "--passed").json
    assert [one["name"] for one in told] == ["typos", "negation"]
    assert all(len(one["cases"]) <= 5 for one in told)
    unknown = typed("test", own, "--name", "nagation")
    assert "No failure test is called 'nagation'." in unknown.err
    text = recipe.read_text("utf-8")
    recipe.write_text(text.replace("{expect: changes}", "{expect: same}"), "utf-8")
    changed = typed("test", own, "--name", "negation")
    assert changed.code == 2
    assert "The failure test 'negation' is new or was changed since the evaluation." in changed.err
    assert "Let an evaluation count it, so that the log says that test rows" in changed.err
    assert typed("test", own, "--name", "typos").code == 0
