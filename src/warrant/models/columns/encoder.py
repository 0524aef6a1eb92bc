"""Several columns side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from warrant.errors import InputError
from warrant.models.columns.column import State
from warrant.models.model import Abstention, Contribution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.columns.column import Column, Feature
    from warrant.models.model import Columns, Doubt, InputColumn

_DOUBTS: dict[int, Doubt] = {
    State.MISSING: "missing",
    State.UNSEEN: "unseen",
    State.OUT_OF_RANGE: "out_of_range",
    State.UNREADABLE: "unreadable",
}


class Encoded(NamedTuple):
    """Rows as numbers."""

    numbers: NDArray[np.float64]
    """Shape (rows, features); NaN is missing."""
    abstentions: tuple[tuple[Abstention, ...], ...]
    """Reasons of each row; empty as a whole when no row has one."""


@dataclass(frozen=True)
class ColumnEncoder:
    """All columns of a model that are no text, in the order of its inputs."""

    columns: tuple[Column, ...]
    """As training has fitted them; none in a model that reads text alone."""

    @property
    def inputs(self) -> tuple[InputColumn, ...]:
        """The columns it reads."""
        return tuple(column.input for column in self.columns)

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """What each column of the numbers is."""
        return tuple(feature for column in self.columns for feature in column.features)

    @cached_property
    def width(self) -> int:
        """Columns of the expanded numbers."""
        return sum(feature.width for feature in self.features)

    @cached_property
    def _owners(self) -> list[tuple[Column, int]]:
        return [(column, place) for column in self.columns for place in range(len(column.features))]

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        widths = [feature.width for feature in self.features]
        return np.cumsum([0, *widths], dtype=np.int64)[:-1]

    def encode(self, columns: Columns) -> Encoded:
        """Read rows.

        Args:
            columns: cells by column name, at least those of `inputs`, one cell a row in each.

        Returns:
            Their numbers, and why answers on them must not be relied on.

        Raises:
            InputError: when a column is missing, or columns differ in length.
        """
        cells = [_cells_of(columns, one.column) for one in self.inputs]
        rows = len(cells[0]) if cells else 0
        if any(len(one) != rows for one in cells):
            raise InputError(
                "The input's columns differ in length.", do="Give each row a cell in each."
            )
        numbers = np.empty((rows, len(self.features)))
        reasons: list[list[Abstention]] = [[] for _ in range(rows)]
        start = 0
        for column, one in zip(self.columns, cells, strict=True):
            read = column.read(one)
            stop = start + read.numbers.shape[1]
            numbers[:, start:stop] = read.numbers
            start = stop
            for row in np.flatnonzero(np.isin(read.states, list(column.is_doubtful))):
                doubt = _DOUBTS[int(read.states[row])]
                reasons[row].append(Abstention(doubt, column.input.column))
        return Encoded(numbers, tuple(map(tuple, reasons)) if any(reasons) else ())

    def expand(self, numbers: NDArray[np.float64]) -> Any:  # noqa: ANN401 - a sparse matrix
        """Turn numbers into what a linear model reads.

        Args:
            numbers: shape (rows, features).

        Returns:
            Sparse matrix, shape (rows, width). Each feature has one entry a row, in the order of
            the features: a number that is standardised, a 1 for its step, or a 1 for missing.
        """
        rows = len(numbers)
        # Of 32 bits wherever they suffice: LIBLINEAR reads no others.
        kind = sparse.get_index_dtype(maxval=max(rows * len(self.features), self.width))
        places = np.zeros((rows, len(self.features)), kind)
        values = np.ones((rows, len(self.features)))
        for at, feature in enumerate(self.features):
            column = numbers[:, at]
            known = ~np.isnan(column)
            places[:, at] = feature.steps or 1
            if feature.steps:
                places[known, at] = column[known].astype(kind)
            else:
                places[known, at] = 0
                values[known, at] = (column[known] - feature.center) / feature.spread
        places += self._starts.astype(kind)[np.newaxis, :]
        ends = np.arange(rows + 1, dtype=kind) * len(self.features)
        return sparse.csr_array((values.ravel(), places.ravel(), ends), shape=(rows, self.width))

    def contributions(
        self, numbers: NDArray[np.float64], weights: Sequence[float] | NDArray[np.float64]
    ) -> list[Contribution]:
        """Say in words what each feature of one row spoke for.

        Args:
            numbers: shape (features,), of one row.
            weights: shape (features,): what each added to the score.

        Returns:
            One contribution a feature, in their order.
        """
        return [
            Contribution(feature.column, feature.kind, owner.term(place, number), float(weight))
            for feature, (owner, place), number, weight in zip(
                self.features, self._owners, numbers.tolist(), weights, strict=True
            )
        ]


def _cells_of(columns: Columns, name: str) -> Sequence[object]:
    if name not in columns:
        raise InputError(
            f"The model reads a column {name!r}, which is not in the input.",
            do=f"Name one column {name!r}.",
        )
    return columns[name]
