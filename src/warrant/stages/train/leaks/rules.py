"""Leaks by rule, whatever they tell: ids, and days after the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.models.columns.cells import read_number
from warrant.models.model import InputColumn
from warrant.stages.train.backend import Finding
from warrant.stages.train.leaks.views import read_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.examples import Examples

FEWEST_ROWS = 20
"""With fewer rows, different values in all of them are chance."""

FEWEST_READ = 0.5
"""Share of rows in which the day of the outcome must be there to be read."""

SLIPS = 0.01
"""Share of days after the outcome that are slips of the pen; three are always allowed."""


def id_of(column: InputColumn, cells: Sequence[object], rows: int) -> str:
    """Say why a column is an id.

    Args:
        column: how it is read.
        cells: of all rows, or of some of them.
        rows: how many there are in all.

    Returns:
        The evidence, as the end of a sentence; empty when it is none.
    """
    if len(cells) < FEWEST_ROWS or column.read_as == "date":
        return ""
    if column.read_as == "number":
        known: set[float] = set()
        for one in cells:
            number = read_number(one, column.unit, column.decimal)
            if number is None or number in known or number != np.floor(number):
                return ""
            known.add(number)
        count = len(cells)
        evidence = f"{count} whole numbers in {count} rows, close together and none twice"
        return evidence if max(known) - min(known) < 2 * rows else ""
    filled = [one.strip() for one in map(str, (one for one in cells if one is not None))]
    filled = [one for one in filled if one]
    digits = sum(any(sign.isdigit() for sign in one) for one in filled)
    single = sum(len(one.split()) == 1 for one in filled)
    different = len(set(filled))
    if len(filled) < FEWEST_ROWS or min(digits, single, different) < 0.95 * len(filled):
        return ""
    return f"{different} different values of one word with digits in {len(filled)} rows"


def outcome_days(
    label_at: str, cells: Sequence[object], inputs: Sequence[InputColumn]
) -> NDArray[np.float64]:
    """Read the days on which the answers became known.

    Args:
        label_at: name of the column that says when.
        cells: of all rows.
        inputs: the columns that the model reads; what they say of days written as 03/04/2024
            holds here too.

    Returns:
        Shape (rows,): days; not a number where there is none.
    """
    stated = {one.column: one.day_first for one in inputs if one.day_first is not None}
    day_first = stated.get(label_at, next(iter(stated.values()), None))
    return read_days(InputColumn(label_at, "date", day_first=day_first), cells)


def outcome_findings(
    rows: Examples, inputs: Sequence[InputColumn], label_at: str | None
) -> list[Finding]:
    """Refuse a column of days in which hardly a day can be read: nothing would be compared.

    Args:
        rows: training rows.
        inputs: the columns that the model reads.
        label_at: name of the column that says when the answer became known.

    Returns:
        One error, or nothing.
    """
    if label_at is None or not len(rows):
        return []
    read = int((~np.isnan(outcome_days(label_at, rows.columns[label_at], inputs))).sum())
    if read >= FEWEST_READ * len(rows):
        return []
    return [
        Finding(
            "error",
            f"Column {label_at!r}, named by `label_at`, shall hold the day on which the answer "
            f"became known, but a day can be read in {read} of {len(rows)} training rows.",
            do="Write its days as 2024-05-31, name another column, or take `label_at` out of "
            "`rows:` in the recipe.",
        )
    ]


def after_outcome(
    column: InputColumn, cells: Sequence[object], label_at: str, outcome: NDArray[np.float64]
) -> str:
    """Say how many days of a column lie after the day on which the answer became known.

    Args:
        column: one of dates.
        cells: of all rows.
        label_at: name of the column that says when.
        outcome: its days, as `outcome_days` reads them.

    Returns:
        The evidence, as the end of a sentence; empty when there are no more than slips.
    """
    days = read_days(column, cells)
    both = ~np.isnan(days) & ~np.isnan(outcome)
    is_day = np.floor(outcome) == outcome
    later = both & (np.where(is_day, np.floor(days), days) > outcome)
    count, rows = int(later.sum()), int(both.sum())
    if count <= max(3, SLIPS * rows):
        return ""
    return f"{count} of its {rows} days lie after {label_at!r}"
