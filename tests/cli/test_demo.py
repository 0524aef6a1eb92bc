"""The demo tells its story, to people and to machines."""

from __future__ import annotations

from pathlib import Path

import pytest
import python_calamine

from tests.cli.conftest import CONTRACTS, Type
from warrant.flow.demo import AUTHOR, Demo

SCENES = (
    "1. Invented contracts",
    "2. The job",
    "3. Does every claim hold?",
    "4. One byte is changed",
)


def test_the_demo_tells_its_story_and_touches_no_key(
    typed: Type, tmp_path: Path, own_home: Path
) -> None:
    done = typed("demo", tmp_path / "demo", "--count", CONTRACTS)
    assert done.code == 0, done.err
    places = [done.out.index(f"\n{scene}\n") for scene in SCENES]
    assert places == sorted(places)
    assert done.out.count(f"holds, signed by {AUTHOR}.") == 2
    for part in ("'card.md'", "(deploy)", f"signed by {AUTHOR!r}", "refused.", "fictional"):
        assert part in done.out[places[-1] :]
    assert "Left this machine: nothing." in done.out
    assert not (own_home / ".config" / "warrant").exists()
    again = typed("demo", tmp_path / "demo")
    assert again.code == 2
    assert "exists already." in again.err


def test_the_demo_holds_and_the_changed_copy_is_refused(demo: Demo) -> None:
    assert demo.is_as_told
    assert demo.workspace.signers == demo.bundle.signers == (AUTHOR,)
    assert demo.changed.stat().st_size == demo.report.bundle.stat().st_size
    pairs = zip(demo.changed.read_bytes(), demo.report.bundle.read_bytes(), strict=True)
    # One digit of the card, and the checksum of the member in its two headers.
    assert 1 < sum(ours != theirs for ours, theirs in pairs) <= 1 + 4 + 4
    assert (
        "fictional" in (demo.folder / "recipe.yaml").read_text("utf-8").lower()
        or (demo.folder / "FICTIONAL.txt").is_file()
    )


WHOLE = (
    "1. Invented contracts",
    "2. One source may not be trained on",
    "3. Without it, an exploration",
    "4. Production asks for more",
    "5. A pilot by one person",
    "6. A server on this machine",
    "7. New contracts, answered in a spreadsheet",
    "8. Does every claim hold?",
    "9. One byte is changed",
)


@pytest.mark.slow
def test_the_whole_demo_walks_the_road_to_a_pilot_and_a_spreadsheet(
    typed: Type, tmp_path: Path, own_home: Path
) -> None:
    folder = tmp_path / "demo"
    done = typed("demo", folder, "--whole")
    assert done.code == 0, done.err
    places = [done.out.index(f"\n{scene}\n") for scene in WHOLE]
    assert places == sorted(places)
    parts = [done.out[one:end] for one, end in zip(places, [*places[1:], None], strict=True)]
    assert (
        "use-right-training: Every source may be used to train a model: no, 1 of 2 sources: "
        in (parts[1])
    )
    assert "'lent/'. " not in parts[2]
    assert "If not, remove the source from the recipe." in parts[1]
    for line in (
        "Macro-F1 0.",
        "Floor without a model: 0.0",
        "(you said 60 % sure)",
        "6 files could not be read: 4 are scans (list and remedy: unread.csv), 2 are damaged",
        f"To let others rely on it: 6 open questions: warrant card {folder} --ask",
        "Left this machine: nothing.",
    ):
        assert line in parts[2]
    for rule in ("rights-reviewed", "impact-answered", "approved-for-production"):
        assert f"- {rule}: " in parts[3]
    assert f"warrant approve {folder} --stage production --reason" in parts[3]
    assert "Stage of use: pilot. 5 open questions" in parts[4]
    assert "answer: Lease, probability 0." in parts[5]
    assert "pilot: approved by its author; no independent review" in parts[5]
    assert "GET /card: " in parts[5]
    assert f"12 rows in {folder / 'answers.xlsx'}" in parts[6]
    assert parts[7].count(f"holds, signed by {AUTHOR}.") == 2
    for part in ("'card.md'", "(deploy)", f"signed by {AUTHOR!r}", "refused."):
        assert part in parts[8]
    assert not (own_home / ".config" / "warrant").exists()
    book = python_calamine.CalamineWorkbook.from_path(str(folder / "answers.xlsx"))
    header, *rows = book.get_sheet_by_index(0).to_python()
    assert header[:4] == ["file", "client", "governing_law", "answer"] or "client" in header
    assert len(rows) == 12
    assert "=1+1" in {str(row[header.index("client")]) for row in rows}
