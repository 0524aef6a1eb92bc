"""A fitted encoder as records for `model.json` and an array beside it, read with suspicion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NoReturn, TypeAlias

import numpy as np
from pydantic import Field

from warrant.models.columns.category import CategoryColumn
from warrant.models.columns.date import SCALED, DateColumn
from warrant.models.columns.encoder import ColumnEncoder
from warrant.models.columns.number import NumberColumn
from warrant.models.folder import refuse_model
from warrant.models.model import InputColumn
from warrant.records.base import Name, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.models.columns.column import Column

FIRST_DAY, LAST_DAY = -719_162.0, 2_932_897.0
"""The years 1 to 9999 in days since 1970-01-01."""


class NumberSettings(Record):
    """A column of numbers; low, high, mean and standard deviation stand in the array."""

    read_as: Literal["number"] = "number"
    column: Name
    unit: Name | None
    decimal: Literal[".", ","] | None
    may_miss: bool


class CategorySettings(Record):
    """A column of categories; nothing of it stands in the array."""

    read_as: Literal["category"] = "category"
    column: Name
    terms: tuple[Annotated[str, Field(min_length=1)], ...]
    has_rare: bool
    is_open: bool
    may_miss: bool


class DateSettings(Record):
    """A column of dates; low, high, three means and three deviations stand in the array."""

    read_as: Literal["date"] = "date"
    column: Name
    day_first: bool | None
    may_miss: bool
    has_time: bool


ColumnSettings: TypeAlias = Annotated[
    NumberSettings | CategorySettings | DateSettings, Field(discriminator="read_as")
]
"""What a model's settings say of one column."""


def encoder_settings(encoder: ColumnEncoder) -> tuple[ColumnSettings, ...]:
    """Give what of an encoder is written as JSON.

    Args:
        encoder: any.

    Returns:
        One record a column.
    """
    return tuple(map(_settings_of, encoder.columns))


def encoder_numbers(encoder: ColumnEncoder) -> NDArray[np.float64]:
    """Give what of an encoder is written as an array.

    Args:
        encoder: any.

    Returns:
        One dimension, float64: the numbers of one column after the other.
    """
    numbers: list[float] = []
    for column in encoder.columns:
        if isinstance(column, NumberColumn):
            numbers += [column.low, column.high, column.center, column.spread]
        elif isinstance(column, DateColumn):
            numbers += [column.low, column.high, *column.centers, *column.spreads]
    return np.array(numbers, dtype=np.float64)


def make_encoder(settings: Sequence[ColumnSettings], numbers: NDArray[np.float64]) -> ColumnEncoder:
    """Make an encoder of what was written.

    Args:
        settings: as `encoder_settings` gave them.
        numbers: as `encoder_numbers` gave them.

    Returns:
        The encoder.

    Raises:
        InputError: when they are not sound; one message per fault.
    """
    needed = sum(_count(one) for one in settings)
    if numbers.shape != (needed,) or numbers.dtype != np.float64:
        _refuse(f"its columns need {needed} numbers, and the array does not hold them")
    if not np.isfinite(numbers).all():
        _refuse("a number of a column is not finite")
    if len({one.column for one in settings}) != len(settings):
        _refuse("a column stands twice")
    rest = iter(numbers.tolist())
    return ColumnEncoder(tuple(_column_of(one, rest) for one in settings))


def _count(settings: ColumnSettings) -> int:
    if isinstance(settings, CategorySettings):
        return 0
    return 4 if isinstance(settings, NumberSettings) else 2 + 2 * len(SCALED)


def _settings_of(column: Column) -> ColumnSettings:
    if isinstance(column, NumberColumn):
        return NumberSettings(
            column=column.input.column,
            unit=column.input.unit,
            decimal=column.input.decimal,
            may_miss=column.may_miss,
        )
    if isinstance(column, CategoryColumn):
        return CategorySettings(
            column=column.input.column,
            terms=column.terms,
            has_rare=column.has_rare,
            is_open=column.is_open,
            may_miss=column.may_miss,
        )
    if isinstance(column, DateColumn):
        return DateSettings(
            column=column.input.column,
            day_first=column.input.day_first,
            may_miss=column.may_miss,
            has_time=column.has_time,
        )
    raise TypeError("a column of no known kind")


def _column_of(settings: ColumnSettings, numbers: Iterator[float]) -> Column:
    name = settings.column
    if isinstance(settings, CategorySettings):
        if len(set(settings.terms)) != len(settings.terms):
            _refuse(f"a category of the column {name!r} stands twice")
        return CategoryColumn(
            InputColumn(name, "category"),
            settings.terms,
            settings.has_rare,
            settings.is_open,
            settings.may_miss,
        )
    low, high = next(numbers), next(numbers)
    if low > high:
        _refuse(f"the range of the column {name!r} ends before it begins")
    if isinstance(settings, NumberSettings):
        center, (spread,) = next(numbers), _spreads(name, [next(numbers)])
        one = InputColumn(name, "number", settings.unit, settings.decimal)
        return NumberColumn(one, low, high, center, spread, settings.may_miss)
    if low < FIRST_DAY or high >= LAST_DAY:
        _refuse(f"the range of the column {name!r} holds days that no calendar has")
    year, day_of_year, days = (next(numbers) for _ in SCALED)
    by_year, by_day_of_year, by_days = _spreads(name, [next(numbers) for _ in SCALED])
    return DateColumn(
        InputColumn(name, "date", day_first=settings.day_first),
        low,
        high,
        (year, day_of_year, days),
        (by_year, by_day_of_year, by_days),
        settings.may_miss,
        settings.has_time,
    )


def _spreads(name: str, values: list[float]) -> list[float]:
    if min(values) <= 0:
        _refuse(f"a standard deviation of the column {name!r} is not above 0")
    return values


def _refuse(fault: str) -> NoReturn:
    refuse_model("model", fault)
