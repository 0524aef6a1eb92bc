"""`warrant predict` as a user types it, on the demo's bundle."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.cli.conftest import Type
from tests.stages.ingest.awkward import ods, ods_text
from warrant.errors import InputError
from warrant.flow.answering import Wish, answering
from warrant.flow.demo import Demo
from warrant.flow.predict import Order, Predicted, predict
from warrant.flow.session import Desk
from warrant.kernel import bundle as container
from warrant.kernel.bundle import Member
from warrant.serve import Answerer, batch

LEASE = "This lease is made between landlord and tenant; the tenant pays rent for the premises."


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def ask(demo: Demo, source: Path, output: Path, **wish: Any) -> Predicted:  # noqa: ANN401
    """Predict as somebody who trusts the demo's author."""
    order = Order(demo.report.bundle, str(source), output, force=wish.pop("force", False))
    return predict(order, Desk(output.parent / "reader"), Wish(**{"trust": demo.trust, **wish}))


def test_a_folder_comes_back_as_a_line_a_document(demo: Demo, tmp_path: Path, typed: Type) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "a.txt").write_text(LEASE, "utf-8")
    (folder / "b.txt").write_text(" \n", "utf-8")
    (folder / "c.unknown").write_bytes(b"\x00\x01")
    (folder / "d.csv").write_text("file,n\na.txt,1\n", "utf-8")
    output = folder / "answers.jsonl"
    done = typed("predict", demo.report.bundle, folder, "-o", output, "--trust", demo.trust)
    assert done.code == 0, done.err
    a, b, c, d = lines(output)
    assert (a["file"], a["answer"], a["abstained"], a["why"]) == ("a.txt", "Lease", "no", None)
    assert 0 < a["probability"] <= 1
    assert "premises" in a["deciding words"]
    assert a["nearest training row"].endswith(".txt")
    assert 0 < a["similarity"] <= 1
    assert a["notice"] == "exploration: not for decisions"
    assert a["model"] == demo.report.bundle_digest[:12]
    assert (b["answer"], b["abstained"], b["why"]) == (None, "yes", "'text' is empty")
    assert c["why"] == "No reader is installed for files with this ending."
    assert d["why"] == (
        "The table has no column 'text', which the model reads. Does it describe the other files? "
        "Then name it: --sheet"
    )
    receipt = json.loads((folder / "answers.jsonl.receipt.json").read_text("utf-8"))
    told = done.out.splitlines()
    bundle = demo.report.bundle_digest[:12]
    assert told[0] == f"4 rows in {output}, answered by contracts-demo (bundle {bundle})."
    assert told[1:3] == [
        "1 without an answer to rely on: see the column 'why'.",
        "2 could not be read: see the column 'why'.",
    ]
    assert "The bundle: holds, signed by Dana Demo (fictional). Approval: none." in told
    assert "exploration: not for decisions." in told
    assert told[3] == (
        "Note: Guardrails without a yes: plan-met. In an exploration they stop nothing."
    )
    kept = f"kept in {output}.receipt.json."
    assert f"Not logged. Root over the rows: {receipt['root']}, {kept}" in told
    assert told[-2:] == [
        "Left this machine: nothing.",
        f"Check it: warrant verify {output}.receipt.json",
    ]
    assert not (folder / "answers.jsonl.parts").exists()
    again = typed("predict", demo.report.bundle, folder, "-o", output, "--force", "--json")
    assert again.json["receipt"]["lines"] == 4  # the output is no question


def test_a_receipt_finds_a_changed_cell(demo: Demo, tmp_path: Path, typed: Type) -> None:
    output = tmp_path / "out.csv"
    source = tmp_path / "in.csv"
    source.write_text(f'id,text\n7,"{LEASE}"\n8,\n', "utf-8")
    done = ask(demo, source, output)
    sound = typed("verify", done.receipt_path)
    assert sound.code == 3
    root = done.receipt.root
    assert f"Header and 2 lines of 'out.csv' give its root {root}." in sound.out
    assert "Nobody signed the receipt and no log knows it" in sound.out
    moved = tmp_path / "moved.csv"
    moved.write_text(output.read_text("utf-8-sig"), "utf-8")
    again = typed("verify", done.receipt_path, "--output", moved, "--json")
    assert again.code == 3
    assert "The file was saved anew since; each line is as it was." in again.json["lines"]
    moved.write_text(moved.read_text("utf-8").replace("Lease", "Loan"), "utf-8")
    changed = typed("verify", done.receipt_path, "--output", moved)
    assert changed.code == 1
    assert "a line was changed, added, moved or left out" in changed.out
    output.unlink()
    gone = typed("verify", done.receipt_path)
    assert (gone.code, "are not there" in gone.err) == (2, True)
    nothing = typed("verify", tmp_path / "no.receipt.json")
    assert (nothing.code, "There is no receipt at" in nothing.err) == (2, True)


