"""The columns of a dataset as Arrow types, and batches made of them.

| schema type | Arrow | Parquet |
| --- | --- | --- |
| text | large_string | UTF-8 |
| boolean, number, integer | bool, float64, int64 | BOOLEAN, DOUBLE, INT64 |
| date, instant | date32, timestamp(us, UTC) | DATE, TIMESTAMP |
| list | list of large_string | LIST of UTF-8 |
| object | large_string, its JSON | UTF-8 |
"""

from __future__ import annotations

import json
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pyarrow as pa

from warrant.errors import InputError
from warrant.kernel.cells import LONG_TEXT_BYTES, TextDigest
from warrant.kernel.rows import row_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warrant.kernel.cells import Cell
    from warrant.records.dataset import Column

Batch: TypeAlias = "pa.RecordBatch"
"""Rows side by side: `_row_id`, `_members`, `_locator`, then the cells."""

ROW_ID, MEMBERS, LOCATOR = OWN = ("_row_id", "_members", "_locator")
"""Names that no column of a user may bear."""

SOURCE_PART = "source_part"
"""Column of rows of which a source was given for one part (train, validation, test); its cells
are empty where the source was not."""

NEAR_CLUSTER = "near_cluster"
"""Column of divided rows whose near duplicates shall be counted once: the number of a row's
cluster; empty for a row that is like no other."""

_DIGEST = pa.binary(32)

_TYPES: dict[str, pa.DataType] = {
    "text": pa.large_string(),
    "boolean": pa.bool_(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "list": pa.list_(pa.large_string()),
    "object": pa.large_string(),
}


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    """Give the schema of a dataset's batches and shards.

    Args:
        columns: names and types, in the order of the dataset.

    Returns:
        `_row_id`, `_members`, `_locator`, then the columns.

    Raises:
        InputError: when a column bears one of those three names, or another's.
    """
    names = [column.name for column in columns]
    for name in names:
        if name in OWN or names.count(name) > 1:
            raise InputError(
                f"A dataset cannot have a column {name!r} of its own beside the one it has.",
                do="Rename the column in the source.",
            )
    own = [
        pa.field(ROW_ID, _DIGEST),
        pa.field(MEMBERS, pa.list_(_DIGEST)),
        pa.field(LOCATOR, pa.list_(pa.uint64())),
    ]
    return pa.schema([*own, *(pa.field(one.name, _TYPES[one.type]) for one in columns)])


def make_batch(
    columns: Sequence[Column],
    members: Sequence[Sequence[bytes]],
    locators: Sequence[Sequence[int]],
    cells: Mapping[str, Any],
) -> Batch:
    """Make a batch of new rows, each named after its leading document and its locator.

    Args:
        columns: names and types of the dataset.
        members: document digests of each row, 32 raw bytes each, the leading one first.
        locators: where in its leading document each row stands.
        cells: by column name: an Arrow array or a list of Python values; an absent column is null.

    Returns:
        The batch.
    """
    schema = arrow_schema(columns)
    ids = row_ids((row[0] for row in members), locators)
    arrays: list[Any] = [
        pa.array(ids, _DIGEST),
        pa.array(members, schema.field(MEMBERS).type),
        pa.array(locators, schema.field(LOCATOR).type),
    ]
    for field in list(schema)[len(OWN) :]:
        given = cells.get(field.name)
        if given is None:
            given = pa.nulls(len(ids), field.type)
        arrays.append(given if isinstance(given, pa.Array) else pa.array(given, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def cell_rows(
    columns: Sequence[Column],
    batch: Batch,
    text_digests: Mapping[str, Sequence[bytes]] = MappingProxyType({}),
) -> Iterator[dict[str, Cell]]:
    """Give the cells of each row as the kernel digests them.

    Args:
        columns: names and types of the dataset.
        batch: rows that are present.
        text_digests: by column of text, SHA-256 of each cell where it is known. A long text
            enters the row's digest as its own, so it need not be hashed again.

    Yields:
        Value by column name, always in the order of the columns.
    """
    names = [column.name for column in columns]
    if not names:
        yield from ({} for _ in range(batch.num_rows))
        return
    lists = [
        _digested(batch.column(one.name), text_digests[one.name])
        if one.name in text_digests
        else _values(one, batch)
        for one in columns
    ]
    for values in zip(*lists, strict=True):
        yield dict(zip(names, values, strict=True))


def _digested(texts: pa.Array, digests: Sequence[bytes]) -> list[Cell]:
    ends = memoryview(texts.buffers()[1]).cast("q")[texts.offset : texts.offset + len(texts) + 1]
    return [
        TextDigest(digest) if end - start > LONG_TEXT_BYTES else texts[row].as_py()
        for row, ((start, end), digest) in enumerate(zip(pairwise(ends), digests, strict=True))
    ]


def _values(column: Column, batch: Batch) -> list[Cell]:
    values = cast("list[Cell]", batch.column(column.name).to_pylist())
    if column.type == "object":
        return [None if one is None else json.loads(cast("str", one)) for one in values]
    return values
