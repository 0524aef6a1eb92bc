"""The protocol of a fitted column, and what reading one gives."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.model import InputColumn

MISSING_WORD = "(empty)"
"""Stands in explanations for a cell that is empty or cannot be read."""


class State(IntEnum):
    """How the reading of one cell went; the names are those of `Doubt`."""

    READ = 0
    MISSING = 1
    UNSEEN = 2
    OUT_OF_RANGE = 3
    UNREADABLE = 4


class Feature(NamedTuple):
    """One number that a column gives."""

    column: str
    """Name of the column."""
    kind: Literal["number", "category", "date"]
    """How the column is read."""
    part: str
    """Of a date: `year`, `month`, `weekday`, `day_of_year` or `days`; else empty."""
    steps: int = 0
    """Of a number that only has the values 0 to steps - 1: how many; 0 of any other."""
    center: float = 0.0
    """Mean over training rows of a feature without steps."""
    spread: float = 1.0
    """Standard deviation over training rows of a feature without steps, above 0."""

    @property
    def is_category(self) -> bool:
        """True when its values have no order."""
        return self.kind == "category"

    @property
    def width(self) -> int:
        """How many numbers a linear model reads of it: one a step or one, and one for missing."""
        return (self.steps or 1) + 1


class Read(NamedTuple):
    """A column read."""

    numbers: NDArray[np.float64]
    """Shape (rows, features of the column); NaN is missing."""
    states: NDArray[np.int8]
    """Shape (rows,): a `State` for each row."""


class Column(Protocol):
    """A column as training has fitted it."""

    @property
    def input(self) -> InputColumn:
        """Its name and how it is read."""
        ...

    @property
    def features(self) -> tuple[Feature, ...]:
        """What it gives."""
        ...

    @property
    def is_doubtful(self) -> frozenset[State]:
        """States in which an answer must not be relied on."""
        ...

    def read(self, cells: Sequence[object]) -> Read:
        """Read cells.

        Args:
            cells: of any kind.

        Returns:
            One row of numbers a cell, and how its reading went.
        """
        ...

    def term(self, place: int, value: float) -> str:
        """Say in words what a number stands for.

        Args:
            place: of the feature among those of the column.
            value: a number that `read` gave for it.

        Returns:
            For example `1200 USD`, `Lease`, `month 3` or `(empty)`.
        """
        ...


def clipped(
    values: Sequence[float | None], low: float, high: float
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Keep numbers within a range.

    Args:
        values: None is missing, NaN cannot be read.
        low: least value that training rows had, about.
        high: greatest value that training rows had, about.

    Returns:
        Numbers, NaN where there is none, and states.
    """
    found = np.array([np.nan if one is None else one for one in values], dtype=np.float64)
    is_missing = np.array([one is None for one in values], dtype=np.bool_)
    states = np.where(np.isnan(found), State.UNREADABLE, State.READ).astype(np.int8)
    states[is_missing] = State.MISSING
    states[(found < low) | (found > high)] = State.OUT_OF_RANGE
    return np.clip(found, low, high), states