def test_a_sheet_describes_the_files_of_a_folder(demo: Demo, tmp_path: Path, typed: Type) -> None:
    output = tmp_path / "out.jsonl"
    contracts = demo.folder / "contracts"
    options = ("-o", output, "--no-words", "--no-neighbours", "--sheet", contracts / "index.csv")
    done = typed("predict", demo.report.bundle, contracts, *options)
    assert done.code == 0, done.err
    first = lines(output)[0]
    assert list(first)[:6] == [
        *("file", "contract_id", "contract_type", "governing_law", "agreement_date"),
        "file (warrant)",
    ]
    assert "deciding words" not in first
    assert "nearest training row" not in first
    wrong = typed(
        "predict", demo.report.bundle, contracts, "-o", tmp_path / "x.csv", "--sheet", "no"
    )
    assert (wrong.code, "The sheet 'no' is not there." in wrong.err) == (2, True)


def test_a_killed_batch_goes_on_and_gives_the_same_bytes(
    demo: Demo, tmp_path: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "PORTION_LINES", 4)
    folder = demo.folder / "contracts"
    whole, stopped = tmp_path / "a" / "out.xlsx", tmp_path / "b" / "out.xlsx"
    for place in (whole, stopped):
        place.parent.mkdir()
    ask(demo, folder, whole, words=False, neighbours=False)
    answered = 0
    right = Answerer.answer

    def fails(self: Answerer, rows: Any) -> Any:  # noqa: ANN401
        nonlocal answered
        answered += 1
        if answered == 4:
            raise KeyboardInterrupt
        return right(self, rows)

    monkeypatch.setattr(Answerer, "answer", fails)
    options = ("-o", stopped, "--trust", demo.trust, "--no-words", "--no-neighbours")
    ended = typed("predict", demo.report.bundle, folder, *options)
    assert ended.code == 130
    assert "Stopped. What was answered is kept. Go on with: warrant predict" in ended.err
    again = shlex.split(ended.err.partition("Go on with: warrant ")[2])
    assert not stopped.exists()
    done = typed(*again)
    assert "12 were kept from a run that was stopped." in done.out
    assert stopped.read_bytes() == whole.read_bytes()


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
    done = ask(demo, source, tmp_path / "out.csv", trust=None)
    assert done.receipt.verified == "consistent, signer unknown"


def test_away_from_its_workspace_a_bundle_names_no_training_row(demo: Demo, tmp_path: Path) -> None:
    moved = tmp_path / "moved.bundle"
    shutil.copy(demo.report.bundle, moved)
    desk = Desk(tmp_path / "reader")
    with answering(moved, desk, Wish(trust=demo.trust)) as opened:
        assert not opened.answerer.has_neighbours
    with answering(moved, desk, Wish(trust=demo.trust, workspace=demo.folder)) as opened:
        (answer,) = opened.answerer.answer([{"text": LEASE}])
    assert answer.nearest is not None
    assert answer.nearest.path.startswith("contract-")
    with (
        pytest.raises(InputError, match="is not a workspace"),
        answering(moved, desk, Wish(workspace=tmp_path)),
    ):
        pass


