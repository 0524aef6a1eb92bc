"""The same rows on every engine, in partitions of every size."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.desk import make_desk
from tests.laws.test_stage_laws import FEW
from warrant.engine import write_dataset
from warrant.engine.on_processes import ProcessEngine
from warrant.engine.operators import Engine, NativeEngine, read
from warrant.errors import InputError, MissingExtra
from warrant.testing import check_engine
from warrant.testing.engines import COLUMNS, SITES, batch_of, fingerprints, longest


@FEW
@given(
    st.lists(st.tuples(st.text(max_size=3), st.sampled_from("abcx")), min_size=1, max_size=9),
    st.integers(1, 10),
)
def test_fingerprints_do_not_depend_on_partitions(rows: list[tuple[str, str]], size: int) -> None:
    """Law of `engine.operators`: read, map, group, join and write give the same fingerprint ..."""
    whole = fingerprints(NativeEngine(), len(rows), rows)
    assert fingerprints(NativeEngine(), size, rows) == whole


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


def test_the_native_engine_passes_the_suite() -> None:
    check_engine(NativeEngine(), times=1)


@pytest.mark.slow
def test_processes_pass_the_suite() -> None:
    with closing(ProcessEngine(2)) as engine:
        check_engine(engine)


@pytest.mark.slow
def test_ray_passes_the_suite_and_gives_the_same_fingerprints_five_times() -> None:
    pytest.importorskip("ray")
    from warrant.engine.on_ray import RayEngine

    with closing(RayEngine()) as engine:
        check_engine(engine, times=5)


class Hasty(NativeEngine):
    """Breaks one promise."""

    def stream(self, work: Any, items: Any) -> Iterator[Any]:  # noqa: ANN401
        return map(work, list(items))


class Losing(NativeEngine):
    """Breaks another one."""

    def join(self, rows: Any, other: Any, on: str) -> Any:  # noqa: ANN401
        return super().join(rows[:1], other, on)


@pytest.mark.parametrize(
    ("engine", "promise"),
    [
        (Hasty(), "items are read a little ahead of the results"),
        (Losing(), "the same rows, whatever engine and partitions"),
    ],
)
def test_the_suite_names_the_promise_that_an_engine_breaks(engine: Engine, promise: str) -> None:
    with pytest.raises(AssertionError, match=f"An engine promises: {promise}"):
        check_engine(engine, times=1)


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from warrant.engine.on_ray import RayEngine

    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtra, match=r"The engine Ray .*\[ray\]"):
        RayEngine()
