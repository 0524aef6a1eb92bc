"""A Parquet file whose every row is one document, read batch by batch."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from warrant.records.reason import Reason
from warrant.stages.ingest.column import text_of
from warrant.stages.ingest.grid import parquet_cell
from warrant.stages.ingest.reader import Document, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.stages.ingest.files import OpenFile

VERSION = "1"
"""Raised whenever the same bytes may give other records."""

_BATCH_ROWS = 1024


def _dropped(code: str, words: str) -> Reason:
    return Reason(code=code, kind="drop", rule="parquet", version=VERSION, words=words)


NOT_PARQUET = _dropped("not_parquet", "The file cannot be read as Parquet.")
SAME_NAMES = _dropped("parquet_same_names", "Two columns of the Parquet file have one name.")


class ParquetReader:
    """Reads each row as one document; a column `text` is its text."""

    reasons = (NOT_PARQUET, SAME_NAMES)
    has_records = True

    def read(self, file: OpenFile) -> Iterator[Document | Unread]:
        """Read one file.

        Args:
            file: any bytes.

        Yields:
            One document per row, in order; or why there is none, or none further.
        """
        import pyarrow as pa
        from pyarrow import parquet

        try:
            source = file.path if file.data is None else BytesIO(file.data)
            with parquet.ParquetFile(source) as opened:
                names = opened.schema_arrow.names
                if len(set(names)) != len(names):
                    yield Unread(SAME_NAMES.code)
                    return
                for batch in opened.iter_batches(_BATCH_ROWS):
                    yield from map(_document, batch.to_pylist())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            yield Unread(NOT_PARQUET.code)
        except OSError as error:
            if error.errno is not None:
                raise  # the system's; pyarrow's own says that the bytes are broken
            yield Unread(NOT_PARQUET.code)


def _document(row: dict[str, object]) -> Document:
    cells = {name: parquet_cell(cell) for name, cell in row.items()}
    return Document(text_of(cells), cells)
