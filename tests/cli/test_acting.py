"""Commands that sign, write or erase."""

from __future__ import annotations

import re
import tarfile
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from warrant.errors import Busy
from warrant.flow.demo import AUTHOR

BARE = "--unprotected-key"


def test_a_bundle_is_approved_and_rejected(typed: Type, own: Path) -> None:
    done = typed("approve", own, "--reason", "Read the card", BARE)
    assert done.code == 0, done.err
    assert f"signed by {AUTHOR}, log entry 9." in done.out
    assert f"the author runs: warrant run {own}" in done.out
    told = typed("reject", own, "--reason", "Too weak", "--stage", "pilot", BARE, "--json").json
    assert told["entry"] == 10
    assert len(told["bundle"]) == 64
    assert "approve" in typed("status", own).out


def test_a_reviewer_signs_for_the_licences(typed: Type, own: Path) -> None:
    made = typed("key", "new", "rae", "--name", "Rae Reader", BARE, "--json").json
    words = ("--name", "Rae Reader", "--key", made["key"], "--role", "reviewer")
    mine = typed("key", "list", "--json").json[0]["key"]
    assert typed("key", "add", own, *words, "--with", mine, BARE).code == 0
    words = ("--role", "reviewer", "--key", "rae", BARE, "--reason")
    done = typed("approve", own, *words, "Read the agreement")
    assert done.code == 0, done.err
    assert "Reviewed: the rights of all sources, signed by Rae Reader, log entry 10." in done.out
    # In other words: the same act of the same second is one entry.
    assert typed("approve", own, *words, "Read it again", "--json").json["entry"] == 11


def test_a_key_without_a_passphrase_needs_the_word(typed: Type, own: Path) -> None:
    done = typed("approve", own, "--reason", "Read the card")
    assert done.code == 2
    assert "has no passphrase: whoever copies it can sign as you." in done.err


def test_a_role_that_the_log_does_not_give_is_refused(typed: Type, own: Path) -> None:
    done = typed("approve", own, "--reason", "x", "--role", "reviewer", BARE)
    assert done.code == 2
    assert "not 'reviewer'" in done.err


def test_a_guardrail_is_excepted_with_an_end(typed: Type, own: Path) -> None:
    rule = "use-right-commercial"
    done = typed("except", own, rule, "--reason", "Paper follows", "--until", "2031-01-31", BARE)
    assert done.code == 0, done.err
    assert f"Excepted: {rule} until 2031-01-31, signed by {AUTHOR} (approver)" in done.out
    told = typed("except", own, rule, "--reason", "x", "--role", "approver", BARE, "--json").json
    assert told["rule"] == rule


@pytest.mark.parametrize(
    ("words", "what", "advice"),
    [
        (("plan-mett",), "No guardrail of this recipe is called 'plan-mett'.", "'plan-met'?"),
        (("licence-stated",), "Nobody may except 'licence-stated'.", "--rule licence-stated"),
        (("plan-met", "--until", "soon"), "--until is 'soon', which is no day.", "2027-01-31"),
    ],
)
def test_an_exception_that_would_except_nothing_is_refused(
    typed: Type, own: Path, words: tuple[str, ...], what: str, advice: str
) -> None:
    done = typed("except", own, *words, "--reason", "x", BARE)
    assert done.code == 2
    assert f"Error: {what}" in done.err
    assert advice in done.err


def test_questions_are_asked_and_answered(typed: Type, own: Path) -> None:
    asked = typed("card", own, "--ask")
    assert "What must it not be used for?" in asked.out
    assert f"Answer one: warrant card {own} --answer impact=…" in asked.out
    done = typed("card", own, "--answer", "impact=low", "--reason", "A person reads all", BARE)
    assert done.code == 0, done.err
    assert "Answered: impact, log entry 9." in done.out
    states = {one["name"]: one["answered"] for one in typed("card", own, "--json").json}
    assert states["impact"] is True
    assert states["contact"] is False


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--answer", "impact", "--reason", "x"), "--answer is 'impact'."),
        (("--answer", "impact=low"), "An answer needs a reason."),
        (("--reason", "x"), "There is a reason and no answer."),
        (("--answer", "colour=red", "--reason", "x"), "There is no question 'colour'."),
    ],
)
def test_half_an_answer_is_refused(
    typed: Type, own: Path, words: tuple[str, ...], what: str
) -> None:
    done = typed("card", own, *words, BARE)
    assert done.code == 2
    assert what in done.err


