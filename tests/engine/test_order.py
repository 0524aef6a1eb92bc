"""Rows sorted, more of them than memory holds."""

from __future__ import annotations

import random
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.desk import make_desk
from tests.laws.test_stage_laws import FEW
from warrant.engine import make_batch, operators, order, write_dataset
from warrant.engine.operators import NativeEngine, read, write
from warrant.engine.order import Sorter, ordered
from warrant.records.dataset import Column

COLUMNS = (Column(name="text", type="text"),)


def table_of(keys: list[tuple[int, list[int]]]) -> pa.Table:
    """Make rows of a few documents, each with its locator in its text."""
    members = [[sha256(b"%d" % number).digest()] for number, _ in keys]
    locators = [locator for _, locator in keys]
    cells = {"text": [f"{number} {locator}" for number, locator in keys]}
    return pa.Table.from_batches([make_batch(COLUMNS, members, locators, cells)])


def as_python_sorts(table: pa.Table) -> list[str]:
    rows = table.to_pylist()
    rows.sort(key=lambda row: (row["_members"][0], row["_locator"]))
    return [str(row["text"]) for row in rows]


KEYS = st.lists(
    st.tuples(st.integers(0, 3), st.lists(st.integers(0, 2**64 - 1), max_size=3)),
    min_size=1,
    max_size=30,
    unique_by=lambda one: (one[0], tuple(one[1])),
)


@FEW
@given(KEYS, st.integers(1, 12), st.integers(1, 4000), st.integers(1, 600))
def test_a_sorter_gives_what_it_was_given_in_order(
    keys: list[tuple[int, list[int]]], size: int, run_bytes: int, block_bytes: int
) -> None:
    """Law of `engine.order`: `Sorter` gives what it was given, in order, however ..."""
    table = table_of(keys)
    with TemporaryDirectory() as folder, Sorter(Path(folder), run_bytes, block_bytes) as sorter:
        for start in range(0, table.num_rows, size):
            sorter.add(table.slice(start, size))
        found = pa.Table.from_batches(sorter.batches(), table.schema)
        assert sorter.rows == found.num_rows == table.num_rows
    assert found.column("text").to_pylist() == as_python_sorts(table)
    assert ordered([table]).column("text").to_pylist() == as_python_sorts(table)


def test_many_runs_are_merged_in_rounds_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "MOST_RUNS", 3)
    keys = [(number % 7, [number]) for number in range(200)]
    random.Random(1).shuffle(keys)
    table = table_of(keys)
    with Sorter(tmp_path, run_bytes=1500, block_bytes=200) as sorter:
        sorter.add(table)
        found = pa.Table.from_batches(sorter.batches(), table.schema)
        assert len(list(tmp_path.glob("*/*"))) <= 3
    assert found.column("text").to_pylist() == as_python_sorts(table)
    assert not list(tmp_path.iterdir())


def test_nothing_sorted_is_nothing(tmp_path: Path) -> None:
    with Sorter(tmp_path) as sorter:
        sorter.add(table_of([(1, [])]).slice(0, 0))
        assert sum(batch.num_rows for batch in sorter.batches()) == 0
    with Sorter(tmp_path) as sorter:
        assert list(sorter.batches()) == []


def test_what_is_written_is_the_same_to_the_byte_however_rows_are_divided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, engine = make_desk(tmp_path), NativeEngine()
    keys = [(number % 50, [number]) for number in range(3000)]
    table = table_of(keys)
    source = write_dataset(desk, "n", COLUMNS, table.to_batches(), {"kept": 3000})
    layouts = []
    for size, run_bytes in ((5000, order.RUN_BYTES), (7, 20_000), (1000, 60_000)):
        monkeypatch.setattr(operators, "Sorter", partial(Sorter, run_bytes=run_bytes))
        whole = read(engine, desk.store, source.manifest, size)
        random.Random(size).shuffle(whole)
        written = write(engine, desk, "out", COLUMNS, whole)
        layouts.append(desk.store.layout(written.manifest))
    assert layouts[0] == layouts[1] == layouts[2]


def test_memory_holds_a_part_of_what_is_sorted(tmp_path: Path) -> None:
    cells = {"text": [f"{at} " + "x" * 20_000 for at in range(1000)]}
    members = [[sha256(b"%d" % at).digest()] for at in range(1000)]
    before = pa.total_allocated_bytes()
    with Sorter(tmp_path, run_bytes=2 << 20, block_bytes=64 << 10) as sorter:
        for start in range(0, 1000, 50):
            some = {"text": cells["text"][start : start + 50]}
            part = make_batch(COLUMNS, members[start : start + 50], [[0]] * 50, some)
            sorter.add(pa.Table.from_batches([part]))
        held = [pa.total_allocated_bytes() - before]
        rows = 0
        for batch in sorter.batches():
            rows += batch.num_rows
            held.append(pa.total_allocated_bytes() - before)
    assert rows == 1000
    assert max(held) < 10 << 20  # of 20 MB
