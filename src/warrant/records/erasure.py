"""Rows taken out of all dataset versions (`urn:x-warrant:erasure:v1`)."""

from typing import Annotated

from pydantic import Field

from warrant.records.actor import Actor
from warrant.records.base import Count, Hex, Instant, Record


class ErasedRows(Record):
    """Positions erased in one dataset version."""

    manifest: Hex
    positions: tuple[Count, ...]


class Erasure(Record):
    """The predicate: positions only; no digest of a row or document."""

    actor: Actor
    datasets: tuple[ErasedRows, ...]
    not_reached: tuple[str, ...]
    """What erasing could not reach, for example models already trained."""
    reason: Annotated[str, Field(min_length=1, max_length=4000)]
    warning: str
    recorded_at: Instant
