"""The header of a decision ledger (`warrant/ledger/1`): what stays the same for all its lines."""

from typing import Literal

from warrant.records.base import Count, Hex, Name, Record


class Reason(Record):
    """Why rows were dropped, changed or measured by one rule."""

    code: Name
    """Short and stable, for example `exact_duplicate`."""
    kind: Literal["drop", "change", "measure"]
    rule: Name
    """The plug-in that judged."""
    version: Name
    threshold: float | None = None
    words: Name
    """The reason in a plain sentence."""


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
