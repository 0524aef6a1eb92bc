"""Making a bundle again at the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.conftest import Type
from warrant.flow.demo import Demo


def test_a_workspace_is_made_again_to_the_byte(typed: Type, author: Demo) -> None:
    shown = typed("reproduce", author.folder)
    assert shown.code == 0, shown
    assert "Reproduced: equal bytes." in shown.out
    assert typed("reproduce", author.folder, "--json").json["outcome"] == "equal bytes"


def test_a_bundle_without_its_sources_says_what_is_missing(
    typed: Type, author: Demo, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.bundle"
    shutil.copy(author.report.bundle, alone)
    shown = typed("reproduce", alone)
    assert shown.code == 1
    assert "The first step that differs: ingest." in shown.out
