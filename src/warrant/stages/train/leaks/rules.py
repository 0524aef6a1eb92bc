"""Leaks by rule, whatever they tell: ids, and days after the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.models.columns.cells import read_number
from warrant.models.model import InputColumn
from warrant.stages.train.leaks.views import read_days

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_ROWS = 20
"""With fewer rows, different values in all of them are chance."""

SLIPS = 0.01
"""Share of days after the outcome that are slips of the pen; three are always allowed."""


def id_of(column: InputColumn, cells: Sequence[object]) -> str:
    """Say why a column is an id.

    Args:
        column: how it is read.
        cells: of the rows that are looked at.

    Returns:
        The evidence, as the end of a sentence; empty when it is none.
    """
    if len(cells) < FEWEST_ROWS or column.read_as == "date":
        return ""
    if column.read_as == "number":
        found = [read_number(one, column.unit, column.decimal) for one in cells]
        numbers = np.array([np.nan if one is None else one for one in found])
        is_counting = (
            not np.isnan(numbers).any()
            and bool((np.floor(numbers) == numbers).all())
            and len(set(numbers.tolist())) == len(numbers)
            and numbers.max() - numbers.min() < 2 * len(numbers)
        )
        words = f"{len(cells)} whole numbers in {len(cells)} rows, close together and none twice"
        return words if is_counting else ""
    filled = [one.strip() for one in map(str, (one for one in cells if one is not None))]
    filled = [one for one in filled if one]
    digits = sum(any(sign.isdigit() for sign in one) for one in filled)
    words = sum(len(one.split()) == 1 for one in filled)
    different = len(set(filled))
    if len(filled) < FEWEST_ROWS or min(digits, words, different) < 0.95 * len(filled):
        return ""
    return f"{different} different values of one word with digits in {len(filled)} rows"


def after_outcome(
    column: InputColumn,
    cells: Sequence[object],
    label_at: str,
    known: Sequence[object],
) -> str:
    """Say how many days of a column lie after the day on which the answer became known.

    Args:
        column: one of dates.
        cells: of all rows.
        label_at: name of the column that says when.
        known: its cells.

    Returns:
        The evidence, as the end of a sentence; empty when there are no more than slips.
    """
    days = read_days(column, cells)
    outcome = read_days(InputColumn(label_at, "date", day_first=column.day_first), known)
    both = ~np.isnan(days) & ~np.isnan(outcome)
    is_day = np.floor(outcome) == outcome
    later = both & (np.where(is_day, np.floor(days), days) > outcome)
    count, rows = int(later.sum()), int(both.sum())
    if count <= max(3, SLIPS * rows):
        return ""
    return f"{count} of its {rows} days lie after {label_at!r}"
