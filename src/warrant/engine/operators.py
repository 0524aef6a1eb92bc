"""Operators over rows, the same on every engine: read, map batch, group, join, write.

Rows lie in partitions, and nothing may depend on how many there are or in which order they come:
an engine promises sets. Only `write` puts rows in order, by (document digest, locator), so the same
rows give the same fingerprint on every engine.

Law: read, map, group, join and write give the same fingerprint for every size of partition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias
from zlib import crc32

import pyarrow as pa

from warrant.engine.columns import MEMBERS, Batch
from warrant.engine.order import Sorter, ordered
from warrant.engine.reader import read_dataset
from warrant.engine.writer import Written, write_dataset
from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store
    from warrant.records.dataset import Column
    from warrant.records.interfaces import Desk, Item, Made

Partitions: TypeAlias = "list[Any]"
"""Tables, or an engine's references to tables."""


class Engine(Protocol):
    """Where operators run.

    Functions that are given to it see Arrow and return Arrow, and depend on nothing else.
    """

    def map_batch(self, rows: Partitions, change: Callable[[Batch], Batch]) -> Partitions:
        """Change rows batch by batch; the result must not depend on where batches end."""
        ...

    def group(self, rows: Partitions, key: str, gather: Callable[[pa.Table], Batch]) -> Partitions:
        """Make rows of all rows with one value; they come in order of document and locator."""
        ...

    def join(self, rows: Partitions, other: Partitions, on: str) -> Partitions:
        """Add the columns of the other row with the same value; rows without one go out."""
        ...

    def stream(self, work: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
        """Do work on each item; the results come in the order of the items."""
        ...

    def put(self, table: pa.Table) -> Any:  # noqa: ANN401 - an engine's own reference
        """Take one partition in."""
        ...

    def get(self, partition: Any) -> pa.Table:  # noqa: ANN401
        """Give one partition back."""
        ...


class NativeEngine:
    """Runs in this process, one partition after another."""

    def map_batch(self, rows: Partitions, change: Callable[[Batch], Batch]) -> Partitions:
        """Change rows batch by batch; the result must not depend on where batches end."""
        return [map_table(table, change) for table in rows]

    def group(self, rows: Partitions, key: str, gather: Callable[[pa.Table], Batch]) -> Partitions:
        """Make rows of all rows with one value; they come in order of document and locator."""
        parts = max(1, len(rows))
        dealt = [scatter(table, key, parts) for table in rows]
        return [group_table(list(column), key, gather) for column in zip(*dealt, strict=True)]

    def join(self, rows: Partitions, other: Partitions, on: str) -> Partitions:
        """Add the columns of the other row with the same value; rows without one go out."""
        parts = max(1, len(rows))
        left = [scatter(table, on, parts) for table in rows]
        right = [scatter(table, on, parts) for table in other]
        return [
            join_tables([one[at] for one in left], [one[at] for one in right], on)
            for at in range(parts)
        ]

    def stream(self, work: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
        """Do work on each item; the results come in the order of the items."""
        return map(work, items)

    def put(self, table: pa.Table) -> pa.Table:
        """Take one partition in."""
        return table

    def get(self, partition: pa.Table) -> pa.Table:
        """Give one partition back."""
        return partition


def read(engine: Engine, store: Store, manifest: Digest, partition_rows: int) -> Partitions:
    """Read a dataset; erased rows are left out.

    Args:
        engine: where its rows go.
        store: where they lie.
        manifest: digest of the dataset's manifest.
        partition_rows: most rows of a partition, 1 or more.

    Returns:
        Partitions, at least one.
    """
    found: Partitions = []
    table = None
    for batch in read_dataset(store, manifest):
        present = batch.filter(batch.column(MEMBERS).is_valid())
        table = pa.Table.from_batches([present])
        starts = range(0, table.num_rows, partition_rows)
        found += [engine.put(table.slice(start, partition_rows)) for start in starts]
    if not found and table is not None:
        found.append(engine.put(table))
    return found


def write(
    engine: Engine, desk: Desk, name: str, columns: Sequence[Column], rows: Partitions
) -> Written:
    """Write rows in order of (document digest, locator), more of them than memory holds.

    Args:
        engine: where the rows are.
        desk: store, salts, and the scratch folder in which they are sorted.
        name: subject name.
        columns: names and types, in order.
        rows: the partitions, in any order.

    Returns:
        Manifest digest and record. Memory: one partition, and what `Sorter` and `write_dataset`
        hold.
    """
    with Sorter(desk.scratch) as sorter:
        for one in rows:
            sorter.add(engine.get(one))
        return write_dataset(desk, name, columns, sorter.batches(), {"kept": sorter.rows})


def map_table(table: pa.Table, change: Callable[[Batch], Batch]) -> pa.Table:
    """Change one partition.

    Args:
        table: its rows.
        change: from a batch to a batch.

    Returns:
        The changed rows.
    """
    batches = table.combine_chunks().to_batches()
    if not batches:
        batches = [pa.RecordBatch.from_pylist([], schema=table.schema)]
    return pa.Table.from_batches([change(batch) for batch in batches])


def scatter(table: pa.Table, key: str, parts: int) -> list[pa.Table]:
    """Deal rows out by a value, so that equal values meet.

    Args:
        table: rows.
        key: column of the value.
        parts: how many tables.

    Returns:
        The tables.
    """
    values = table.column(key).to_pylist()
    places = [crc32(repr(value).encode()) % parts for value in values]
    return [
        table.take(pa.array([at for at, place in enumerate(places) if place == part], pa.int64()))
        for part in range(parts)
    ]


def group_table(
    tables: Sequence[pa.Table], key: str, gather: Callable[[pa.Table], Batch]
) -> pa.Table:
    """Gather the groups that met in one part.

    Args:
        tables: with one schema, at least one.
        key: column of the value.
        gather: from all rows of one value, in order, to the rows that they become; of none to none.

    Returns:
        The rows of all groups.
    """
    table = ordered(tables)
    places: dict[Any, list[int]] = {}
    for at, value in enumerate(table.column(key).to_pylist()):
        places.setdefault(value, []).append(at)
    made = [gather(table.take(pa.array(found, pa.int64()))) for found in places.values()]
    return pa.Table.from_batches(made or [gather(table)])


def join_tables(left: Sequence[pa.Table], right: Sequence[pa.Table], on: str) -> pa.Table:
    """Join the rows that met in one part.

    Args:
        left: tables whose rows keep their identity.
        right: tables whose columns are added; a value stands in one row at most.
        on: column of the value in both.

    Returns:
        Rows of the left that have a partner, with its columns.

    Raises:
        InputError: when two rows of the right have one value.
    """
    rows, others = pa.concat_tables(left), pa.concat_tables(right)
    found: dict[Any, int] = {}
    for at, value in enumerate(others.column(on).to_pylist()):
        if value is not None and value in found:
            raise InputError(
                f"Two rows to be joined by {on!r} have one value there.",
                do="Join by a column that names each of them once.",
            )
        found[value] = at
    pairs = [
        (at, found[value])
        for at, value in enumerate(rows.column(on).to_pylist())
        if value is not None and value in found
    ]
    joined = rows.take(pa.array([one for one, _ in pairs], pa.int64()))
    partners = others.take(pa.array([other for _, other in pairs], pa.int64()))
    for name in partners.column_names:
        if name not in joined.column_names:
            joined = joined.append_column(partners.field(name), partners.column(name))
    return joined
