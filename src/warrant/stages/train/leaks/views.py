"""The ways in which one column is looked at: what it holds, whether it is filled, how it ends.

A leak need not lie in the value: an amount is zero, a date is there at all, a number ends in 7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.models.columns.category import category_of
from warrant.models.columns.cells import read_date, read_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.models.model import InputColumn

_DIGITS = re.compile(r"\d+")
_FIELD = re.compile(r"(?:^|[\s\[({|;,.])([^\W\d_]{2,24})[ \t]*[:=][ \t]*([^\s\])}|;,.]{1,40})")
_MOST_FIELDS = 5
_COMMON = 0.8
"""Share of filled cells in which a field must stand to be one."""


@dataclass(frozen=True)
class View:
    """One way to look at a column."""

    by: str
    """What is looked at, as the end of: it alone tells the answer."""

    codes: NDArray[np.intp]
    """Shape (rows,): equal numbers look equal. Of an amount its rank among the amounts."""

    is_amount: bool = False
    """Whether more and less mean something."""


def views_of(column: InputColumn, cells: Sequence[object]) -> Iterator[View]:
    """Look at one column.

    Args:
        column: how it is read.
        cells: of the rows that are looked at.

    Yields:
        One view each; a column of prose is looked at word by word elsewhere.
    """
    match column.read_as:
        case "number":
            yield from _of_numbers([read_number(one, column.unit, column.decimal) for one in cells])
        case "date":
            yield from _of_dates(read_days(column, cells))
        case "category":
            yield from _of_names([category_of(one) for one in cells])
        case _:
            yield from _of_texts([str(one or "").strip() for one in cells])


def read_days(column: InputColumn, cells: Sequence[object]) -> NDArray[np.float64]:
    """Read days; not a number where there is none."""
    found = [read_date(one, day_first=column.day_first) for one in cells]
    return np.array([np.nan if one is None else one for one in found], np.float64)


def between_dates(days: Mapping[str, NDArray[np.float64]]) -> Iterator[tuple[str, str, View]]:
    """Look at the time between any two columns of dates.

    Args:
        days: by column.

    Yields:
        The later column, the earlier one, and the view.
    """
    for one, other in combinations(list(days)[:10], 2):
        time = days[other] - days[one]
        if np.isnan(time).all():
            continue
        later, earlier = (other, one) if np.nanmedian(time) >= 0 else (one, other)
        by = f"the time from {earlier!r} to it"
        yield later, earlier, View(by, ranked(days[later] - days[earlier]), is_amount=True)


def ranked(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Give ranks from 1, equal ones of equal values; 0 where there is no number."""
    _, inverse = np.unique(values, return_inverse=True)
    return np.where(np.isnan(values), 0, inverse + 1).astype(np.intp)


def _codes(values: Sequence[Any]) -> NDArray[np.intp]:
    known: dict[Any, int] = {}
    return np.array([known.setdefault(one, len(known)) for one in values], np.intp)


def _of_numbers(found: Sequence[float | None]) -> Iterator[View]:
    values = np.array([np.nan if one is None else one for one in found], np.float64)
    yield View("its value", ranked(values), is_amount=True)
    signs = np.nan_to_num(np.sign(values), nan=2)
    yield View("whether it is empty or zero", _codes(signs.tolist()))
    yield View("how it ends", _codes([None if one is None else f"{one:.10g}"[-1] for one in found]))


def _of_dates(days: NDArray[np.float64]) -> Iterator[View]:
    yield View("its day", ranked(np.floor(days)), is_amount=True)
    yield View("whether it is filled", _codes(np.isnan(days).tolist()))
    time = np.round(days - np.floor(days), 6)
    if np.nan_to_num(time).any():
        yield View("its time of day", ranked(time), is_amount=True)


def _of_names(found: Sequence[object]) -> Iterator[View]:
    names = [one.casefold() if isinstance(one, str) else None for one in found]
    yield View("its value", _codes(names))
    yield View("whether it is filled", _codes([one is None for one in names]))
    yield from _shapes(names)


def _shapes(names: Sequence[str | None]) -> Iterator[View]:
    shape = {one: None if one is None else _DIGITS.sub("#", one) for one in set(names)}
    yield View("what it holds beside digits", _codes([shape[one] for one in names]))
    yield View("how it ends", _codes([one[-1:] if one else None for one in names]))


def _of_texts(texts: Sequence[str]) -> Iterator[View]:
    yield View("whether it is filled", _codes([not one for one in texts]))
    filled = [one for one in texts if one]
    if sum(len(one.split()) == 1 for one in filled) > 0.95 * len(filled):
        yield from _shapes([one.casefold() or None for one in texts])
        return
    fields = [dict(_FIELD.findall(text.casefold())) for text in texts]
    counts: dict[str, int] = {}
    for row in fields:
        for key in row:
            counts[key] = counts.get(key, 0) + 1
    often = sorted(counts, key=lambda key: (-counts[key], key))[:_MOST_FIELDS]
    for key in often:
        if counts[key] >= _COMMON * len(filled):
            yield View("a field written in it", _codes([row.get(key) for row in fields]))