def test_an_act_is_taken_back(typed: Type, own: Path) -> None:
    told = typed("approve", own, "--reason", "Read the card", BARE, "--json").json
    done = typed("revoke", own, told["statement"][:12], "--reason", "The wrong bundle", BARE)
    assert done.code == 0, done.err
    assert f"signed by {AUTHOR}, log entry 10." in done.out
    assert "Read the card" not in typed("status", own).out
    assert typed("revoke", own, "0" * 12, "--reason", "x", BARE).code == 2


def test_who_waits_too_long_may_try_again(
    typed: Type, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait(*_: object) -> object:
        raise Busy("Somebody else writes.", do="Wait for it.")

    monkeypatch.setattr("warrant.flow.session.open_pen", wait)
    done = typed("approve", own, "--reason", "x", BARE)
    assert done.code == 75
    assert done.err == "Error: Somebody else writes.\nWhat to do: Wait for it.\n"


def test_a_file_is_erased_and_the_rest_still_holds(typed: Type, own: Path) -> None:
    name = "contract-0001.txt"
    (own / "contracts" / name).unlink()
    done = typed("erase", own, name, "--reason", "Withdrawn", BARE)
    assert done.code == 0, done.err
    assert "Not reached:" in done.out
    assert done.out.endswith(f"Next: warrant run {own} {BARE}\n")
    assert typed("verify", own).code == 0
    again = typed("erase", own, name, "--reason", "Withdrawn", BARE)
    assert again.code == 2
    assert f"No file {name!r} was read, or it was erased already." in again.err


def test_a_backup_is_the_workspace_again(typed: Type, own: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.tar"
    done = typed("backup", own, "-o", target)
    assert done.code == 0, done.err
    assert "It holds the vault" in done.out
    with tarfile.open(target) as tar:
        tar.extractall(tmp_path / "back", filter="data")
    assert typed("verify", tmp_path / "back" / "demo").code == 0
    assert "exists already." in typed("backup", own, "-o", target, "--json").err


def test_look_ups_are_made_again(typed: Type, own: Path) -> None:
    (own / ".warrant" / "index.db").unlink()
    assert typed("rebuild", own).out == f"Rebuilt from 9 log entries. Next: warrant verify {own}\n"
    assert typed("rebuild", own, "--json").json == {"entries": 9}


def test_a_second_run_keeps_every_step(typed: Type, own: Path) -> None:
    done = typed("run", own, BARE)
    assert done.code == 0, done.err
    assert done.err.count("kept: nothing it depends on has changed") == 7
    assert "Left this machine: nothing.\n" in done.out
    made = own / "contracts-demo.bundle"
    assert done.out.endswith(
        f"Check it: warrant verify {made}\nNext: warrant predict {made} new/ -o answers.xlsx\n"
    )
    told = typed("run", own, BARE, "--json").json
    assert told["name"] == "contracts-demo"
    assert told["computed"] == []


def test_a_refused_run_names_rule_and_remedy(typed: Type, own: Path) -> None:
    recipe = own / "recipe.yaml"
    text = recipe.read_text("utf-8").replace("train: true", "train: false")
    recipe.write_text(text, "utf-8")
    done = typed("run", own, BARE)
    assert done.code == 4
    assert "Refused: The step 'train' may not run in explore use" in done.err
    assert "  - use-right-training: " in done.err
    assert "What to do: " in done.err


def test_the_recipe_is_explained_and_planned(typed: Type, own: Path) -> None:
    explained = typed("run", own, "--explain")
    assert "train.tier" in explained.out
    assert "default" in explained.out
    named = {one["name"]: one["origin"] for one in typed("run", own, "--explain", "--json").json}
    assert named["name"] == "set"
    planned = typed("run", own, "--plan").out.splitlines()
    assert planned[1].split() == ["ingest", "the", "sources"]
    assert planned[-1].startswith("Disk: about 21 MB needed if nothing is done yet, ")
    told = typed("run", own, "--plan", "--json").json
    assert (told["steps"][-1]["stage"], told["disk"]["free_bytes"] > 0) == ("deploy", True)


def test_a_run_stopped_by_ctrl_c_says_what_is_kept(
    typed: Type, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("warrant.flow.job.run_recipe", stop)
    done = typed("run", own, BARE)
    assert done.code == 130
    assert f"Go on with: warrant run {own}" in done.err


def test_a_folder_without_a_recipe_is_named(typed: Type, tmp_path: Path) -> None:
    done = typed("run", tmp_path)
    assert done.code == 2
    assert "There is no recipe at" in done.err


def test_a_decision_is_signed_shown_and_taken_back_by_a_later_one(typed: Type, own: Path) -> None:
    words = ("--reason", "Replaces reading by hand", "--review-by", "2031-06-30", BARE)
    done = typed("decide", own, "--go", *words)
    assert done.code == 0, done.err
    assert f"review by 2031-06-30, signed by {AUTHOR}, log entry 9." in done.out
    assert done.out.startswith("Go: bundle ")
    assert (
        f"Decision: go, by {AUTHOR} at entry 9. Review by 2031-06-30." in typed("status", own).out
    )
    told = typed("decide", own, "--no-go", "--reason", "Misses too much", BARE, "--json").json
    assert (told["go"], told["review_by"], told["entry"]) == (False, None, 10)
    shown = typed("status", own).out
    assert f"Decision: no go, by {AUTHOR} at entry 10." in shown
    assert "Decision: go" not in shown
    assert typed("run", own, BARE).code == 0
    bundle = next(own.glob("*.bundle"))
    told = typed("verify", bundle).out
    assert f"Decision: no go, by {AUTHOR!r} (author) at entry 10 (act)." in told


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ((), "Nothing is decided."),
        (("--go", "--review-by", "soon"), "--review-by is 'soon', which is no day."),
    ],
)
def test_half_a_decision_is_refused(
    typed: Type, own: Path, words: tuple[str, ...], what: str
) -> None:
    done = typed("decide", own, *words, "--reason", "x", BARE)
    assert done.code == 2
    assert what in done.err


def test_open_questions_are_asked_one_at_a_time_and_asking_resumes(
    typed: Type, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["medium", "low", "A person reads all", "", "Not for courts", "", "q"]
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(lines) + "\n"))
    done = typed("card", own, "--ask", BARE)
    assert done.code == 0, done.err
    assert "(1 of 6) impact: If the model is wrong" in done.out
    assert "Why it is asked: High impact needs two people besides the author" in done.out
    assert "Please answer low or high: " in done.out
    assert "Answered: impact, log entry 9." in done.out
    assert "Skipped.\n" in done.out
    assert "Skipped: an answer needs a reason." in done.out
    assert f"Still open: 5. To put the answers into the card: warrant run {own}" in done.out
    monkeypatch.setattr("sys.stdin", StringIO("Sorting\nThat is its task\n" * 5))
    done = typed("card", own, "--ask", BARE)
    assert "(1 of 5) intended_use" in done.out
    assert "No question is open. To put the answers into the card" in done.out
    assert all(one["answered"] for one in typed("card", own, "--json").json)


