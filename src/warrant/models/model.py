"""The protocol of a trained model, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from warrant.models.places import FoundSpan
    from warrant.records.task import TaskKind

Columns: TypeAlias = Mapping[str, Sequence[object]]
"""Cells by column name; every column has one cell per row. None: an empty cell."""


ReadAs = Literal["text", "number", "category", "date", "options"]
"""How a column enters a model; `options` are of `choice`: a list of texts, one of them right."""

CELLS: frozenset[ReadAs] = frozenset({"number", "category", "date"})
"""What is neither text nor a list of texts."""

Doubt = Literal["missing", "unseen", "out_of_range", "unreadable", "cut", "unsure"]
"""Why a model abstains. `missing`: the cell is empty, and no training row had it so; `unseen`: a
category that no training row had, or too few; `out_of_range`: a number or date outside what
training rows had; `unreadable`: no number, date or single value; `cut`: longer than a
model that writes reads, so that its beginning was left out; `unsure`: asking a person costs less
than being wrong, or the answer is less probable than a stated risk allows."""


VALUE = "value"
"""Under this name, in place of a label, stands what decided the answer of a `regression`."""


@dataclass(frozen=True)
class InputColumn:
    """A column that a model reads."""

    column: str
    """Name of the column."""

    read_as: ReadAs = "text"
    """How it enters the model."""

    unit: str | None = None
    """Of a number, as the recipe states it; None: none was stated."""

    decimal: Literal[".", ","] | None = None
    """Of numbers in text: what stands before the decimals; None: each cell tells, or a point."""

    day_first: bool | None = None
    """Of dates in text: what `03/04/2024` means: True, 3 April; False, March 4; None: nobody
    says, and it is not read."""


@dataclass(frozen=True)
class Abstention:
    """One reason for which an answer must not be relied on."""

    doubt: Doubt
    """The kind of reason."""

    column: str | None = None
    """The input column it lies in; None for `unsure`."""


@dataclass(frozen=True)
class Predictions:
    """Answers of a model, one per row."""

    labels: tuple[str, ...]
    """Names of the columns of the arrays; none for `regression` and `generation`."""

    probabilities: NDArray[np.float64]
    """Shape (rows, labels), 0 to 1; a row sums to 1 unless the task is `multilabel` or
    `spans`."""

    chosen: NDArray[np.bool_]
    """Shape (rows, labels): the answer; exactly one True a row unless `multilabel` or `spans`."""

    values: NDArray[np.float64] | None = None
    """Shape (rows,): the answers of `regression`, in the unit of the label; else None."""

    abstentions: tuple[tuple[Abstention, ...], ...] = ()
    """For each row why it has no answer to rely on, none when it has one; empty as a whole when
    no row has a reason."""

    sets: NDArray[np.bool_] | None = None
    """Shape (rows, labels): labels that hold the truth with a stated coverage, the answer among
    them; None: no coverage was stated."""

    bounds: NDArray[np.float64] | None = None
    """Shape (rows, 2): of `regression`, the same as an interval."""

    spans: tuple[tuple[FoundSpan, ...], ...] | None = None
    """Of `spans`, the places found in each row, in order, none touching another; else None.
    `chosen` then says which labels occur, `probabilities` how sure the surest place of each is."""

    texts: tuple[str, ...] | None = None
    """Of `generation`, the text written for each row; else None."""


@dataclass(frozen=True)
class Contribution:
    """How much one thing in the input spoke for an answer."""

    column: str
    """The input column it was found in; joined by `+` when several are read as one."""

    kind: Literal["word", "characters", "pair", "embedding", "number", "category", "date"]
    """A word or two words in a row, a sequence of characters, the beginnings of two words anywhere
    in the text, the text as a whole, or a cell of a column that is no text."""

    term: str
    """As the model reads it: words in lower case; of other columns the cell, or a part of it."""

    value: float
    """Added to the answer's score (log-odds; for `regression` the value itself); below zero it
    spoke against it."""


@dataclass(frozen=True)
class Description:
    """What a card says about a model's inside."""

    kind: str
    """Name of the format."""

    parameters: int
    """Numbers that were learnt."""

    precision: Literal["float32", "float64"]
    """Of the stored weights; arithmetic is always float64."""

    facts: Mapping[str, str | int | float]
    """Figures of this format, by name, for example `words` and `characters`."""


class TrainedModel(Protocol):
    """A model that answers. The same input gives the same answer, alone or among others."""

    @property
    def task(self) -> TaskKind:
        """How many answers a row has."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """All answers it can give, in the order of the arrays."""
        ...

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns it reads."""
        ...

    @property
    def reads(self) -> tuple[InputColumn, ...]:
        """The same columns, and how each enters."""
        ...

    def predict(self, columns: Columns) -> Predictions:
        """Answer each row.

        Args:
            columns: at least the columns of `inputs`.

        Returns:
            Probabilities and answers, in the order of the rows.

        Raises:
            InputError: when a column is missing or a cell has the wrong type; no cell is quoted.
        """
        ...

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer.

        Args:
            columns: at least the columns of `inputs`.
            top: at most this many contributions per label.
            chosen: shape (rows, labels): the answers to explain; None: those that `predict` gives.

        Returns:
            Per row: for each chosen label, contributions, the strongest first; when no
            label was chosen, those of the most probable one; for `regression` those of `VALUE`.

        Raises:
            InputError: as `predict` does.
        """
        ...

    def describe(self) -> Description:
        """Say what is inside."""
        ...
