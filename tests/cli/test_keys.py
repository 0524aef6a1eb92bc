"""Keys from the day they are made to the day they are lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Type
from warrant.flow.demo import Demo

BARE = "--unprotected-key"


@pytest.fixture
def passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a passphrase in a file, as a machine that runs alone does."""
    file = tmp_path / "passphrase"
    file.write_text("four words apart", "utf-8")
    monkeypatch.setenv("WARRANT_PASSPHRASE_FILE", str(file))
    monkeypatch.setenv("WARRANT_CONFIG_DIR", str(tmp_path / "me"))


@pytest.mark.usefixtures("passphrase")
def test_a_key_is_made_shown_and_brought_back_from_paper(typed: Type, tmp_path: Path) -> None:
    assert "You have no key yet." in typed("key", "list").out
    made = typed("key", "new", "ada", "--name", "Ada Alvarez")
    assert made.code == 0, made.err
    assert "Made the keys of Ada Alvarez" in made.out
    shown = typed("key", "show", "--json").json
    assert shown["key"].startswith("ed25519:")
    assert shown["key"] in typed("key", "show", "ada").out
    assert typed("key", "show", "--model").out.startswith("-----BEGIN PUBLIC KEY-----")
    assert typed("key", "list").out.splitlines()[1].split() == ["ada", "yes", "yes", "yes"]
    paper = tmp_path / "typed.txt"
    paper.write_text(typed("key", "sheet").out, "utf-8")
    back = typed("key", "restore", paper, "--as", "again")
    assert back.code == 0, back.err
    assert f"Brought back the person key {shown['key_id'][:12]} as 'again'." in back.out
    assert "The model key of 'again' is not here" in back.out
    paper.write_text(typed("key", "sheet", "ada", "--model").out, "utf-8")
    assert "Brought back the model key" in typed("key", "restore", paper, "--as", "again").out
    assert "There are several keys: ada, again." in typed("key", "show").err
    assert (
        "exists already; a key is never overwritten."
        in typed("key", "restore", paper, "--as", "ada").err
    )


def test_without_a_passphrase_nothing_is_written(typed: Type, own_home: Path) -> None:
    done = typed("key", "new", "ada", "--name", "Ada")
    assert done.code == 2
    assert "WARRANT_PASSPHRASE_FILE" in done.err
    assert not list(own_home.rglob("*.pem"))


@pytest.mark.usefixtures("passphrase")
def test_a_bare_key_is_protected_later(typed: Type) -> None:
    assert "There is no key" in typed("key", "show").err
    assert "You have no key yet." in typed("key", "protect").err
    assert typed("key", "new", "ada", "--name", "Ada", BARE, "--json").json["name"] == "Ada"
    assert typed("key", "list", "--json").json[0]["passphrase"] == "no"
    assert typed("key", "protect", "ada").out == "The keys 'ada' have a passphrase now.\n"
    assert typed("key", "list", "--json").json[0]["passphrase"] == "yes"
    assert typed("key", "show", "ada").code == 0


def test_a_sheet_with_a_slip_is_refused(typed: Type, tmp_path: Path) -> None:
    paper = tmp_path / "typed.txt"
    paper.write_text("1:  0AB1  2CD3  4EF5\n", "utf-8")
    assert "The sheet has 3 groups of four characters" in typed("key", "restore", paper).err
    paper.write_bytes(b"\xff\xfe\x00")
    assert "is not text." in typed("key", "restore", paper).err
    assert "No such file" in typed("key", "restore", tmp_path / "none").err


@pytest.mark.usefixtures("passphrase")
def test_a_reader_comes_to_know_a_signer(typed: Type, demo: Demo, tmp_path: Path) -> None:
    line = (demo.trust / "signers").read_text("utf-8").splitlines()[-1]
    key = line.split()[0]
    assert typed("verify", demo.report.bundle).code == 3
    stranger = typed("key", "trust", demo.report.bundle, "--key", other_key(typed), "--name", "Eve")
    assert stranger.code == 2
    assert "does not list the key" in stranger.err
    done = typed("key", "trust", demo.report.bundle, "--key", key, "--name", "Dana")
    assert done.code == 0, done.err
    assert "You believe Dana and log warrant-log/" in done.out
    assert "holds, signed by Dana." in typed("verify", demo.report.bundle).out
    mine = tmp_path / "mine"
    told = typed(
        *("key", "trust", demo.folder, "--key", key, "--name", "Dana", "--role", "author"),
        *("--trust", mine, "--json"),
    ).json
    assert told["folder"] == str(mine)


