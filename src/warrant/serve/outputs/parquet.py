"""Answers as Parquet: each column in the one type that all its cells have, else as text."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError
from warrant.serve.cells import plain_text, tidy
from warrant.serve.outputs.table import Leaves, Written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.serve.cells import Cell
    from warrant.serve.outputs.table import Legend, Table

_AT_ONCE = 8192
_MOST = 2**63


def write_parquet(path: Path, table: Table, legend: Legend) -> Written:
    """Write a Parquet file.

    Args:
        path: is made.
        table: header and lines; gone through twice, first for the types.
        legend: goes into the file's metadata.

    Returns:
        Root and counts; nothing is cut, and nothing need be made inert.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = _kinds(table)
    fields = [
        pa.field(name, _arrow_type(kind)) for name, kind in zip(table.header, kinds, strict=True)
    ]
    schema = pa.schema(fields)
    leaves = Leaves()
    leaves.add(table.header)
    lines = table.lines()
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while portion := list(islice(lines, _AT_ONCE)):
            for line in portion:
                leaves.add([plain_text(cell) for cell in line])
            columns = [
                pa.array([_as(kind, line[place]) for line in portion], field.type)
                for place, (kind, field) in enumerate(zip(kinds, fields, strict=True))
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))
        written = Written(leaves.root(), 0, 0)
        writer.add_key_value_metadata({f"warrant:{name}": text for name, text in legend(written)})
    return written


def read_parquet(path: Path) -> Iterator[list[str | None]]:
    """Read what `write_parquet` wrote.

    Args:
        path: the file.

    Yields:
        Header, then each line.

    Raises:
        InputError: when it is no Parquet file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            yield list(file.schema_arrow.names)
            for batch in file.iter_batches(_AT_ONCE):
                for line in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    yield [plain_text(tidy(cell)) for cell in line]
    except pa.ArrowException:
        raise InputError(
            f"{path.name!r} cannot be read as a file of answers.",
            do="Give the file as `warrant predict` wrote it.",
        ) from None


def _kinds(table: Table) -> list[str]:
    seen: list[set[str]] = [set() for _ in table.header]
    for line in table.lines():
        for place, cell in enumerate(line):
            if cell is not None:
                seen[place].add(_kind(cell))
    return [_settled(found) for found in seen]


def _kind(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "boolean"
    if isinstance(cell, int):
        return "integer" if -_MOST <= cell < _MOST else "text"
    if isinstance(cell, float):
        return "number"
    if isinstance(cell, datetime):
        return "clock" if cell.tzinfo is None else "instant"
    if isinstance(cell, date):
        return "date"
    return "list" if isinstance(cell, list) else "text"


def _settled(found: set[str]) -> str:
    if len(found) == 1:
        return next(iter(found))
    return "number" if found == {"integer", "number"} else "text"


def _arrow_type(kind: str) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa

    return {
        "boolean": pa.bool_(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "clock": pa.timestamp("us"),
        "instant": pa.timestamp("us", tz="UTC"),
        "date": pa.date32(),
        "list": pa.list_(pa.string()),
        "text": pa.string(),
    }[kind]


def _as(kind: str, cell: Cell) -> object:
    if cell is None or kind not in {"text", "number"}:
        return cell
    return plain_text(cell) if kind == "text" else float(cell)  # type: ignore[arg-type]
