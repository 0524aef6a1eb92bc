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


def test_what_came_out_is_signed_and_checked(typed: Type, own: Path, tmp_path: Path) -> None:
    del own  # a demo of its own, in the folder `demo`
    words = ("--sign", "my.reproduction.json", "--unprotected-key")
    shown = typed("reproduce", "demo", *words)
    assert shown.code == 0, shown
    assert "Signed: my.reproduction.json." in shown.out
    checked = typed("verify", "my.reproduction.json")
    assert checked.code == 0
    assert "equal bytes ('ingest' equal bytes, " in checked.out
    assert typed("verify", "my.reproduction.json", "--trust", tmp_path).code == 3
    assert "There is no reproduction at" in typed("verify", "no.reproduction.json").err
    refused = typed("reproduce", "demo", "--sign", "my.json", "--unprotected-key")
    assert refused.code == 2
    assert "The signed file ends in '.reproduction.json', got 'my.json'." in refused.err
