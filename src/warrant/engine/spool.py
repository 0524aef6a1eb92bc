"""Bytes kept aside while a dataset is written: in memory while few, in the scratch folder else."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
