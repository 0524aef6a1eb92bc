"""The demo tells its story, to people and to machines."""

from __future__ import annotations

from pathlib import Path

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
    assert not (own_home / ".config").exists()
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