def test_what_a_recipe_leaves_open_about_a_source_is_asked(
    typed: Type, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = own / "recipe.yaml"
    text = recipe.read_text("utf-8")
    recipe.write_text(re.sub(r"^ +origin:.*\n", "", text, flags=re.MULTILINE), "utf-8")
    asked = typed("card", own)
    assert "contracts/:origin" in asked.out
    assert "Where do these documents come from, and who collected them?" in asked.out
    assert f"Answer them one at a time: warrant card {own} --ask" in asked.out
    lines = ["", "Invented", "We made them up", "q"]
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(lines) + "\n"))
    done = typed("card", own, "--ask", BARE)
    assert "(2 of 7) contracts/:origin: Where do these documents come from" in done.out
    assert "Answered: contracts/:origin, log entry 9." in done.out
    assert ["contracts/:origin", True] in [
        [one["name"], one["answered"]] for one in typed("card", own, "--json").json
    ]
    shown = typed("run", own, "--explain")
    assert re.search(r"sources\[0\].origin +Invented +answer of ", shown.out)


def test_a_file_is_proved_absent_to_a_named_auditor(typed: Type, own: Path, tmp_path: Path) -> None:
    offer, proof = tmp_path / "offer.txt", tmp_path / "absent.json"
    offer.write_text("An offer that nobody accepted.", "utf-8")
    words = ("--in", "train", "--to", "Kim Kwon", "--reason", "Audit.", BARE)
    made = typed("prove", "absent", own, offer, "-o", proof, *words)
    assert made.code == 0, made.err
    assert "Kim Kwon can ask whether any file or text is in that version. Log entry " in made.out
    assert made.out.endswith(f"Next: warrant verify {proof}\n")
    checked = typed("verify", proof)
    assert checked.code == 0, checked.err
    assert "is not in dataset 'train', manifest " in checked.out
    assert "Not shown: that no changed copy, paraphrase or scan is in it" in checked.out
    again = typed("prove", "absent", own, offer, "-o", proof, *words)
    assert "exists already." in again.err
    other = tmp_path / "other.json"
    missing = typed("prove", "absent", own, "none.txt", "-o", other, *words)
    assert "There is no file 'none.txt'." in missing.err
    told = typed("prove", "absent", own, "No cell", "--text", "-o", other, "--json", *words)
    assert told.json["size"] > 1000
