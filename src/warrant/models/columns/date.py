"""A column of dates, as parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from warrant.models.columns.cells import EPOCH, read_dates
from warrant.models.columns.column import MISSING_WORD, Feature, Read, State, clipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.model import InputColumn

SCALED = ("year", "day_of_year", "days")
"""Parts with a mean and a spread."""

_PARTS = ("year {}", "month {}", "", "day {} of the year", "", "hour {}")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class DateColumn:
    """Dates within a range; one outside counts as the nearest bound. See `Column`."""

    input: InputColumn
    """The name."""

    low: float
    """About the first date of training rows, in days since 1970-01-01: no single document's."""

    high: float
    """About the last."""

    centers: tuple[float, float, float]
    """Means of the parts `SCALED` over training rows."""

    spreads: tuple[float, float, float]
    """Their standard deviations, above 0."""

    may_miss: bool
    """Whether training rows had empty cells too."""

    has_time: bool
    """Whether training rows had times of day; then the hour (UTC) is a part too."""

    @property
    def features(self) -> tuple[Feature, ...]:
        """Year, month, weekday, day of the year, days since the year of the first began; hour."""
        name = self.input.column
        year, day_of_year, days = (
            Feature(name, "date", part, 0, center, spread)
            for part, center, spread in zip(SCALED, self.centers, self.spreads, strict=True)
        )
        month = Feature(name, "date", "month", 12)
        weekday = Feature(name, "date", "weekday", 7)
        hour = (Feature(name, "date", "hour", 24),) if self.has_time else ()
        return (year, month, weekday, day_of_year, days, *hour)

    @property
    def is_doubtful(self) -> frozenset[State]:
        """Outside the range, unreadable, and missing unless training rows missed it too."""
        doubts = {State.OUT_OF_RANGE, State.UNREADABLE}
        return frozenset(doubts if self.may_miss else {*doubts, State.MISSING})

    @cached_property
    def origin(self) -> float:
        """First day of the year of the first date, in days since 1970-01-01."""
        year = date.fromordinal(EPOCH + int(self.low // 1)).year
        return float(date(year, 1, 1).toordinal() - EPOCH)

    def read(self, cells: Sequence[object]) -> Read:
        """Read dates, instants, or text that holds one."""
        day_first = self.input.day_first
        values = read_dates(cells, day_first=day_first)
        days, states = clipped(values, self.low, self.high)
        numbers = parts_of(days)
        numbers[:, 4] -= self.origin
        return Read(numbers[:, : len(self.features)], states)

    def term(self, place: int, value: float) -> str:
        """Give the part: `year 2024`, `month 3`, `Friday`, `day 65 of the year`, `2024-03-05`."""
        if np.isnan(value):
            return MISSING_WORD
        number = int(value // 1)
        if place == 4:
            return date.fromordinal(EPOCH + int(self.origin) + number).isoformat()
        if place == 2:
            return _WEEKDAYS[number]
        month = number + (place == 1)
        return _PARTS[place].format(month)


def parts_of(days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take dates apart.

    Args:
        days: shape (rows,), since 1970-01-01, with fractions; NaN is missing.

    Returns:
        Shape (rows, 6): year, month from 0, weekday from 0 (Monday), day of the year from 1, days
        since 1970-01-01, hour from 0.
    """
    known = ~np.isnan(days)
    parts = np.full((len(days), 6), np.nan)
    whole = np.floor(days[known]).astype("datetime64[D]")
    years, months = whole.astype("datetime64[Y]"), whole.astype("datetime64[M]")
    parts[known, 0] = years.astype(np.int64) + 1970
    parts[known, 1] = months.astype(np.int64) % 12
    parts[known, 2] = (whole.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    parts[known, 3] = (whole - years.astype("datetime64[D]")).astype(np.int64) + 1
    parts[known, 4] = days[known]
    seconds = np.round((days[known] - np.floor(days[known])) * 86_400)
    parts[known, 5] = np.minimum(seconds // 3600, 23)
    return parts
