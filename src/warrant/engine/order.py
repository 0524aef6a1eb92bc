"""Rows put in order of (document digest, locator), more of them than memory holds.

Rows come in any order; so many as fit are sorted and laid aside as one run, and runs are merged
block by block.

Law: `Sorter` gives what it was given, in order, however it was divided.
"""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warrant.engine.columns import LOCATOR, MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.engine.columns import Batch

RUN_BYTES = 64 << 20
"""So much is sorted in memory at once."""
BLOCK_BYTES = 1 << 20
"""So much of each run is held while runs are merged."""
MOST_RUNS = 64
"""More of them are merged in rounds."""
BATCH_ROWS = 1024
"""Rows come out in batches of this size, whatever came in; fewer where they are large."""

_PLACE = "_place"


def ordered(tables: Sequence[pa.Table]) -> pa.Table:
    """Put rows in order of document digest and locator.

    Args:
        tables: with one schema, at least one.

    Returns:
        One table.
    """
    table = pa.concat_tables(tables).combine_chunks()
    return table.take(pc.array_sort_indices(places(table)))


def places(table: pa.Table) -> pa.Array:
    """Give the place of each row in the order, as bytes.

    Args:
        table: rows that are present.

    Returns:
        The leading document's digest, then the locator's parts as unsigned 64-bit big-endian: the
        order of these bytes is that of (document digest, locator).
    """
    leading = _chunk(pc.list_element(table.column(MEMBERS), 0)).cast(pa.large_binary())
    lists = _chunk(table.column(LOCATOR))
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    ends = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]) * 8
    parts = lists.flatten().to_numpy(zero_copy_only=False).astype(">u8")
    buffers = [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(parts.tobytes())]
    locators = pa.Array.from_buffers(pa.large_binary(), len(lists), buffers)
    return pc.binary_join_element_wise(leading, locators, pa.scalar(b"", pa.large_binary()))


class Sorter:
    """Takes rows in any order, and gives them back in order; use it in `with`.

    Memory: a run while rows come, a block of each run while they go.

    Args:
        scratch: folder for the runs.
        run_bytes: so much is sorted in memory at once.
        block_bytes: so much of each run is held while they are merged.
    """

    rows: int
    """Taken so far."""

    def __init__(
        self, scratch: Path, run_bytes: int = RUN_BYTES, block_bytes: int = BLOCK_BYTES
    ) -> None:
        self.rows = 0
        self._folder = TemporaryDirectory(dir=scratch)
        self._run_bytes, self._block_bytes = run_bytes, block_bytes
        self._waiting: list[pa.Table] = []
        self._waiting_bytes = 0
        self._runs: list[Path] = []
        self._made = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def add(self, table: pa.Table) -> None:
        """Take rows.

        Args:
            table: of the schema of all others.
        """
        self.rows += table.num_rows
        each = max(1, self._run_bytes * table.num_rows // max(1, table.nbytes))
        for start in range(0, table.num_rows, each):  # one huge table makes several runs
            part = table.slice(start, each)
            self._waiting.append(part)
            self._waiting_bytes += part.nbytes
            if self._waiting_bytes >= self._run_bytes:
                self._lay_aside()

    def batches(self) -> Iterator[Batch]:
        """Give all rows in order; nothing can be added any more.

        Yields:
            Batches of `BATCH_ROWS` rows, the last one and those of large rows smaller.
        """
        if not self._runs:  # nothing was ever too large
            yield from _divided([self._sorted()] if self._waiting else [], self._run_bytes)
            return
        self._lay_aside()
        while len(self._runs) > MOST_RUNS:
            some, self._runs = self._runs[:MOST_RUNS], self._runs[MOST_RUNS:]
            self._write(_merged(some))
            for path in some:
                path.unlink()
        rows = (part.drop_columns([_PLACE]) for part in _merged(self._runs))
        yield from _divided(rows, self._run_bytes)

    def _sorted(self) -> pa.Table:
        table, self._waiting, self._waiting_bytes = ordered(self._waiting), [], 0
        return table

    def _lay_aside(self) -> None:
        if self._waiting:
            table = self._sorted()
            self._write([table.append_column(_PLACE, places(table))])

    def _write(self, tables: Any) -> None:  # noqa: ANN401 - any iterable of tables
        """Write a run: blocks of about one size, in order."""
        self._made += 1
        path = Path(self._folder.name) / str(self._made)
        writer = None
        for table in tables:
            if writer is None:
                writer = pa.ipc.new_file(str(path), table.schema)
            each = max(1, self._block_bytes * table.num_rows // max(1, table.nbytes))
            writer.write_table(table, max_chunksize=each)
        if writer is not None:
            writer.close()
            self._runs.append(path)


class _Run:
    """One run being read, a block at a time."""

    def __init__(self, path: Path) -> None:
        # Not mapped into memory: pages that were read would count as this process's own.
        self._file = pa.OSFile(str(path))
        self._reader = pa.ipc.open_file(self._file)
        self._next = 0
        self.block: Batch = pa.RecordBatch.from_pylist([], schema=self._reader.schema)
        self._step()

    def _step(self) -> None:
        while self._next < self._reader.num_record_batches:
            self.block = self._reader.get_batch(self._next)
            self._next += 1
            if self.block.num_rows:
                return
        self._file.close()
        self.block = self.block.slice(0, 0)

    @property
    def last(self) -> bytes:
        """Place of the last row that is held."""
        return self._place(self.block.num_rows - 1)

    def take(self, limit: bytes) -> Batch:
        """Give the rows up to a place, and hold the others."""
        until = bisect_right(range(self.block.num_rows), limit, key=self._place)
        taken, self.block = self.block.slice(0, until), self.block.slice(until)
        if not self.block.num_rows:
            self._step()
        return taken

    def _place(self, row: int) -> bytes:
        return bytes(self.block.column(_PLACE)[row].as_py())


def _merged(paths: Sequence[Path]) -> Iterator[pa.Table]:
    """Merge runs: up to the least of their last places everything is known."""
    runs = [_Run(path) for path in paths]
    while runs := [one for one in runs if one.block.num_rows]:
        limit = min(one.last for one in runs)
        table = pa.Table.from_batches([one.take(limit) for one in runs]).combine_chunks()
        yield table.take(pc.array_sort_indices(_chunk(table.column(_PLACE))))


def _divided(tables: Any, most_bytes: int) -> Iterator[Batch]:  # noqa: ANN401 - any iterable
    """Give batches of one size whatever the sizes of the tables."""
    waiting: list[pa.Table] = []
    rows = size = 0
    for table in tables:
        start = 0
        while start < table.num_rows:
            part = table.slice(start, BATCH_ROWS - rows)
            start += part.num_rows
            waiting.append(part)
            rows, size = rows + part.num_rows, size + part.nbytes
            if rows == BATCH_ROWS or size >= most_bytes:
                yield from pa.concat_tables(waiting).combine_chunks().to_batches()
                waiting, rows, size = [], 0, 0
    if waiting:
        yield from pa.concat_tables(waiting).combine_chunks().to_batches()


def _chunk(column: Any) -> pa.Array:  # noqa: ANN401 - chunked or not
    """Give a column in one piece."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
