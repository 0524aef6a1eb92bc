"""The signed manifest of a dataset version (`warrant/dataset/1`)."""

from typing import Literal

from warrant.records.base import Count, Hex, Name, Record

ColumnType = Literal["text", "boolean", "number", "integer", "date", "instant", "list", "object"]


class Column(Record):
    """One column of a dataset."""

    name: Name
    type: ColumnType


class Dataset(Record):
    """What is signed of a dataset.

    Schema, count, fingerprint, row-tree root, counts per reason; no shard.
    """

    format: Literal["warrant/dataset/1"] = "warrant/dataset/1"
    name: Name
    columns: tuple[Column, ...]
    """Names and types, in the order of the recipe.

    Their canonical JSON is the schema that the fingerprint covers.
    """
    rows: Count
    fingerprint: Hex
    root: Hex
    """RFC 6962 root over the rows' salted commitments, in order."""
    counts: dict[str, Count]
    """What the step that made it kept (`kept`) and dropped, per reason code."""
    sample: bool = False
