"""Bytes and batches kept aside while a dataset is written, in memory while few or on disk."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

_MEMORY_BYTES = 16 << 20
_CHUNK_ITEMS = 1 << 14


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
        self._writer = pa.ipc.new_file(str(path), schema)
        self._sizes: list[int] = []
        self._map: pa.MemoryMappedFile | None = None
        self._reader: pa.ipc.RecordBatchFileReader | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""
        self._writer.write_batch(batch)
        self._sizes.append(batch.num_rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read everything from the start; nothing can be written any more."""
        reader = self._open()
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
        reader = self._open()
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
        self._reader = None
        if self._map is not None:
            self._map.close()
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

    def _open(self) -> pa.ipc.RecordBatchFileReader:
        if self._reader is None:
            self._writer.close()
            self._map = pa.memory_map(str(self._path))
            self._reader = pa.ipc.open_file(self._map)
        return self._reader
