"""What a step signs so that absence from its datasets can be proved (`warrant/absence/1`)."""

from typing import Literal

from warrant.records.base import Count, Hex, Record


class AbsenceTree(Record):
    """The keyed sparse prefix tree over one dataset version."""

    dataset: Hex
    """Digest of the version's manifest."""
    key: Hex
    """Commitment to the key under which the tokens are made; the key itself stays in the vault."""
    tokens: Count
    """How many different tokens hang in the tree."""
    root: Hex
    """The tree's root."""


class Absence(Record):
    """The trees over the datasets of one step, in the order of its outputs."""

    format: Literal["warrant/absence/1"] = "warrant/absence/1"
    trees: tuple[AbsenceTree, ...]
