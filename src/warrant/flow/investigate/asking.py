"""Asking one model about one row and about changed forms of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from warrant.flow.investigate.kinds import PlaceModel, WrittenModel
from warrant.models import VALUE
from warrant.models.reliance import ReliedModel
from warrant.models.thresholds import DecidedModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.models import InputColumn, Predictions, TrainedModel

    Cells = Mapping[str, object]

_TINY = 1e-12
JOINT = "; "
"""Between several labels of one answer."""


@dataclass(frozen=True)
class Asking:
    """One row and the model that answers it."""

    model: TrainedModel
    """As it answers, with its thresholds."""
    cells: Cells
    """What it reads, by column."""
    expected: tuple[str, ...] | None
    """The right labels, sorted; None: nobody said."""

    @property
    def plain(self) -> TrainedModel:
        """The model without promises and without thresholds of costs."""
        return self.priced.plain if self.priced else _unpromised(self.model)

    @property
    def priced(self) -> DecidedModel | None:
        """The model with its thresholds of costs; None where it has none."""
        found = _unpromised(self.model)
        return found if isinstance(found, DecidedModel) else None

    @property
    def place(self) -> PlaceModel | None:
        """Of `spans`, the place that is looked into."""
        return self.model if isinstance(self.model, PlaceModel) else None

    @property
    def is_written(self) -> bool:
        """Whether the answer is a text."""
        return isinstance(self.model, WrittenModel)

    @property
    def is_letter(self) -> bool:
        """Whether labels are letters of options, which say nothing from row to row."""
        return self.model.task == "choice"

    def like(self, other: TrainedModel) -> TrainedModel:
        """Ask another model the way that this one is asked."""
        if isinstance(self.model, PlaceModel | WrittenModel):
            return replace(self.model, plain=other)
        return other

    @property
    def columns(self) -> dict[str, list[object]]:
        """The row as a table of one."""
        return {name: [cell] for name, cell in self.cells.items()}

    @property
    def texts(self) -> tuple[InputColumn, ...]:
        """The columns of text that are read."""
        return tuple(one for one in self.model.reads if one.read_as == "text")

    @cached_property
    def found(self) -> Predictions:
        """What the model says of the row."""
        return self.model.predict(self.columns)

    @cached_property
    def answer(self) -> tuple[str, ...]:
        """The labels that are answered, sorted; none for `regression`."""
        return labels_of(self.found, 0)

    @cached_property
    def towards(self) -> str:
        """The label whose score is looked into."""
        if self.model.task == "regression":
            return VALUE
        wrong = [one for one in self.answer if self.expected and one not in self.expected]
        if wrong or self.answer:
            return (wrong or list(self.answer))[0]
        missed = [one for one in self.expected or () if one in self.model.labels]
        return missed[0] if missed else self.model.labels[int(self.found.probabilities[0].argmax())]

    @cached_property
    def against(self) -> str | None:
        """The label it is weighed against; None: its absence, or a number."""
        if self.model.task in ("regression", "multilabel"):
            return None
        wanted = [one for one in self.expected or () if one in self.model.labels]
        if wanted and wanted[0] != self.towards:
            return wanted[0]
        odds = self.found.probabilities[0].copy()
        odds[self.model.labels.index(self.towards)] = -1
        return self.model.labels[int(odds.argmax())]

    def ask(self, variants: Sequence[Cells]) -> Predictions:
        """Ask about changed forms of the row.

        Args:
            variants: cells that are other than the row's, at least one variant.

        Returns:
            Answers in their order.
        """
        rows = [{**self.cells, **one} for one in variants]
        return self.model.predict({name: [row[name] for row in rows] for name in self.cells})

    def is_reached(self, found: Predictions, row: int) -> bool:
        """Say whether an answer is the expected one; where nobody said, whether it is another."""
        got = labels_of(found, row)
        return got == self.expected if self.expected is not None else got != self.answer

    def reaches(self, changed: Cells) -> bool:
        """Say whether a changed form of the row gets the expected answer."""
        return self.is_reached(self.ask([changed]), 0)

    def margins(self, found: Predictions) -> NDArray[np.float64]:
        """Say how far each answer leans to `towards`; below zero it leans the other way.

        Args:
            found: answers of this model.

        Returns:
            Shape (rows,), log-odds or the value.
        """
        if found.values is not None:
            return found.values
        odds = np.clip(found.probabilities, _TINY, 1 - _TINY)
        first = odds[:, found.labels.index(self.towards)]
        if self.against is None:
            return np.asarray(np.log(first) - np.log1p(-first))
        return np.asarray(np.log(first) - np.log(odds[:, found.labels.index(self.against)]))


def _unpromised(model: TrainedModel) -> TrainedModel:
    return model.plain if isinstance(model, ReliedModel) else model


def bare(model: TrainedModel) -> TrainedModel:
    """Give a model without promises and thresholds."""
    found = _unpromised(model)
    return found.plain if isinstance(found, DecidedModel) else found


def labels_of(found: Predictions, row: int) -> tuple[str, ...]:
    """Give the labels of one answer, sorted."""
    return tuple(sorted(found.labels[at] for at in np.flatnonzero(found.chosen[row]).tolist()))


def shown_answer(found: Predictions, row: int) -> tuple[str, float | None]:
    """Give an answer in words, and its probability.

    Args:
        found: answers.
        row: which.

    Returns:
        Labels joined, or the number; the least probability of the labels, None for a number.
    """
    if found.values is not None:
        return f"{found.values[row]:.6g}", None
    labels = labels_of(found, row)
    if not labels:
        return "", float(1 - found.probabilities[row].max(initial=0.0))
    odds = [float(found.probabilities[row, found.labels.index(one)]) for one in labels]
    return JOINT.join(labels), min(odds)