@pytest.mark.parametrize(
    ("name", "text", "what", "do"),
    [
        ("in.csv", "id,Text\n1,x\n", "has no column 'text'", "Is it 'Text'? Rename that column"),
        (
            "in.csv",
            "id,n\n1,2\n",
            "it has: 'id', 'n'",
            "Rename the column that holds it 'text', or add one",
        ),
        ("in.csv", "id,text\n", "holds no row to answer", "lines under its header"),
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


@pytest.mark.parametrize("name", ["index.csv", "index.ods"])
def test_the_sheet_of_a_folder_is_told_from_a_table_of_texts(
    demo: Demo, tmp_path: Path, typed: Type, name: str
) -> None:
    (tmp_path / "a.txt").write_text(LEASE, "utf-8")
    sheet = tmp_path / name
    if name.endswith(".csv"):
        sheet.write_text("client,file\nAda,a.txt\n", "utf-8")
    else:
        sheet.write_bytes(ods(ods_text("client", "file"), ods_text("Ada", "a.txt")))
    output = ("-o", tmp_path / "o.jsonl", "--trust", demo.trust)
    done = typed("predict", demo.report.bundle, sheet, *output)
    assert done.code == 2
    assert "its column 'file' names files" in done.err
    assert f"write {tmp_path} --sheet {sheet} in place of {sheet}" in done.err.replace("\n", " ")
    done = typed("predict", demo.report.bundle, tmp_path, "--sheet", sheet, *output)
    assert done.code == 0, done.err
    assert next(one["client"] for one in lines(tmp_path / "o.jsonl") if one["file"] == "a.txt")
    sheet.write_bytes(sheet.read_bytes().replace(b"a.txt", b"z.txt"))
    if name.endswith(".csv"):
        told = typed("predict", demo.report.bundle, sheet, *output, "--force").err
        assert f"write FOLDER --sheet {sheet}" in told.replace("\n", " ")


def test_of_several_worksheets_the_one_that_names_the_files_is_taken(
    demo: Demo, tmp_path: Path, typed: Type
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "a.txt").write_text(LEASE, "utf-8")
    sheet = tmp_path / "index.xlsx"
    pages: dict[str, list[list[str]]] = {
        "Read me": [["About"], ["internal"]],
        "Files": [["File", "Client"], ["a.txt", "Ada"]],
    }
    with xlsxwriter.Workbook(sheet) as book:
        for name, rows in pages.items():
            page = book.add_worksheet(name)
            for at, cells in enumerate(rows):
                page.write_row(at, 0, cells)
    output = ("-o", tmp_path / "o.jsonl", "--trust", demo.trust)
    done = typed("predict", demo.report.bundle, folder, "--sheet", sheet, *output)
    assert done.code == 0, done.err
    (line,) = lines(tmp_path / "o.jsonl")
    assert (line["file"], line["Client"]) == ("a.txt", "Ada")
    (folder / "a.txt").rename(folder / "b.txt")
    done = typed("predict", demo.report.bundle, folder, "--sheet", sheet, *output, "--force")
    assert done.code == 2
    assert "name the column with --join" in done.err.replace("\n", " ")


def test_paths_that_do_not_fit_say_what_to_do(demo: Demo, tmp_path: Path, typed: Type) -> None:
    bundle, folder = demo.report.bundle, demo.folder / "contracts"
    gone = typed("predict", bundle, tmp_path / "gone", "-o", tmp_path / "o.csv")
    assert "There is nothing at" in gone.err
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "holds no file" in typed("predict", bundle, empty, "-o", tmp_path / "o.csv").err
    there = tmp_path / "there.csv"
    there.write_text("mine", "utf-8")
    assert "replace it: --force" in typed("predict", bundle, folder, "-o", there).err
    assert there.read_text("utf-8") == "mine"


def test_what_is_no_bundle_of_ours_is_refused(demo: Demo, tmp_path: Path, typed: Type) -> None:
    def told(path: Path) -> str:
        done = typed("predict", path, demo.folder / "contracts", "-o", tmp_path / "o.csv")
        assert done.code == 2
        return done.err

    card = demo.report.card
    assert f"{card.name!r} is no bundle." in told(card)
    assert "Name the bundle in it: " in told(demo.folder)
    assert "There is no bundle at" in told(tmp_path / "gone.bundle")
    with demo.report.bundle.open("rb") as file:
        members = container.read(file)
    content = members["content.json"].replace(b"warrant/bundle/1", b"warrant/bundle/2")
    other = tmp_path / "other.bundle"
    with other.open("w+b") as file:
        container.write(
            file, [Member(n, content if n == "content.json" else b) for n, b in members.items()]
        )
    assert "is of another version: 'warrant/bundle/2'" in told(other)
