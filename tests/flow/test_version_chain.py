"""Versions of one document, told by `why` from what a sheet says."""

from __future__ import annotations

from pathlib import Path

from tests.engine.desk import make_desk
from tests.stages.bench import write_rows
from warrant.engine import read_dataset
from warrant.flow.version_chain import COLUMNS, tell_versions
from warrant.kernel.digest import Digest
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk

ROWS = [
    ("a/lease.txt", "", "2020-01-01", "2021-12-31"),
    ("a/lease-2.txt", "lease", "2022-01-01", "2023-12-31"),
    ("a/lease-3.txt", "a/lease-2.txt", "2023-06-01", ""),
    ("a/other.txt", "", "2020-01-01", ""),
    ("a/stray.txt", "gone.txt", "", ""),
    ("a/plain.txt", "", "", ""),
]


def told(folder: Path, at: int, names: tuple[str, ...] = COLUMNS) -> list[str]:
    desk = make_desk(folder)
    columns = [Column(name=name, type="text") for name in ("path", *names)]
    cells = [dict(zip(("path", *COLUMNS), row, strict=True)) for row in ROWS]
    manifest = write_rows(desk, "documents", columns, cells)
    return tell_versions(_Workspace(desk), manifest, row_id(desk, manifest, at))  # type: ignore[arg-type]


class _Workspace:
    def __init__(self, desk: Desk) -> None:
        self.store = desk.store


def row_id(desk: Desk, manifest: Digest, at: int) -> str:
    ids = [one for batch in read_dataset(desk.store, manifest) for one in batch["_row_id"]]
    found: bytes = ids[at].as_py()
    return found.hex()


def test_a_chain_is_told_in_the_order_in_which_its_versions_hold(tmp_path: Path) -> None:
    assert told(tmp_path, 1) == [
        "It is version 2 of 3: 'a/lease.txt' (2020-01-01 to 2021-12-31); 'a/lease-2.txt' "
        "(2022-01-01 to 2023-12-31, this one); 'a/lease-3.txt' (from 2023-06-01).",
        "It holds at the same time as 'a/lease-3.txt': from 2023-06-01.",
    ]


def test_a_document_without_versions_says_when_it_holds(tmp_path: Path) -> None:
    assert told(tmp_path, 3) == ["It holds from 2020-01-01."]


def test_a_version_of_what_was_not_read_is_told(tmp_path: Path) -> None:
    assert told(tmp_path, 4) == [
        "Its sheet says that it is a version of 'gone.txt', which was not read."
    ]


def test_nothing_is_told_where_no_column_says_anything(tmp_path: Path) -> None:
    assert told(tmp_path, 5) == []
    (tmp_path / "b").mkdir()
    assert told(tmp_path / "b", 0, ()) == []
