"""Fitting the columns that are no text: ranges, means, and the categories that get a name.

What enters a model tells of no single document: a category with a name occurs in three at least,
and a range is the third least and third greatest value, widened and rounded.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from warrant.models.columns import (
    CategoryColumn,
    Column,
    ColumnEncoder,
    DateColumn,
    NumberColumn,
)
from warrant.models.columns.category import category_of
from warrant.models.columns.cells import read_date, read_number
from warrant.models.columns.column import State
from warrant.models.columns.date import parts_of
from warrant.models.columns.files import FIRST_DAY, LAST_DAY
from warrant.models.model import CELLS
from warrant.stages.train.backend import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.models.examples import Examples
    from warrant.models.model import InputColumn

FEWEST_DOCUMENTS = 3
"""A category or a bound of fewer documents could point at one of them."""

MOST_TERMS = 1000
"""Categories with a name; the most frequent ones."""

LONGEST_TERM = 200
"""Characters of a category with a name; longer cells are text."""

EVERYDAY = 0.1
"""Chance of a new category from which new ones are no reason for doubt, 0 to 1."""

MARGIN = 0.1
"""A range is widened by this share of its length on either side."""


class Values(NamedTuple):
    """What some rows hold in one column, where they hold something that can be read."""

    found: Sequence[Any]
    documents: Sequence[bytes]
    missing: int
    """Documents with an empty cell."""


def learn_columns(train: Examples, inputs: Sequence[InputColumn], fewest: int) -> ColumnEncoder:
    """Fit an encoder on training rows.

    Args:
        train: rows to learn from.
        inputs: all columns of the model; those of text are passed over.
        fewest: documents that a category with a name must occur in; less than
            `FEWEST_DOCUMENTS` counts as that.

    Returns:
        The encoder; one without columns when all inputs are text.
    """
    return ColumnEncoder(
        tuple(
            _fit(values_of(train, one), one, max(fewest, FEWEST_DOCUMENTS))
            for one in inputs
            if one.read_as in CELLS
        )
    )


def count_states(encoder: ColumnEncoder, rows: Examples, name: str) -> dict[str, int]:
    """Count what an encoder meets in some rows, for the claim.

    Args:
        encoder: fitted.
        rows: any.
        name: of the rows, for example `train`.

    Returns:
        By `NAME_STATE: COLUMN`, for example `train_missing: amount`, how many rows; none of 0.
        Of training rows a category without a name is `rare`, of others `unseen`.
    """
    counts: dict[str, int] = {}
    for column in encoder.columns:
        states = column.read(rows.columns[column.input.column]).states
        for state, count in zip(*np.unique(states, return_counts=True), strict=True):
            if state != State.READ:
                word = State(state).name.lower()
                word = "rare" if (name, word) == ("train", "unseen") else word
                counts[f"{name}_{word}: {column.input.column}"] = int(count)
    return counts


def column_findings(train: Examples, inputs: Sequence[InputColumn]) -> list[Finding]:
    """Look whether each column holds what the recipe says it does.

    Args:
        train: rows to learn from.
        inputs: all columns of the model; those of text are passed over.

    Returns:
        Findings in plain words; no cell is quoted.
    """
    return [
        finding
        for one in inputs
        if one.read_as in CELLS
        for finding in _column_findings(values_of(train, one), len(train), one)
    ]


def values_of(train: Examples, column: InputColumn) -> Values:
    """Read a column of rows.

    Args:
        train: the rows.
        column: one that is no text.

    Returns:
        Numbers, days since 1970-01-01, or names, of the rows that have one.
    """
    read = {
        "number": lambda cell: read_number(cell, column.unit, column.decimal),
        "date": lambda cell: read_date(cell, day_first=column.day_first),
        "category": category_of,
    }[column.read_as]
    found: list[Any] = [read(cell) for cell in train.columns[column.column]]
    kept = [at for at, one in enumerate(found) if _is_value(one)]
    missing = {
        document for one, document in zip(found, train.documents, strict=True) if one is None
    }
    return Values([found[at] for at in kept], [train.documents[at] for at in kept], len(missing))


def _is_value(one: object) -> bool:
    return isinstance(one, str) or (isinstance(one, float) and not math.isnan(one))


def _column_findings(values: Values, rows: int, column: InputColumn) -> Iterable[Finding]:
    name, read_as = column.column, column.read_as
    documents = len(set(values.documents))
    if documents < FEWEST_DOCUMENTS:
        yield Finding(
            "error",
            f"Column {name!r} is read as a {read_as}, and {documents} of the documents of "
            f"{rows} training rows have one there; a model needs {FEWEST_DOCUMENTS} at least.",
            do=f"Take {name!r} out of `inputs` in the recipe, or correct its `as`.",
        )
    elif read_as == "category" and not _names(values, FEWEST_DOCUMENTS):
        yield Finding(
            "error",
            f"Column {name!r} is read as a category, and none of its values stands in "
            f"{FEWEST_DOCUMENTS} of the training documents.",
            do=f"Take {name!r} out of `inputs` in the recipe, or read it `as: text`.",
        )


def _fit(values: Values, column: InputColumn, fewest: int) -> Column:
    may_miss = values.missing >= FEWEST_DOCUMENTS
    if column.read_as == "category":
        return _fit_category(values, column, fewest, may_miss=may_miss)
    numbers = np.array(values.found, dtype=np.float64)
    low, high = _range(numbers, values.documents)
    if column.read_as == "number":
        inside = np.clip(numbers, low, high)
        return NumberColumn(column, low, high, *_scale(inside), may_miss)
    low, high = max(low, FIRST_DAY), min(high, LAST_DAY - 1)
    has_time = bool((np.floor(numbers) != numbers).sum() >= FEWEST_DOCUMENTS)
    blank = DateColumn(column, low, high, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), may_miss, has_time)
    parts = parts_of(np.clip(numbers, low, high))
    parts[:, 4] -= blank.origin
    (year, by_year), (day, by_day), (days, by_days) = (_scale(parts[:, at]) for at in (0, 3, 4))
    return DateColumn(
        column, low, high, (year, day, days), (by_year, by_day, by_days), may_miss, has_time
    )


def _fit_category(
    values: Values, column: InputColumn, fewest: int, *, may_miss: bool
) -> CategoryColumn:
    names = _names(values, fewest)
    terms = tuple(sorted(names[:MOST_TERMS]))
    named = set(terms)
    rare = {
        document
        for name, document in zip(values.found, values.documents, strict=True)
        if name not in named
    }
    has_rare = len(rare) >= FEWEST_DOCUMENTS
    once = sum(count == 1 for count in _documents(values).values())
    is_open = has_rare and once >= EVERYDAY * len(set(values.documents))
    return CategoryColumn(column, terms, has_rare, is_open, may_miss)


def _names(values: Values, fewest: int) -> list[str]:
    """Give the categories that may get a name, the most frequent first."""
    documents = _documents(values)
    known = [
        name for name, count in documents.items() if count >= fewest and len(name) <= LONGEST_TERM
    ]
    return sorted(known, key=lambda name: (-documents[name], name))


def _documents(values: Values) -> Mapping[str, int]:
    pairs = set(zip(values.found, values.documents, strict=True))
    return Counter(name for name, _ in pairs)


def _range(numbers: NDArray[np.float64], documents: Sequence[bytes]) -> tuple[float, float]:
    """Give bounds that are no single document's value."""
    low, high = _third(numbers, documents), -_third(-numbers, documents)
    length = high - low if math.isfinite(high - low) else max(abs(low), abs(high))
    margin = MARGIN * length or MARGIN * abs(high) or 1.0
    grain = 10.0 ** math.floor(math.log10(margin))
    least, most = _down(low - margin, grain), -_down(-high - margin, grain)
    return (0.0 if low >= 0 > least else least), (0.0 if high <= 0 < most else most)


def _third(numbers: NDArray[np.float64], documents: Sequence[bytes]) -> float:
    """Give the third least of the documents' least numbers; of few documents one in the middle."""
    least: dict[bytes, float] = {}
    for number, document in zip(numbers.tolist(), documents, strict=True):
        least[document] = min(number, least.get(document, math.inf))
    ordered = sorted(least.values())
    return ordered[min(FEWEST_DOCUMENTS, (len(ordered) + 1) // 2) - 1]


def _down(number: float, grain: float) -> float:
    number = max(number, -sys.float_info.max)  # past it a bound would be no number in the file
    rounded = math.floor(number / grain) * grain
    return rounded if math.isfinite(rounded) else number


def _scale(numbers: NDArray[np.float64]) -> tuple[float, float]:
    """Give mean and standard deviation; 1 where all are alike."""
    biggest = float(np.abs(numbers).max(initial=0.0)) or 1.0
    scaled = numbers / biggest  # so that no sum of squares overflows
    center, spread = float(scaled.mean()) * biggest, float(scaled.std()) * biggest
    return center, spread if spread > 0 and math.isfinite(spread) else 1.0
