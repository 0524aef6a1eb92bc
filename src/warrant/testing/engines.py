"""The suite that every engine passes: work on items in their order, and operators over rows."""

from __future__ import annotations

from hashlib import sha256
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import pyarrow.compute as pc

from warrant.engine import Batch, make_batch, write_dataset
from warrant.engine.operators import NativeEngine, read, write
from warrant.errors import InputError
from warrant.records.dataset import Column
from warrant.testing.desks import make_desk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.engine.operators import Engine
    from warrant.records.interfaces import Engine as Streaming

COLUMNS: Final = (Column(name="text", type="text"), Column(name="site", type="text"))
SITES: Final = (Column(name="site", type="text"), Column(name="beds", type="integer"))

_JOINED = (*COLUMNS, SITES[1])
_ROWS = tuple((f"note {at}", "abc"[at % 3]) for at in range(17))
_SIZES = (1, 3, 8, 100)
_ITEMS = 400
_AHEAD = 100
"""So many items may be read before the first result is taken."""


def check_engine(engine: Streaming | Engine, times: int = 5) -> None:
    """Check what an engine promises to stages, and to operators where it has them.

    Args:
        engine: open; it is left open.
        times: how often each operator is tried on each size of partitions.

    Raises:
        AssertionError: with the promise that was broken.
    """
    _check_stream(engine)
    if not hasattr(engine, "map_batch"):
        return
    operating = cast("Engine", engine)
    expected = fingerprints(NativeEngine(), 5, _ROWS)
    for size in _SIZES:
        for _ in range(times):
            found = fingerprints(operating, size, _ROWS)
            _require(found == expected, "the same rows, whatever engine and partitions")
    _require(fingerprints(operating, 1, _ROWS[::-1]) != expected, "other rows are other rows")


def _check_stream(engine: Streaming | Engine) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for one in range(_ITEMS):
            taken.append(one)
            yield one

    results = engine.stream(square, items())
    found = [next(results)]
    _require(len(taken) <= _AHEAD, "items are read a little ahead of the results")
    found += results
    _require(found == [one * one for one in range(_ITEMS)], "results in the order of the items")
    _require(taken == list(range(_ITEMS)), "each item is read once")
    _require(list(engine.stream(square, [])) == [], "nothing comes of nothing")
    cells = [pa.array(["a", None, "b" * one]) for one in range(5)]
    lengths = list(engine.stream(lengths_of, cells))
    _require(lengths == [[1, None, one] for one in range(5)], "cells come as they were sent")
    try:
        list(engine.stream(refuse, [1, 2]))
    except InputError as error:
        _require(str(error) == "Not this one. Take another.", "an error comes as it was raised")
    else:
        _require(holds=False, promise="an error is not swallowed")
    _require(list(engine.stream(square, [3])) == [9], "it works on after an error")


def square(number: int) -> int:
    """Stand for work that is cheap."""
    return number * number


def lengths_of(cells: pa.Array) -> list[Any]:
    """Stand for work on cells."""
    lengths: list[Any] = pc.utf8_length(cells).to_pylist()
    return lengths


def refuse(_item: int) -> int:
    """Stand for work that refuses every item."""
    raise InputError("Not this one.", do="Take another.")


def fingerprints(engine: Engine, size: int, rows: Sequence[tuple[object, ...]]) -> tuple[str, ...]:
    """Read, map, group and join invented rows, and write what comes of each.

    Args:
        engine: does it.
        size: most rows of a partition.
        rows: text and site of each.

    Returns:
        The fingerprint after reading and after each operator.
    """
    from pathlib import Path

    with TemporaryDirectory() as folder:
        desk = make_desk(Path(folder))
        counts = {"kept": len(rows)}
        notes = write_dataset(desk, "n", COLUMNS, [batch_of(COLUMNS, rows, "n")], counts)
        beds = [("a", 1), ("b", 2), ("x", 3)]
        sites = write_dataset(desk, "s", SITES, [batch_of(SITES, beds, "s")], {"kept": 3})
        whole = read(engine, desk.store, notes.manifest, size)
        others = read(engine, desk.store, sites.manifest, size)
        results = (
            (COLUMNS, whole),
            (COLUMNS, engine.map_batch(whole, shout)),
            (COLUMNS, engine.group(whole, "site", longest)),
            (_JOINED, engine.join(whole, others, "site")),
        )
        return tuple(
            write(engine, desk, "out", columns, found[::-1]).record.fingerprint
            for columns, found in results
        )


def batch_of(columns: Sequence[Column], rows: Sequence[tuple[object, ...]], tag: str) -> Batch:
    """Make rows, two of each document.

    Args:
        columns: names and types.
        rows: cells of each, in the order of the columns.
        tag: other documents have another one.

    Returns:
        The rows.
    """
    members = [[sha256(f"{tag} {at // 2}".encode()).digest()] for at in range(len(rows))]
    locators = [[at % 2] for at in range(len(rows))]
    cells = {column.name: [row[at] for row in rows] for at, column in enumerate(columns)}
    return make_batch(columns, members, locators, cells)


def shout(batch: Batch) -> Batch:
    """Stand for a map over batches: texts in capitals."""
    return batch.set_column(3, batch.schema.field(3), pc.utf8_upper(batch.column("text")))


def longest(table: pa.Table) -> Batch:
    """Stand for a gathering: the first row of a group, with all texts of the group in order."""
    first = table.slice(0, 1)
    told = pa.array(
        [" ".join(table.column("text").to_pylist())] * first.num_rows, pa.large_string()
    )
    at = table.schema.get_field_index("text")
    made = first.set_column(at, table.schema.field(at), told)
    return pa.RecordBatch.from_arrays(
        [made.column(name).combine_chunks() for name in made.column_names], schema=made.schema
    )


def _require(holds: object, promise: str) -> None:
    if not holds:
        raise AssertionError(f"An engine promises: {promise}.")
