"""What a batch of answers came to (`warrant/batch-receipt/1`): one root over all lines."""

from typing import Literal

from warrant.records.base import Count, Hex, Name, Record


class BatchReceipt(Record):
    """Which model answered how many lines, and what the file of answers must hold.

    Nobody signs it and no log knows it: `logged` says so.
    """

    format: Literal["warrant/batch-receipt/1"] = "warrant/batch-receipt/1"
    approval: str
    """Who approved the bundle, as `verify` said."""
    bundle: Hex
    """The bundle digest."""
    columns: tuple[str, ...]
    """The header of the file of answers."""
    counts: dict[str, Count]
    """Lines by what became of them: `answered`, `abstained`, `unread`."""
    input: str
    """What was asked about, as it was named."""
    lines: Count
    """Lines under the header."""
    logged: Literal[False] = False
    made_by: Name
    """Program and version."""
    name: Name
    """Of the bundle."""
    notice: str
    """How far the answers may be relied on."""
    output: Name
    """Name of the file of answers."""
    root: Hex
    """RFC 6962 root; the leaves are the canonical JSON of header and lines, cells as text."""
    sha256: Hex
    """Of the file of answers."""
    stage_of_use: Literal["explore", "pilot", "production"]
    verified: str
    """What verification of the bundle said."""
