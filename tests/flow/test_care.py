"""Backup, rebuild, doctor: what cannot be made again is copied, what can be is made again."""

from __future__ import annotations

import os
import sqlite3
import stat
import tarfile
from pathlib import Path

import pytest

from tests.flow.bench import Bench, copy_bench, make_bench
from tests.outside import place_for_everyone
from warrant.errors import InputError, OutsideError
from warrant.flow.backup import back_up
from warrant.flow.care import doctor, rebuild
from warrant.flow.index import Index
from warrant.flow.workspace import Workspace


def look_ups(bench: Bench) -> list[list[tuple[object, ...]]]:
    with sqlite3.connect(bench.state / "index.db") as database:
        found = [
            database.execute(query).fetchall()
            for query in (
                "SELECT * FROM entries ORDER BY position",
                "SELECT * FROM links ORDER BY position, direction, name",
            )
        ]
    database.close()
    return found


def test_a_backup_unpacked_anywhere_is_the_workspace_again(bench: Bench, tmp_path: Path) -> None:
    target = tmp_path / "copy.tar"
    with bench.open() as workspace:
        size = back_up(workspace, target)
        assert size == target.stat().st_size
        with pytest.raises(InputError, match=r"copy\.tar' exists already\. Name a file that does"):
            back_up(workspace, target)
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    place = tmp_path / "elsewhere"
    with tarfile.open(target) as tar:
        names = tar.getnames()
        tar.extractall(place, filter="data")
    assert {name.partition("/")[2].partition("/")[0] for name in names} == {
        "",
        ".warrant",
        "recipe.yaml",
    }
    assert not any("index.db" in name or "/runs" in name or "/lock" in name for name in names)
    restored = Bench(place / "notes", bench.clock)
    (bench.root / "reader").rename(restored.root / "reader")
    (bench.root / "notes").rename(restored.root / "notes")
    (bench.root / "notes.csv").rename(restored.root / "notes.csv")
    assert restored.verify().result == "holds"
    assert restored.run().computed == ()
    restored.require_sound()


def test_a_backup_of_the_folder_one_stands_in(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bench.root)
    workspace = Workspace.open(Path())
    try:
        back_up(workspace, tmp_path / "copy.tar")
    finally:
        workspace.close()
    with tarfile.open(tmp_path / "copy.tar") as tar:
        assert "notes/.warrant/log/checkpoint" in tar.getnames()
        assert "notes/.warrant/vault/vault.db" in tar.getnames()


def test_a_backup_that_fails_leaves_nothing_behind(bench: Bench, tmp_path: Path) -> None:
    target = tmp_path / "no-such-folder" / "copy.tar"
    with bench.open() as workspace, pytest.raises(OutsideError, match="could not be written"):
        back_up(workspace, target)
    assert not target.parent.exists()


def test_rebuilt_look_ups_are_equal(bench: Bench) -> None:
    before = look_ups(bench)
    with sqlite3.connect(bench.state / "index.db") as database:
        database.execute("DELETE FROM links")
    database.close()
    assert rebuild(bench.root) == 9
    assert look_ups(bench) == before
    (bench.state / "index.db").write_bytes(b"no database" * 100)
    with pytest.raises(OutsideError, match=r"The index .* cannot be used.*run: warrant rebuild"):
        Workspace.open(bench.root)
    assert rebuild(bench.root) == 9
    assert look_ups(bench) == before


def test_two_readers_that_open_at_once_do_not_collide(bench: Bench) -> None:
    (bench.state / "index.db").unlink()
    one, two = Index(bench.state / "index.db"), Index(bench.state / "index.db")
    with bench.open() as workspace:
        for index in (one, two):
            assert index.catch_up(workspace.log, workspace.store) == 9
    for index in (one, two):
        index.close()


def test_the_doctor_finds_a_sound_workspace_sound(finished: Bench) -> None:
    found = doctor(finished.root)
    assert "Store, log and vault are sound." in [one.text for one in found]
    assert not [one for one in found if one.level == "error"]
    assert any(one.text.startswith("No key in ") for one in found)  # the home of this test is empty


def test_the_doctor_names_what_is_broken(bench: Bench, tmp_path: Path) -> None:
    pack = next((bench.state / "store" / "packs").glob("*.pack"))
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    pack.write_bytes(data)
    (bench.state / "store" / "tmp-left").write_bytes(b"")
    (bench.state / "log" / "tile" / "entries" / "000.p" / "9").unlink()
    (bench.state / "vault" / "erasing").write_bytes(b"{}")
    (bench.state / "vault" / "vault.db").write_bytes(b"x" * 5000)
    found = doctor(bench.root)
    errors = " ".join(one.text for one in found if one.level == "error")
    assert pack.name in errors
    assert "Log is truncated" in errors
    assert "An erasure was begun and not finished." in errors
    assert "The vault" in errors
    assert any(one.level == "warning" and "tmp-left" in one.text for one in found)
    assert any("No workspace here yet" in one.text for one in doctor(tmp_path))


def test_the_doctor_warns_of_a_folder_that_others_copy(tmp_path: Path) -> None:
    root = tmp_path / "Dropbox" / "notes"
    make_bench(root)
    assert any("Dropbox copies" in one.text for one in doctor(root))


def test_a_folder_that_is_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is not a workspace: it has no '\.warrant' folder\. For"):
        Workspace.open(tmp_path / "mine" / "notes")
    (tmp_path / "notes").mkdir()
    with pytest.raises(InputError, match=r"warrant new NAME --from .*notes; to look around"):
        Workspace.open(tmp_path / "notes")
    (tmp_path / "notes" / "recipe.yaml").touch()
    with pytest.raises(InputError, match=r"Run: warrant run .*notes"):
        Workspace.open(tmp_path / "notes")
    with pytest.raises(InputError, match=r"Write '.*notes' in place of '.*note'"):
        Workspace.open(tmp_path / "note")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "recipe.yaml").touch()
    with pytest.raises(InputError, match=r"one of those beside it: '.*letters', '.*notes'; for a"):
        Workspace.open(tmp_path / "contracts-2026")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to give up its rights")
def test_who_may_only_read_can_look(finished: Bench) -> None:
    import subprocess
    import sys

    script = """
import os, sys
from pathlib import Path
import encodings, pkgutil
for codec in pkgutil.iter_modules(encodings.__path__):
    if codec.name not in ("mbcs", "oem"):
        __import__(f"encodings.{codec.name}")
import warrant.engine, warrant.flow.story, warrant.kernel.vault
os.setuid(65534)
from warrant.flow.workspace import Workspace
from warrant.flow.story import status
print(status(Workspace.open(Path(sys.argv[1]))).entries)
"""
    with place_for_everyone() as place:
        root = copy_bench(finished, place / "notes").root
        for path in root.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        done = subprocess.run(
            [sys.executable, "-c", script, str(root)], capture_output=True, text=True
        )
    assert (done.stdout, done.stderr) == ("9\n", "")
