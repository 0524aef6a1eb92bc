"""The table of foreign checkers is true, and none of them is part of the package."""

from __future__ import annotations

import re

from tests.architecture import house
from tests.architecture.test_dependencies import pins

PEERS = house.ROOT / "tests" / "peers"
COLUMNS = ["our output", "checker, version", "it accepts", "it refuses", "test", "in CI"]


def table() -> list[list[str]]:
    """Give the cells of each row, the heading first."""
    lines = (PEERS / "README.md").read_text("utf-8").splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("|")]
    del rows[1]  # the rule under the heading
    return [[cell.strip() for cell in row] for row in rows]


def test_every_row_of_the_table_has_a_test_file_and_every_file_a_row() -> None:
    heading, *rows = table()
    assert heading == COLUMNS
    assert all(all(row) and len(row) == len(COLUMNS) for row in rows)
    files = [f"`{path.name}`" for path in PEERS.glob("test_*.py")]
    assert sorted(row[4] for row in rows) == sorted(files)


def test_the_table_names_the_versions_that_are_installed() -> None:
    said = {
        name: version
        for row in table()[1:]
        for name, version in re.findall(r"([a-z][a-z-]+) ([0-9]+\.[0-9.]+)", row[1])
    }
    assert len(said) >= len(table()) - 1
    assert said == {name: pins()[name] for name in said}


def test_every_peer_accepts_and_refuses_something() -> None:
    for row in table()[1:]:
        source = (PEERS / row[4].strip("`")).read_text("utf-8")
        words = "accepted|equal|reads|writes_back"
        assert re.search(rf"def test_\w*(?:{words})", source), row[4]
        assert re.search(r"def test_\w*refuse", source), row[4]


def test_the_package_never_names_a_gpl_library() -> None:
    named = [
        house.shown(path)
        for path in house.PACKAGE.rglob("*")
        if path.is_file() and b"pymerkle" in path.read_bytes()
    ]
    named += [name for name in house.STANDALONE if "pymerkle" in _text(name)]
    assert named == []


def _text(name: str) -> str:
    path = house.ROOT / name
    return path.read_text("utf-8") if path.exists() else ""
