"""Bytes and batches kept aside while a dataset is written, in memory while few or on disk."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, overload

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

_MEMORY_BYTES = 16 << 20
_CHUNK_ITEMS = 1 << 14
_CELLS_AT_ONCE = 256


class Spool:
    """Fixed-width items, written once from the front and read again from the front.

    Args:
        folder: where the file lies once it outgrows memory; it has no name there.
    """

    def __init__(self, folder: Path) -> None:
        self._file = SpooledTemporaryFile(_MEMORY_BYTES, dir=str(folder))  # noqa: SIM115 - see close

    def write(self, data: bytes) -> None:
        """Append bytes.

        Args:
            data: whole items.
        """
        self._file.write(data)

    def chunks(self, width: int) -> Iterator[bytes]:
        """Read everything from the start.

        Args:
            width: bytes of one item.

        Yields:
            Portions that hold whole items.
        """
        self._file.seek(0)
        while chunk := self._file.read(width * _CHUNK_ITEMS):
            yield chunk

    def read(self) -> bytes:
        """Give everything as one byte string."""
        self._file.seek(0)
        return self._file.read()

    def close(self) -> None:
        """Give the space back."""
        self._file.close()


class BatchSpool:
    """Batches of rows in a file of the scratch folder: written once, then read in any order.

    Used as a context manager; the file is removed at its end.

    Args:
        path: of a file that does not exist yet.
        schema: of the batches.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        # Pressed, rows of many gigabytes leave the disk half as full.
        packed = pa.ipc.IpcWriteOptions(compression="lz4")
        self._writer = pa.ipc.new_file(str(path), schema, options=packed)
        self._schema = schema
        self._sizes: list[int] = []
        self._readers: dict[str | None, pa.ipc.RecordBatchFileReader] = {}

    def write(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""
        self._writer.write_batch(batch)
        self._sizes.append(batch.num_rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read everything from the start; nothing can be written any more."""
        reader = self._open(None)
        for number in range(len(self._sizes)):
            yield reader.get_batch(number)

    def take(self, column: str, rows: NDArray[np.int64]) -> pa.Array:
        """Read some cells; nothing can be written any more.

        Args:
            column: its name.
            rows: numbers of the rows, from 0, in any order.

        Returns:
            The cells in the order asked.
        """
        reader = self._open(column)
        borders = np.cumsum([0, *self._sizes])
        order = np.argsort(rows, kind="stable")
        batch_of = np.searchsorted(borders, rows[order], "right") - 1
        parts = [
            reader.get_batch(int(number))
            .column(column)
            .take(pa.array(rows[order][batch_of == number] - borders[number]))
            for number in np.unique(batch_of)
        ]
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        cells = pa.concat_arrays(parts) if parts else pa.array([], pa.null())
        return cells.take(pa.array(back))

    def close(self) -> None:
        """Remove the file."""
        self._writer.close()
        self._readers.clear()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> BatchSpool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self, column: str | None) -> pa.ipc.RecordBatchFileReader:
        """Open the file for reading one column, or all of them."""
        if column not in self._readers:
            self._writer.close()
            fields = None if column is None else [self._schema.get_field_index(column)]
            read = pa.ipc.IpcReadOptions(included_fields=fields)
            # Not mapped into memory: pages that were read would count as this process's own.
            file = pa.OSFile(str(self._path))
            self._readers[column] = pa.ipc.open_file(file, options=read)
        return self._readers[column]


class CellFile(Sequence[object]):
    """Cells of one column in a file: they are read again when they are asked for.

    Args:
        path: of a file that does not exist yet; whoever gave it removes it.
        kind: type of the cells.
    """

    def __init__(self, path: Path, kind: pa.DataType) -> None:
        self._path = path
        self._schema = pa.schema([("cell", kind)])
        self._writer = pa.ipc.new_file(str(path), self._schema)
        self._borders = [0]
        self._reader: pa.ipc.RecordBatchFileReader | None = None
        self._last: tuple[int, list[object]] = (-1, [])

    def write(self, cells: pa.Array) -> None:
        """Append cells; not after the first was read."""
        for start in range(0, len(cells), _CELLS_AT_ONCE):
            some = cells.slice(start, _CELLS_AT_ONCE)
            self._writer.write_batch(pa.record_batch([some], schema=self._schema))
            self._borders.append(self._borders[-1] + len(some))

    def __len__(self) -> int:
        return self._borders[-1]

    @overload
    def __getitem__(self, at: int) -> object: ...

    @overload
    def __getitem__(self, at: slice) -> list[object]: ...

    def __getitem__(self, at: int | slice) -> object:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        place = at + len(self) if at < 0 else at
        if not 0 <= place < len(self):
            raise IndexError(at)
        part = bisect_right(self._borders, place) - 1
        return self._part(part)[place - self._borders[part]]

    def __iter__(self) -> Iterator[object]:
        for part in range(len(self._borders) - 1):
            yield from self._part(part)

    def _part(self, part: int) -> list[object]:
        if self._reader is None:
            self._writer.close()
            # Not mapped into memory: pages that were read would count as this process's own.
            self._reader = pa.ipc.open_file(pa.OSFile(str(self._path)))
        if self._last[0] != part:
            self._last = (part, self._reader.get_batch(part).column(0).to_pylist())
        return self._last[1]
