"""A model around another one: what it is asked about itself, the other one answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warrant.models.model import InputColumn, TrainedModel
    from warrant.records.task import TaskKind


@dataclass(frozen=True)
class WrappedModel:
    """Base of such a model; see `TrainedModel` for the methods."""

    plain: TrainedModel
    """The model without what is added here."""

    @property
    def task(self) -> TaskKind:
        """How many answers a row has."""
        return self.plain.task

    @property
    def labels(self) -> tuple[str, ...]:
        """All answers it can give."""
        return self.plain.labels

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns it reads."""
        return self.plain.inputs

    @property
    def reads(self) -> tuple[InputColumn, ...]:
        """The same columns, and how each enters."""
        return self.plain.reads
