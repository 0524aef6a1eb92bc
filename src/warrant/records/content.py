"""The content list of a bundle (`warrant/bundle/1`): its digest is what people approve."""

from typing import Literal

from warrant.records.base import Count, Hex, Name, Record


class Member(Record):
    """One content member of the ZIP."""

    name: Name
    sha256: Hex
    size: Count


class Content(Record):
    """Names, sizes and digests of model, card and evaluation; no evidence, no approval."""

    format: Literal["warrant/bundle/1"] = "warrant/bundle/1"
    name: Name
    stage_of_use: Literal["explore", "pilot", "production"]
    members: tuple[Member, ...]
