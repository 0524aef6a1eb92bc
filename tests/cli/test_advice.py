"""What the program advises works when it is typed as it stands."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from warrant.cli.program import program
from warrant.flow.demo import AUTHOR, Demo
from warrant.flow.dropped import Drops
from warrant.flow.words import WORDS

BARE = "--unprotected-key"
GROWN = "The workspace's log has grown since this bundle was written: warrant run demo writes it"


def to_pilot(own: Path) -> None:
    recipe = own / "recipe.yaml"
    text = recipe.read_text("utf-8")
    text = re.sub(r"^use: .*$", "use: {stage: pilot}", text, flags=re.MULTILINE)
    recipe.write_text(text, "utf-8")


def commands(told: str) -> list[list[str]]:
    return [
        shlex.split(one.rstrip(".")) for one in re.findall(r"(warrant .*?'…'|warrant .*)", told)
    ]


def test_a_refusal_tells_its_remedy_once_with_the_path_that_was_typed(
    typed: Type, own: Path
) -> None:
    to_pilot(own)
    typed("card", "demo", "--answer", "impact=low", "--reason", "A person reads all", BARE)
    typed("except", "demo", "plan-met", "--reason", "Sixty contracts are too few", BARE)
    refused = typed("run", "demo", BARE)
    assert refused.code == 4
    reason, do = refused.err.split("What to do: ")
    command = "warrant except demo personal-data-resolved --role approver --reason '…'"
    assert command in do
    assert "warrant except" not in reason
    assert "Refused: The step 'train' may not run in pilot use: 1 guardrail stops it." in reason
    ((_, *words),) = commands(do)
    assert typed(*words, BARE).code == 0
    missing = typed("run", "demo", BARE)
    assert missing.code == 4
    ((_, *words),) = commands(missing.err.split("What to do: ")[1])
    assert words == ["approve", "demo", "--reason", "…"]
    assert typed(*words, BARE).code == 0
    assert typed("run", "demo", BARE).code == 0
    assert typed("reject", "demo", "--reason", "Too weak", BARE).code == 0
    rejected = typed("run", "demo", "--json", BARE)
    told = json.loads(rejected.err)["error"]
    assert "WORKSPACE" not in rejected.err
    assert "warrant status demo" in told["do"]


def test_of_several_refusals_each_line_keeps_its_remedy(typed: Type, own: Path) -> None:
    recipe = own / "recipe.yaml"
    text = recipe.read_text("utf-8").replace("train: true, commercial: true", "train: false")
    recipe.write_text(text, "utf-8")
    to_pilot(own)
    refused = typed("run", own, BARE)
    assert refused.code == 4
    assert refused.err.count(f"warrant run {own}.") >= 2
    end = "What to do: What each line says; then run the same command again.\n"
    assert refused.err.endswith(end)


def test_a_proof_without_its_row_says_how_the_row_is_written(
    typed: Type, author: Demo, tmp_path: Path
) -> None:
    name, proof, row = "contract-0001.txt", tmp_path / "proof.json", tmp_path / "row.json"
    made = typed("prove", "member", author.folder, name, "-o", proof)
    assert "whoever checks the proof brings it as JSON." in made.out
    assert f"warrant prove member {author.folder} {name} --row-only -o row.json" in made.out
    assert made.out.endswith(f"Next: warrant verify {proof} --row row.json\n")
    written = typed("prove", "member", author.folder, name, "--row-only", "-o", row)
    assert written.code == 0, written.err
    assert f"Wrote {row}: the row as it is in the dataset." in written.out
    assert "text" in json.loads(row.read_text("utf-8"))
    assert f"Signed by {AUTHOR}" in typed("verify", proof, "--row", row).out
    again = tmp_path / "again.json"
    told = typed("prove", "member", author.folder, name, "--row-only", "-o", again, "--json").json
    assert told["size"] == again.stat().st_size
    assert "--row-only -o row.json" in typed("verify", proof).err


def test_a_backup_says_what_is_not_in_it(typed: Type, own: Path, tmp_path: Path) -> None:
    done = typed("backup", own, "-o", tmp_path / "copy.tar")
    assert (
        "The folders and sheets that the recipe reads are not in it; copy them too: contracts"
        in done.out
    )
    told = typed("backup", own, "-o", tmp_path / "other.tar", "--json").json
    assert "contracts/index.csv" in told["not_inside"]
    (own / "recipe.yaml").write_text("half a recipe", "utf-8")
    done = typed("backup", own, "-o", tmp_path / "third.tar")
    assert "that the recipe reads are not in it; copy them too." in done.out


def test_all_rows_that_fit_can_be_listed(
    typed: Type, author: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "contract-0001.txt"
    (one,) = typed("why", author.folder, name, "--list", "--json").json
    assert one["file"] == name
    assert one["row"][:16] in typed("why", author.folder, name, "--list").out
    assert typed("why", author.folder, "x", "--list").out == "No row fits 'x'.\n"
    listed = typed("why", author.folder, name, "--list").out.splitlines()
    assert listed[0].split() == ["row", "file"]
    from warrant.flow import story

    fitting = story._fitting
    monkeypatch.setattr(story, "_fitting", lambda *about: [*fitting(*about)][:1] * 30)
    done = typed("why", author.folder, name)
    assert done.code == 2
    assert f"Error: 30 rows fit {name!r}." in done.err
    assert f", …. See them all: warrant why {author.folder} {name} --list" in done.err
    assert len(typed("why", author.folder, name, "--list", "--json").json) == 30


def test_an_old_bundle_in_its_workspace_says_how_to_write_it_anew(typed: Type, own: Path) -> None:
    bundle = Path("demo/contracts-demo.bundle")
    assert "has grown" not in typed("verify", bundle).out
    (own / "contracts" / "contract-0001.txt").unlink()
    typed("erase", "demo", "contract-0001.txt", "--reason", "Withdrawn", BARE)
    assert typed("verify", "demo").code == 0
    refused = typed("verify", bundle)
    assert refused.code == 1
    assert refused.out.endswith(f"{GROWN} anew.\n")
    assert typed("run", "demo", BARE).code == 0
    assert typed("verify", bundle).out.endswith(f"Result: holds, signed by {AUTHOR}.\n")


def test_a_bundle_elsewhere_gets_no_advice_on_a_workspace(
    typed: Type, own: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.bundle"
    shutil.copy(own / "contracts-demo.bundle", alone)
    typed("approve", "demo", "--reason", "Read it", BARE)
    assert "has grown" not in typed("verify", alone).out
    (own / "broken.bundle").write_bytes(b"no bundle")
    assert "has grown" not in typed("verify", own / "broken.bundle").out


def test_a_trust_folder_without_a_log_names_the_command(
    typed: Type, own: Path, tmp_path: Path
) -> None:
    trust = tmp_path / "half"
    trust.mkdir()
    shutil.copy(own / "reader" / "trust" / "signers", trust / "signers")
    half = typed("verify", own, "--trust", trust, "--no-seen")
    assert half.code == 3
    told, _, command = half.out.splitlines()[-1].partition(": ")
    assert told == "Your trust folder has no log.policy, so no log is known"
    assert command.startswith(f"warrant key trust {own} --key ed25519:")
    assert typed(*shlex.split(command)[1:]).code == 0
    assert typed("verify", own, "--trust", trust, "--no-seen").code == 0


def test_guardrails_fit_into_eighty_columns(typed: Type) -> None:
    listed = typed("guardrails").out
    assert max(map(len, listed.splitlines())) <= 80
    assert "plan-met (stops from pilot; may except: approver)\n  The evaluation met" in listed


def test_nothing_dropped_is_said(typed: Type, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warrant.flow.dropped.drops", lambda _: Drops((), ()))
    assert typed("status", own, "--drops").out.startswith("Nothing was dropped.\n")


def test_a_recipe_in_utf_16_says_how_to_save_it(typed: Type, own: Path) -> None:
    recipe = own / "recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8"), "utf-16")
    done = typed("run", own)
    assert done.code == 2
    assert "Error: 'recipe.yaml' is saved as UTF-16; expected UTF-8." in done.err
    assert "in Notepad by Save as, Encoding: UTF-8" in done.err


def test_all_words_are_listed(typed: Type) -> None:
    listed = typed("explain")
    assert listed.code == 0
    words = [line.partition(":")[0] for line in listed.out.splitlines()]
    assert words == sorted(WORDS)
    assert {"card", "plan", "label", "metadata", "licence", "approval", "exception"} < {*words}
    assert {"evaluation", "split", "group", "sheet", "trust", "proof", "origin"} < {*words}
    assert {one["word"] for one in typed("explain", "--json").json} == {*words}


def test_the_program_is_named_as_the_shell_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/somewhere/warrant")
    assert program() == "warrant"
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert program() == str(tmp_path / "warrant")
    called = tmp_path / "bin" / "warrant"
    called.parent.mkdir()
    called.touch()
    monkeypatch.setattr(sys, "argv", [str(called)])
    monkeypatch.chdir(tmp_path)
    assert program() == str(Path("bin", "warrant"))
