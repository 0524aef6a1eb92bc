"""Places, pairs and options looked into and compared, over workspaces with planted wrong labels."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.flow import kinds
from warrant.errors import InputError
from warrant.flow.advise.next import advise_on
from warrant.flow.advise.rows import read_rows
from warrant.flow.advise.take import take_corrections
from warrant.flow.comparing import Comparison, compare
from warrant.flow.investigate import Inquiry, investigate
from warrant.flow.investigate.found import Investigated
from warrant.flow.session import Desk, load_person, open_pen
from warrant.flow.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture(name="place", scope="module", params=list(kinds.WORKSPACES))
def _place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path, Desk]:
    folder = tmp_path_factory.mktemp(request.param)
    return request.param, folder, kinds.make(folder, request.param)


EXPECTED = {"notes": "name", "claims": "not supported", "quiz": "A"}
"""What planted rows say, and the model does not."""


def ask(folder: Path, name: str, desk: Desk) -> Investigated:
    """Ask about a clean row as if its planted label were right."""
    row = kinds.WORKSPACES[name][0](1005)
    if name == "quiz":
        row["options"] = ["300 keys", "41 days", "9 rooms"]
        row["text"] = "Note 3 says that the lease ends in 41 days. When does it end?"
    if name == "claims":
        row["source"] = str(row["claim"]).replace("The", "Note 9: it is agreed that the")
    for answer in ("spans", "verdict", "right"):
        row.pop(answer, None)
    (folder / "one.jsonl").write_text(json.dumps(row) + "\n")
    text = str(row.get("text"))
    found = re.search(r"(?<= in )\w+", text)
    place = f"{found.start()}-{found.end()}" if found and name == "notes" else None
    inquiry = Inquiry(answers=folder / "one.jsonl", expected=EXPECTED[name], place=place)
    return investigate(folder, inquiry, desk)


def test_rows_behind_an_answer_and_the_smallest_change_are_named(
    place: tuple[str, Path, Desk],
) -> None:
    name, folder, desk = place
    found = ask(folder, name, desk)
    assert found.is_wrong
    assert len(found.pushers) == 10
    assert found.flip is not None or name == "quiz"
    assert found.decided
    holding = [one for one in found.pushers if one.influence < 0]
    assert holding
    if name == "notes":
        assert found.given.answer == "town"
        wrong = [one for one in holding if one.label == "name"]
        assert len(wrong) == len(holding), "rows that call a town a name pull the other way"
        assert [one.code for one in found.causes][:1] == ["wrong_label"]
    if name == "quiz":
        assert (found.given.answer, found.expected) == ("B", "A")
    with pytest.raises(InputError, match=r"names no place|has no record 7"):
        investigate(
            folder,
            Inquiry(answers=folder / "one.jsonl", place="9-3")
            if name == "notes"
            else Inquiry(answers=folder / "one.jsonl", line=7),
            desk,
        )


def test_flips_between_two_releases_are_counted(
    place: tuple[str, Path, Desk], tmp_path: Path
) -> None:
    name, folder, desk = place
    bundle = folder / f"{name}.bundle"
    rows = tmp_path / "rows.jsonl"
    kinds.write_rows(rows, name, 40)
    found = compare(Comparison(str(bundle), str(bundle), folder, rows), desk)
    assert found.rows == 40
    assert found.changed == 0
    assert found.first.right >= 0.8
    assert list(found.more) == (["micro_f1"] if name == "notes" else [])
    assert (found.macro_f1 is None) == (name != "claims")


def test_planted_wrong_labels_are_suspects_and_growth_is_told(
    place: tuple[str, Path, Desk], tmp_path: Path
) -> None:
    name, folder, _ = place
    workspace = Workspace.open(folder)
    try:
        told = advise_on(workspace, [], 0.0, lambda *_: None)
    finally:
        workspace.close()
    suspects = told.advice.suspects
    wrong = sum(_is_planted(name, told.rows.examples.columns, one.row) for one in suspects)
    assert wrong >= 0.6 * len(suspects) > 0
    assert told.advice.unit == {"notes": "words", "claims": "rows", "quiz": "options"}[name]
    assert told.advice.whole.f1 > 0.6
    assert {one.label for one in told.advice.labels} == {
        "notes": {"name", "town"},
        "claims": {"supported", "not supported"},
        "quiz": set(),
    }[name]
    sheet = tmp_path / "suspects.csv"
    told.write_suspects(sheet)
    assert len(sheet.read_text().splitlines()) == len(suspects) + 1
    if name == "notes":
        assert all(one.place is not None for one in suspects)
        assert any(one.text.startswith("Judge ") for one in told.steps)


def _is_planted(name: str, columns: dict[str, Sequence[object]], row: int) -> bool:
    text = str(columns["source" if name == "claims" else "text"][row])
    seed = re.search(r"(?:day|Note) (\d+)", text)
    assert seed
    return int(seed[1]) % kinds.PLANTED == 0


def test_places_are_not_corrected_by_a_sheet(tmp_path: Path) -> None:
    desk = kinds.make(tmp_path, "notes", 60)
    workspace = Workspace.open(tmp_path)
    try:
        pen = open_pen(workspace, desk, load_person(desk, None))
        with pytest.raises(InputError) as told:
            take_corrections(pen, read_rows(workspace), tmp_path / "s.csv", "Read each")
    finally:
        workspace.close()
    assert str(told.value) == (
        "Places are not corrected by a sheet: it has one label a row, and no ends. Correct the "
        f"places in the source itself, then: warrant run {tmp_path}"
    )
