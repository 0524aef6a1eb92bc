"""What may be said about a model that was trained elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from warrant.records.source import AnySource, Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.models.model import InputColumn
    from warrant.records.model import TaskKind


@dataclass(frozen=True)
class Declared:
    """Facts that a person declares; nobody witnessed them."""

    by: str
    """Who declares them."""
    facts: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    """By name; what is not known is left out."""
    data: AnySource = field(default_factory=lambda: Source(name="adopted"))
    """The rows that it was trained on, as far as they are declared."""


@dataclass(frozen=True)
class AdoptConfig:
    """All settings of an adoption."""

    name: str
    """Name of the model."""
    task: TaskKind
    """How many answers a row has."""
    inputs: tuple[InputColumn, ...]
    """The columns that it reads, as the recipe names them."""
    labels: tuple[str, ...]
    """Its answers, in the order of its numbers, where its files do not say; else empty."""
    label: str
    """The column of the true answers, on which it is measured."""
    digest: str
    """Of its files as they came, hex."""
    declared: Declared
    """What a person says of it."""
    label_separator: str = ";"
    """Between several labels in one cell of text."""
    seed: int = 7
    """Of what is drawn when answers are looked into."""
    class_weights: Literal["balanced", "none"] = "none"
    """Not known: nothing is assumed of how labels were weighed."""
    place: Path | None = None
    """The file or folder; no part of the settings that are signed."""

    def portable(self) -> AdoptConfig:
        """Give the settings without what belongs to this machine."""
        return replace(self, place=None)
