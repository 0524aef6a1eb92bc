"""The dataframe engine behind a narrow adapter: rows in, rows out; today pyarrow.

Nothing above this room sees a shard. Batches are Arrow record batches with `_row_id`, `_members`,
`_locator` and one column per schema entry; another engine comes behind the same functions.
"""

from warrant.engine.columns import Batch, arrow_schema, make_batch
from warrant.engine.erasure import Erased, erase_documents, erase_rows
from warrant.engine.ledger import Decision, Ledger, LedgerFile, LedgerLines, read_ledger
from warrant.engine.reader import (
    RowToCheck,
    dataset_record,
    link_dataset,
    read_dataset,
    read_rows,
    row_reader,
)
from warrant.engine.spool import BatchSpool, CellFile
from warrant.engine.writer import DatasetWriter, Written, write_dataset

__all__ = [
    "Batch",
    "BatchSpool",
    "CellFile",
    "DatasetWriter",
    "Decision",
    "Erased",
    "Ledger",
    "LedgerFile",
    "LedgerLines",
    "RowToCheck",
    "Written",
    "arrow_schema",
    "dataset_record",
    "erase_documents",
    "erase_rows",
    "link_dataset",
    "make_batch",
    "read_dataset",
    "read_ledger",
    "read_rows",
    "row_reader",
    "write_dataset",
]
