"""Where the rows of a dataset lie (`warrant/layout/1`): unsigned, replaceable."""

from typing import Literal

from warrant.records.base import Count, Hex, Record


class Shard(Record):
    """One Parquet file of rows."""

    sha256: Hex
    size: Count
    """Bytes."""
    rows: Count


class Layout(Record):
    """The shards of one dataset in order, and the blob of its row commitments (32 bytes a row)."""

    format: Literal["warrant/layout/1"] = "warrant/layout/1"
    dataset: Hex
    """Digest of the manifest."""
    commitments: Hex
    shards: tuple[Shard, ...]
