"""`warrant predict` as a user types it, on the demo's bundle."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Type
from warrant.flow import predict as room
from warrant.flow.demo import Demo
from warrant.flow.predict import Wish, predict
from warrant.flow.session import Desk
from warrant.kernel.canon import canonical
from warrant.kernel.digest import hash_file
from warrant.kernel.merkle import entries_root
from warrant.serve import Answerer, open_bundle
from warrant.serve.answers import NO_TEXT

LEASE = "This lease is made between landlord and tenant; the tenant pays rent for the premises."


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def wish(demo: Demo, source: Path, output: Path, **more: Any) -> Wish:  # noqa: ANN401
    return Wish(demo.report.bundle, source, output, **more)


def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "reader")


def test_a_folder_comes_back_as_a_line_a_document(demo: Demo, tmp_path: Path, typed: Type) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "a.txt").write_text(LEASE, "utf-8")
    (folder / "b.txt").write_text(" \n", "utf-8")
    (folder / "c.unknown").write_bytes(b"\x00\x01")
    output = tmp_path / "answers.jsonl"
    done = typed("predict", demo.report.bundle, folder, "-o", output, "--trust", demo.trust)
    assert done.code == 0, done.err
    a, b, c = lines(output)
    assert (a["file"], a["answer"], a["abstained"], a["why"]) == ("a.txt", "Lease", False, "")
    assert 0 < a["probability"] <= 1
    assert "premises" in a["deciding words"]
    assert a["use"] == "exploration: not for decisions"
    assert (b["answer"], b["abstained"], b["why"]) == ("", True, NO_TEXT)
    assert c["why"] == "No reader is installed for files with this ending."
    assert "3 rows in" in done.out
    assert "1 without an answer to rely on: see the column 'why'." in done.out
    assert "1 could not be read: see the column 'why'." in done.out
    assert "The bundle: holds, signed by Dana Demo (fictional)." in done.out
    assert "This is an exploration: not for decisions." in done.out
    assert done.out.endswith("Left this machine: nothing.\n")
    assert not (tmp_path / "answers.jsonl.parts").exists()


def test_the_receipt_has_the_root_and_the_digest_of_the_output(demo: Demo, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(f'id,text\n7,"{LEASE}"\n8,\n', "utf-8")
    output = tmp_path / "out.jsonl"
    done = predict(wish(demo, source, output), desk(tmp_path), demo.trust)
    receipt = json.loads(done.receipt.read_text("utf-8"))
    rows = [canonical(list(line.values())) for line in lines(output)]
    assert receipt["root"] == done.root == entries_root(rows).hex()
    assert receipt["output_sha256"] == hash_file(output).hex
    assert receipt["bundle"] == demo.report.bundle_digest
    assert receipt["is_logged"] is False


def test_her_own_columns_stay_and_ours_step_aside(demo: Demo, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(f'answer,text,note\nmine,"{LEASE}",=1+1\n', "utf-8")
    output = tmp_path / "out.csv"
    predict(wish(demo, source, output, words=False), desk(tmp_path), demo.trust)
    with output.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert list(row)[:5] == ["answer", "text", "note", "file", "answer (warrant)"]
    assert (row["answer"], row["answer (warrant)"], row["note"]) == ("mine", "Lease", "'=1+1")
    assert row["deciding words"] == ""


def test_a_stopped_batch_goes_on_and_gives_the_same_bytes(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PORTION_ROWS", 4)
    folder = demo.folder / "contracts"
    whole, stopped = tmp_path / "whole.xlsx", tmp_path / "stopped.xlsx"
    predict(wish(demo, folder, whole, words=False), desk(tmp_path), demo.trust)
    answered = 0
    right = Answerer.answer

    def fails(self: Answerer, rows: Any) -> Any:  # noqa: ANN401
        nonlocal answered
        answered += 1
        if answered == 4:
            raise KeyboardInterrupt
        return right(self, rows)

    monkeypatch.setattr(Answerer, "answer", fails)
    with pytest.raises(KeyboardInterrupt):
        predict(wish(demo, folder, stopped, words=False), desk(tmp_path), demo.trust)
    assert not stopped.exists()
    done = predict(wish(demo, folder, stopped, words=False), desk(tmp_path), demo.trust)
    assert done.resumed == 12
    assert stopped.read_bytes() == whole.read_bytes()


def test_an_answer_does_not_depend_on_the_rows_beside_it(demo: Demo, tmp_path: Path) -> None:
    opened = open_bundle(demo.report.bundle, tmp_path / "model")
    rows = [
        {"text": path.read_text("utf-8", errors="replace")}
        for path in sorted((demo.folder / "contracts").glob("*.txt"))
    ]
    answerer = Answerer(opened)
    together = answerer.answer(rows)
    assert together == [one for row in rows for one in answerer.answer([row])]
    assert len({one.answer for one in together}) > 2
    assert answerer.answer([]) == []


def test_a_changed_bundle_answers_nothing(demo: Demo, tmp_path: Path, typed: Type) -> None:
    output = tmp_path / "out.csv"
    folder = demo.folder / "contracts"
    done = typed("predict", demo.changed, folder, "-o", output, "--trust", demo.trust)
    assert done.code == 1
    assert "is refused: (9) 'card.md'" in done.err
    assert not output.exists()


def test_an_unknown_signer_is_said(demo: Demo, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(LEASE, "utf-8")
    done = predict(wish(demo, source, tmp_path / "out.csv"), desk(tmp_path))
    assert done.headline == "consistent, signer unknown"


@pytest.mark.parametrize(
    ("name", "text", "what", "do"),
    [
        (
            "in.csv",
            "id,Text\n1,x\n",
            "reads a column 'text'",
            "Rename the column 'Text' to 'text'.",
        ),
        ("in.csv", "id,n\n1,2\n", "the input has: 'id', 'n'", "Add a column 'text'."),
        ("in.csv", "id,text\n", "holds no record", "at least one line under it"),
    ],
)
def test_a_table_that_does_not_fit_says_what_to_do(
    demo: Demo, tmp_path: Path, typed: Type, name: str, text: str, what: str, do: str
) -> None:
    source = tmp_path / name
    source.write_text(text, "utf-8")
    done = typed("predict", demo.report.bundle, source, "-o", tmp_path / "o.csv")
    assert done.code == 2
    assert what in done.err
    assert do in done.err


def test_paths_that_do_not_fit_say_what_to_do(demo: Demo, tmp_path: Path, typed: Type) -> None:
    bundle, folder = demo.report.bundle, demo.folder / "contracts"
    there = tmp_path / "there.csv"
    there.write_text("mine", "utf-8")
    gone = typed("predict", bundle, tmp_path / "gone", "-o", tmp_path / "o.csv")
    assert "There is nothing at" in gone.err
    exists = typed("predict", bundle, folder, "-o", there)
    assert "replace it with --force" in exists.err
    assert there.read_text("utf-8") == "mine"
    nowhere = typed("predict", bundle, folder, "-o", tmp_path / "no" / "o.csv")
    assert "is not there" in nowhere.err
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "holds no file" in typed("predict", bundle, empty, "-o", tmp_path / "o.csv").err
    foreign = tmp_path / "o.csv.parts"
    foreign.mkdir()
    (foreign / "mine.txt").write_text("mine", "utf-8")
    kept = typed("predict", bundle, folder, "-o", tmp_path / "o.csv")
    assert "not from a stopped batch" in kept.err
    assert (foreign / "mine.txt").exists()
    shutil.rmtree(foreign)
    assert typed("predict", bundle, folder, "-o", there, "--force", "--no-words").code == 0
