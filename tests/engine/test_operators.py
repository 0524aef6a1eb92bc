"""The same rows on every engine, in partitions of every size."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.desk import make_desk
from tests.laws.test_stage_laws import FEW
from warrant.engine import Batch, make_batch, write_dataset
from warrant.engine.operators import Engine, NativeEngine, read, write
from warrant.errors import InputError, MissingExtra
from warrant.records.dataset import Column

COLUMNS = (Column(name="text", type="text"), Column(name="site", type="text"))
SITES = (Column(name="site", type="text"), Column(name="beds", type="integer"))
JOINED = (*COLUMNS, SITES[1])
ROWS = [(f"note {at}", "abc"[at % 3]) for at in range(17)]
TIMES = 5


def batch_of(columns: tuple[Column, ...], rows: list[tuple[object, ...]], tag: str) -> Batch:
    members = [[sha256(f"{tag} {at // 2}".encode()).digest()] for at in range(len(rows))]
    locators = [[at % 2] for at in range(len(rows))]
    cells = {column.name: [row[at] for row in rows] for at, column in enumerate(columns)}
    return make_batch(columns, members, locators, cells)


def shout(batch: Batch) -> Batch:
    return batch.set_column(3, batch.schema.field(3), pc.utf8_upper(batch.column("text")))


def longest(table: pa.Table) -> Batch:
    """Keep one row of a group: the first, with all texts of the group in order."""
    first = table.slice(0, 1)
    told = pa.array(
        [" ".join(table.column("text").to_pylist())] * first.num_rows, pa.large_string()
    )
    at = table.schema.get_field_index("text")
    made = first.set_column(at, table.schema.field(at), told)
    return pa.RecordBatch.from_arrays(
        [made.column(name).combine_chunks() for name in made.column_names], schema=made.schema
    )


def fingerprints(
    engine: Engine, folder: Path, size: int, rows: list[tuple[object, ...]]
) -> tuple[str, ...]:
    """Give the fingerprint after each operator."""
    desk = make_desk(folder)
    notes = write_dataset(desk, "n", COLUMNS, [batch_of(COLUMNS, rows, "n")], {"kept": len(rows)})
    beds: list[tuple[object, ...]] = [("a", 1), ("b", 2), ("x", 3)]
    sites = write_dataset(desk, "s", SITES, [batch_of(SITES, beds, "s")], {"kept": 3})
    whole = read(engine, desk.store, notes.manifest, size)
    others = read(engine, desk.store, sites.manifest, size)
    results = (
        (COLUMNS, whole),
        (COLUMNS, engine.map_batch(whole, shout)),
        (COLUMNS, engine.group(whole, "site", longest)),
        (JOINED, engine.join(whole, others, "site")),
    )
    return tuple(
        write(engine, desk, "out", columns, found[::-1]).record.fingerprint
        for columns, found in results
    )


@FEW
@given(
    st.lists(st.tuples(st.text(max_size=3), st.sampled_from("abcx")), min_size=1, max_size=9),
    st.integers(1, 10),
)
def test_fingerprints_do_not_depend_on_partitions(rows: list[tuple[str, str]], size: int) -> None:
    """Law of `engine.operators`: read, map, group, join and write give the same fingerprint ..."""
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        listed: list[tuple[object, ...]] = list(rows)
        whole = fingerprints(NativeEngine(), Path(one), len(rows), listed)
        assert fingerprints(NativeEngine(), Path(two), size, listed) == whole


def test_operators_do_what_they_say(tmp_path: Path) -> None:
    desk, engine = make_desk(tmp_path), NativeEngine()
    rows: list[tuple[object, ...]] = [("b", "a"), ("a", "c"), ("c", "a")]
    notes = write_dataset(desk, "n", COLUMNS, [batch_of(COLUMNS, rows, "n")], {"kept": 3})
    beds: list[tuple[object, ...]] = [("a", 7)]
    sites = write_dataset(desk, "s", SITES, [batch_of(SITES, beds, "s")], {"kept": 1})
    whole = read(engine, desk.store, notes.manifest, 2)
    assert [table.num_rows for table in whole] == [2, 1]
    grouped = pa.concat_tables(engine.group(whole, "site", longest))
    assert sorted(grouped.column("text").to_pylist()) in (["a", "b c"], ["a", "c b"])
    joined = pa.concat_tables(
        engine.join(whole, read(engine, desk.store, sites.manifest, 1), "site")
    )
    assert sorted(zip(joined["text"].to_pylist(), joined["beds"].to_pylist(), strict=True)) == [
        ("b", 7),
        ("c", 7),
    ]
    with pytest.raises(InputError, match="Two rows to be joined by 'site' have one value there"):
        engine.join(whole, whole, "site")


@pytest.fixture(name="on_ray", scope="module")
def _on_ray() -> Iterator[Engine]:
    pytest.importorskip("ray")
    from warrant.engine.on_ray import RayEngine

    engine = RayEngine()
    yield engine
    engine.close()


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 3, 8, 100])
def test_ray_gives_the_same_fingerprints_five_times(
    on_ray: Engine, tmp_path: Path, size: int
) -> None:
    rows: list[tuple[object, ...]] = list(ROWS)
    (tmp_path / "native").mkdir()
    expected = fingerprints(NativeEngine(), tmp_path / "native", 5, rows)
    for time in range(TIMES):
        folder = tmp_path / str(time)
        folder.mkdir()
        assert fingerprints(on_ray, folder, size, rows) == expected


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from warrant.engine.on_ray import RayEngine

    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtra, match=r"The engine Ray .*\[ray\]"):
        RayEngine()