def other_key(typed: Type) -> str:
    key: str = typed("key", "new", "eve", "--name", "Eve", "--json").json["key"]
    return key


def test_a_colleague_is_added_and_a_key_replaced(typed: Type, own: Path) -> None:
    typed("key", "new", "ben", "--name", "Ben Okoro", BARE)
    key = typed("key", "show", "ben", "--json").json["key"]
    added = typed(
        *("key", "add", own, "--name", "Ben Okoro", "--key", key, "--role", "approver"),
        *("--role", "reviewer", "--with", "demo", BARE),
    )
    assert added.code == 0, added.err
    assert "Ben Okoro may act here as approver, reviewer: log entry 9." in added.out
    judged = typed("approve", own, "--reason", "Read it", "--key", "ben", BARE)
    assert "signed by Ben Okoro" in judged.out, judged.err
    typed("key", "new", "next", "--name", "Dana Demo (fictional)", BARE)
    rotated = typed("key", "rotate", own, "--to", "next", "--key", "demo", BARE)
    assert rotated.code == 0, rotated.err
    assert "takes over: log entry 11." in rotated.out
    late = typed("approve", own, "--reason", "x", "--key", "demo", BARE)
    assert late.code == 2
    assert "is not in force in this workspace." in late.err
    assert typed("verify", own).code == 0


def test_a_workspace_goes_on_after_its_log_key_is_lost(typed: Type, own: Path) -> None:
    early = typed("key", "recover", own, BARE)
    assert early.code == 2
    assert "Nothing is lost: the log's key and the salts are in the vault." in early.err
    (own / ".warrant" / "vault" / "log.pem").unlink()
    stopped = typed("run", own, BARE)
    assert stopped.code == 1
    assert "Does not hold: The log's key is not in the vault" in stopped.err
    assert "warrant key recover" in stopped.err
    done = typed("key", "recover", own, BARE)
    assert done.code == 0, done.err
    assert "names the old one, which stays in" in done.out
    assert typed("run", own, BARE).code == 0
    assert typed("verify", own).code == 0


@pytest.mark.usefixtures("passphrase")
def test_a_model_folder_is_signed_and_checked(typed: Type, tmp_path: Path) -> None:
    folder, out = tmp_path / "model", tmp_path / "model.sig"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(b"1234")
    (folder / "README.md").write_text("one", "utf-8")
    assert "There are 0 model keys: none." in typed("key", "sign-model", folder, "-o", out).err
    typed("key", "new", "ada", "--name", "Ada Alvarez")
    pem = tmp_path / "ada.pub"
    pem.write_text(typed("key", "show", "--model").out, "ascii")
    inside = typed("key", "sign-model", folder, "-o", folder / "model.sig")
    assert "would lie inside the model's folder" in inside.err
    assert typed("key", "sign-model", folder, "-o", out).out.startswith("Signed: 2 files, 2 of")
    assert typed("key", "check-model", folder, out, "--pem", pem).code == 0
    (folder / "README.md").write_text("two", "utf-8")
    changed = typed("key", "check-model", folder, out, "--pem", pem)
    assert changed.code == 1
    assert "README.md" in changed.err
    missing = typed("key", "check-model", folder, tmp_path / "no.sig", "--pem", pem)
    assert "cannot be read" in missing.err
    assert "cannot be read" in typed("key", "check-model", folder, out, "--pem", tmp_path / "x").err


@pytest.mark.usefixtures("passphrase")
def test_trusting_stat_says_which_files_were_hashed(typed: Type, tmp_path: Path) -> None:
    import os

    folder, out = tmp_path / "model", tmp_path / "model.sig"
    folder.mkdir()
    for name in ("weights.bin", "README.md"):
        (folder / name).write_text(name, "utf-8")
        os.utime(folder / name, (1_000_000_000, 1_000_000_000))
    typed("key", "new", "ada", "--name", "Ada Alvarez")
    words = ("key", "sign-model", folder, "-o", out, "--trust-stat", "--json")
    assert typed(*words).json["hashed_now"] == ["README.md", "weights.bin"]
    (folder / "README.md").write_text("another", "utf-8")
    assert "README.md" in typed(*words).json["hashed_now"]
