"""Places, pairs and options looked into and compared, over workspaces with planted wrong labels."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.flow import kinds
from warrant.errors import InputError
from warrant.flow.comparing import Comparison, compare
from warrant.flow.investigate import Inquiry, investigate
from warrant.flow.investigate.found import Investigated
from warrant.flow.session import Desk

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
