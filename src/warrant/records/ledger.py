"""The header of a decision ledger (`warrant/ledger/1`): what stays the same for all its lines."""

from typing import Literal

from warrant.records.base import Count, Hex, Name, Record
from warrant.records.reason import Reason


class LedgerHeader(Record):
    """Constants of a step's ledger; a row of the input without a line was kept unchanged."""

    format: Literal["warrant/ledger/1"] = "warrant/ledger/1"
    step: Name
    input: Hex | None
    """Manifest the positions count in; None for ingest, whose positions count the files found."""
    input_rows: Count
    kept: Count
    dropped: Count
    reasons: tuple[Reason, ...]
