"""What a stage says it did (`warrant/claim/1`); flow signs and logs it."""

from typing import Literal

from warrant.records.base import Count, Hex, Name, Record
from warrant.records.source import AnySource


class Plugin(Record):
    """A plug-in or library that took part."""

    name: Name
    version: Name


class Link(Record):
    """An input or output of a step."""

    name: Name
    digest: Hex
    fingerprint: Hex | None = None
    """Of a dataset; None for a blob."""
    rows: Count | None = None


class Egress(Record):
    """What left this machine during a step."""

    host: Name
    size: Count
    """Bytes sent."""
    purpose: Name


class Claim(Record):
    """The result of one step, without any instant: the same step claims the same bytes.

    All but measured processor time, in measures named `cpu_s…` or `cpu_ms…`, and what training
    cost (`cost_…`, `energy_wh`) where the recipe states a budget.
    """

    format: Literal["warrant/claim/1"] = "warrant/claim/1"
    stage: Name
    version: Count
    inputs: tuple[Link, ...]
    outputs: tuple[Link, ...]
    counts: dict[str, Count]
    plugins: tuple[Plugin, ...] = ()
    sources: tuple[AnySource, ...] = ()
    """Filled by ingest."""
    measures: dict[str, str | int | float | bool | None] = {}
    """Typed facts of this stage, by name; None says "not answered"."""
    left_this_machine: tuple[Egress, ...] = ()
