"""Commands that only look."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from warrant.flow.demo import AUTHOR, Demo
from warrant.kernel.proof import LogProof


def test_verify_gives_each_of_the_three_results(typed: Type, author: Demo, tmp_path: Path) -> None:
    held = typed("verify", author.report.bundle)
    assert held.code == 0
    assert held.out.endswith(f"Result: holds, signed by {AUTHOR}.\n")
    refused = typed("verify", author.changed)
    assert refused.code == 1
    (fault,) = [line for line in refused.out.splitlines() if line.startswith("x ")]
    assert "'card.md'" in fault
    assert "(deploy)" in fault
    assert f"signed by {AUTHOR!r}" in fault
    unknown = typed("verify", author.report.bundle, "--trust", tmp_path)
    assert unknown.code == 3
    assert "Result: consistent, signer unknown.\nTo know the signer: ask her" in unknown.out


def test_verify_tells_machines_the_same(typed: Type, author: Demo) -> None:
    told = typed("verify", author.folder, "--json").json
    assert told["result"] == "holds"
    assert told["exit_code"] == 0
    assert told["signers"] == [AUTHOR]
    assert told["faults"] == []


def test_verify_can_neither_ask_nor_keep_what_was_seen(
    typed: Type, demo: Demo, own_home: Path
) -> None:
    done = typed("verify", demo.report.bundle, "--trust", demo.trust, "--no-seen")
    assert done.code == 0
    assert not (own_home / ".config" / "warrant" / "seen").exists()


def test_verify_judges_as_of_an_instant(typed: Type, author: Demo) -> None:
    assert typed("verify", author.report.bundle, "--now", "2031-01-01T00:00:00Z").code == 0
    assert typed("verify", author.report.bundle, "--now", "2031-01-01").code == 0


@pytest.mark.parametrize(
    ("words", "what", "advice"),
    [
        (("--now", "soon"), "--now is 'soon', which is no instant.", "2027-01-01T00:00:00Z"),
        (("--trust", "nowhere"), "The trust folder 'nowhere' is not there.", "'signers'"),
    ],
)
def test_verify_says_what_is_wrong_with_an_option(
    typed: Type, author: Demo, words: tuple[str, str], what: str, advice: str
) -> None:
    done = typed("verify", author.report.bundle, *words)
    assert done.code == 2
    assert f"Error: {what}" in done.err
    assert advice in done.err


def test_why_follows_a_file_and_names_the_statements(typed: Type, author: Demo) -> None:
    name = min(path.name for path in (author.folder / "contracts").glob("*.txt"))
    done = typed("why", author.folder, name)
    assert done.code == 0
    assert f"{name!r} was read as row" in done.out
    assert "(log entry 1)" in done.out
    assert typed("why", author.folder, name, "--json").json[0]["position"] == 1
    unknown = typed("why", author.folder, "nothing.txt")
    assert unknown.code == 2
    assert "No file or row 'nothing.txt' was read" in unknown.err


def test_status_says_what_is_done_dropped_and_open(typed: Type, author: Demo) -> None:
    done = typed("status", author.folder)
    assert done.code == 0
    for word in ("ingest", "deploy", AUTHOR, "Open questions: impact", "--drops"):
        assert word in done.out
    drops = typed("status", author.folder, "--drops")
    assert "Another row before this one has the same text." in drops.out
    assert "file that could not be read" in drops.out
    assert re.search(r"has the same text\.\s+[0-9]+\s+[0-9]+\.[0-9]%", drops.out)
    assert "ask together" not in drops.out
    told = typed("status", author.folder, "--json").json
    assert len(told["unread"]) == 2
    assert told["obligations"] == []
    assert told["unread"][0]["file"] in drops.out
    assert told["status"]["entries"] == 9
    assert {one["stage"] for one in told["drops"]} == {"curate", "ingest"}


def test_a_folder_without_a_workspace_is_named(typed: Type, tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").touch()
    for words in (("status", tmp_path), ("log", "show", tmp_path), ("card", tmp_path, "--ask")):
        done = typed(*words)
        assert done.code == 2
        assert "is not a workspace: it has no '.warrant' folder." in done.err
        assert f"What to do: Run: warrant run {tmp_path}" in done.err


def test_the_log_is_shown_and_proved(typed: Type, author: Demo, tmp_path: Path) -> None:
    shown = typed("log", "show", author.folder)
    assert [line.split()[1] for line in shown.out.splitlines()[1:10]] == [
        "keys",
        "ingest",
        "curate",
        "split",
        "train",
        "plan",
        "evaluate",
        "report",
        "deploy",
    ]
    assert len(typed("log", "show", author.folder, "--json").json) == 9
    assert LogProof.parse(typed("log", "proof", author.folder, 3).out).index == 3
    target = tmp_path / "entry.tlog-proof"
    assert typed("log", "proof", author.folder, 3, "-o", target).code == 0
    assert LogProof.parse(target.read_text("utf-8")).index == 3
    again = typed("log", "proof", author.folder, 3, "-o", target)
    assert again.code == 2
    assert "exists already." in again.err
    grown = typed("log", "consistency", author.folder, 4)
    assert "The log of 9 entries begins with the 4 of then" in grown.out
    assert typed("log", "consistency", author.folder, 4, 8, "--json").json["new"] == 8
    assert typed("log", "proof", author.folder, 99).code == 2


def test_a_row_is_proved_and_the_proof_checked(typed: Type, author: Demo, tmp_path: Path) -> None:
    row = "contract-0001.txt"
    proof = tmp_path / "proof.json"
    made = typed("prove", "member", author.folder, row, "--with-row", "-o", proof)
    assert made.code == 0, made.err
    assert f"Next: warrant verify {proof}" in made.out
    checked = typed("verify", proof)
    assert checked.code == 0
    assert f"Signed by {AUTHOR}" in checked.out
    assert typed("verify", proof, "--json").json["result"] == "holds"
    assert typed("prove", "member", author.folder, row, "-o", proof).code == 2
    bare = tmp_path / "bare.json"
    assert typed("prove", "member", author.folder, row, "-o", bare, "--json").json["size"] > 1000
    lonely = typed("verify", bare)
    assert lonely.code == 2
    assert "The proof holds no row, and none was given." in lonely.err
    other = tmp_path / "row.json"
    other.write_text("{}", "utf-8")
    assert typed("verify", bare, "--row", other).code == 1
    other.write_text("[]", "utf-8")
    assert "is not a row as JSON." in typed("verify", bare, "--row", other).err
    assert "There is no proof at" in typed("verify", tmp_path / "none.json").err


def test_guardrails_are_listed_and_told(typed: Type) -> None:
    listed = typed("guardrails")
    assert listed.code == 0
    assert "plan-met" in listed.out
    one = typed("guardrails", "core", "--rule", "plan-met")
    assert "passes when" in one.out
    assert typed("guardrails", "--json").json[0]["id"]
    assert "has no rule 'plan-mett'" in typed("guardrails", "--rule", "plan-mett").err
    assert "No guardrail pack is called 'cor'." in typed("guardrails", "cor").err


def test_words_are_explained(typed: Type) -> None:
    assert typed("explain", "bundle").out.startswith("bundle: One file with model")
    assert typed("explain", "content", "key", "--json").json["word"] == "content key"
    assert "What to do: Run: warrant explain 'bundle'" in typed("explain", "bundl").err


def test_the_doctor_looks_at_machine_and_workspace(typed: Type, author: Demo) -> None:
    done = typed("doctor", author.folder)
    assert done.code == 0, done.out
    assert "Store, log and vault are sound." in done.out
    assert typed("doctor", "--json").json[0]["level"] == "ok"


def test_the_doctor_ends_in_an_error_when_something_is_lost(typed: Type, own: Path) -> None:
    (own / ".warrant" / "vault" / "log.pem").unlink()
    done = typed("doctor", own)
    assert done.code == 1
    assert "The vault has no 'log.pem'" in done.out


def test_a_record_is_traced_to_versions_models_and_bundles(typed: Type, author: Demo) -> None:
    told = typed("trace", author.folder, "contract-0001.txt")
    assert told.code == 0, told.err
    assert "documents@1 holds it: row " in told.out
    assert "(by its file's name)" in told.out
    assert "other versions:" in told.out
    assert "As of 9 log entries, root " in told.out
    assert "This compares exactly: a changed copy, a paraphrase or a scan of it is another" in (
        told.out
    )
    assert f"Next: warrant prove member {author.folder} " in told.out
    nothing = typed("trace", author.folder, "contract-9999.txt")
    assert nothing.out.startswith("No dataset version holds it.\n")
    assert "Next:" not in nothing.out
    listed = typed("trace", author.folder, "NDA", "--text", "--json").json
    assert {one["version"] for one in listed["held"]} <= {"documents@1", "rows@2", "train@3"} | {
        "validation@3",
        "test@3",
    }
