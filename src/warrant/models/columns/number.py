"""A column of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrant.models.columns.cells import read_numbers
from warrant.models.columns.column import MISSING_WORD, Feature, Read, State, clipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.model import InputColumn


@dataclass(frozen=True)
class NumberColumn:
    """Numbers within a range; one outside counts as the nearest bound. See `Column`."""

    input: InputColumn
    """Name and unit."""

    low: float
    """About the least value of training rows: no single document's."""

    high: float
    """About the greatest."""

    center: float
    """Mean of training rows."""

    spread: float
    """Standard deviation of training rows, above 0."""

    may_miss: bool
    """Whether training rows had empty cells too."""

    @property
    def features(self) -> tuple[Feature, ...]:
        """One number."""
        return (Feature(self.input.column, "number", "", 0, self.center, self.spread),)

    @property
    def is_doubtful(self) -> frozenset[State]:
        """Outside the range, unreadable, and missing unless training rows missed it too."""
        doubts = {State.OUT_OF_RANGE, State.UNREADABLE}
        return frozenset(doubts if self.may_miss else {*doubts, State.MISSING})

    def read(self, cells: Sequence[object]) -> Read:
        """Read numbers, or text that holds one."""
        unit, decimal = self.input.unit, self.input.decimal
        values = read_numbers(cells, unit, decimal)
        numbers, states = clipped(values, self.low, self.high)
        return Read(numbers[:, np.newaxis], states)

    def term(self, place: int, value: float) -> str:
        """Give the number with its unit."""
        del place  # there is one
        if np.isnan(value):
            return MISSING_WORD
        return f"{value:.6g}" + (f" {self.input.unit}" if self.input.unit else "")
