"""Where the model does worse: tests of slices, a search over columns, lengths and labels."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from warrant.metrics import Part, find_weak, holm, worse_than_rest
from warrant.models.columns.cells import read_number
from warrant.records.reliance import SliceTest, WeakPart, WeakSearch, WeakSlice
from warrant.stages.evaluate.subject import Labels, Numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.models import InputColumn
    from warrant.models.examples import Examples
    from warrant.records.evaluation import Slice
    from warrant.stages.evaluate.config import EvaluateConfig

    Losses = NDArray[np.bool_] | NDArray[np.float64]

FEWEST_ROWS = 30
"""Rows of a part that is searched; of a smaller one little can be said."""

LEVEL = 0.05
"""Corrected p-values below it are listed."""

MOST_FOUND = 20
MOST_VALUES = 50
"""Of one column, the most frequent."""

_BINS = 4


def losses_of(subject: Labels | Numbers) -> tuple[Losses, str]:
    """Give what is lost in each row.

    Args:
        subject: answers.

    Returns:
        Shape (rows,), and what it is in words: whether the one answer is wrong; of several labels
        how far they do not overlap; of numbers the distance.
    """
    if isinstance(subject, Numbers):
        return np.abs(subject.predicted - subject.true), "distance from what is true"
    judged = subject.judged
    if judged.single:
        return (judged.true != judged.predicted).any(axis=1), "share of wrong answers"
    both = (judged.true & judged.predicted).sum(axis=1)
    either = (judged.true | judged.predicted).sum(axis=1)
    overlap = np.where(either > 0, both / np.maximum(either, 1), 1.0)
    return np.asarray(1 - overlap, dtype=np.float64), "labels that do not overlap"


def slice_tests(
    losses: Losses, slices: Sequence[Slice], columns: Mapping[str, Sequence[object]]
) -> tuple[SliceTest, ...]:
    """Test whether slices do worse than all other rows.

    Args:
        losses: of each row.
        slices: as the record shows them.
        columns: cells by column name, one per row.

    Returns:
        One test for each slice that leaves other rows; p-values corrected over all of them.
    """
    shown = {name: _shown(columns[name]) for name in {one.column for one in slices}}
    masks = [shown[one.column] == one.value for one in slices]
    tested = [(one, mask) for one, mask in zip(slices, masks, strict=True)
              if 0 < mask.sum() < len(mask)]  # fmt: skip
    p_values = [worse_than_rest(losses, mask) for _, mask in tested]
    return tuple(
        SliceTest(
            column=one.column,
            value=one.value,
            rows=int(mask.sum()),
            loss=float(losses[mask].mean()),
            rest=float(losses[~mask].mean()),
            p=p,
            corrected=corrected,
        )
        for (one, mask), p, corrected in zip(tested, p_values, holm(p_values), strict=True)
    )


def weak_search(
    subject: Labels | Numbers,
    test: Examples,
    reads: Sequence[InputColumn],
    config: EvaluateConfig,
) -> WeakSearch | None:
    """Search for parts of the rows on which the model does worse.

    Args:
        subject: answers.
        test: the rows.
        reads: the columns that the model reads, and how.
        config: names the slice columns and how few rows are too few.

    Returns:
        What was found; None when there are too few rows for two parts.
    """
    fewest = max(FEWEST_ROWS, config.fewest_rows)
    if len(subject) < 2 * fewest:
        return None
    losses, words = losses_of(subject)
    parts = [part for column in reads for part in _parts(column, test.columns[column.column])]
    known = {one.column for one in reads if one.read_as != "text"}
    for name in config.slices:
        if name not in known:
            parts += _values(name, _shown(test.columns[name]))
    if isinstance(subject, Labels):
        judged = subject.judged
        parts += [Part("label", label[:200], judged.true[:, place])
                  for place, label in enumerate(judged.labels)]  # fmt: skip
    found, tested = find_weak(losses, parts, fewest, LEVEL)
    return WeakSearch(
        loss=words,
        tested=tested,
        fewest_rows=fewest,
        level=LEVEL,
        found=tuple(
            WeakSlice(
                parts=tuple(WeakPart(column=column, value=value) for column, value in one.parts),
                rows=one.rows,
                loss=one.loss,
                rest=one.rest,
                p=one.p,
                corrected=one.corrected,
            )
            for one in found[:MOST_FOUND]
        ),
    )


def _parts(column: InputColumn, cells: Sequence[object]) -> list[Part]:
    """Divide rows by one column: by values, by quarters of a number, by quarters of a length."""
    if column.read_as == "text":
        lengths = np.array([float(len(str(cell or ""))) for cell in cells])
        return _quarters(f"length of {column.column}", lengths)
    if column.read_as == "number":
        numbers = [read_number(cell) for cell in cells]
        values = np.array([np.nan if one is None else float(one) for one in numbers])
        empty = Part(column.column, "(empty)", np.isnan(values))
        return [*_quarters(column.column, values), empty]
    if column.read_as == "category":
        return _values(column.column, _shown(cells))
    return []


def _quarters(name: str, values: NDArray[np.float64]) -> list[Part]:
    known = values[~np.isnan(values)]
    if not known.size:
        return []
    bounds = np.unique(np.quantile(known, np.linspace(0, 1, _BINS + 1)))
    if len(bounds) < 2:
        return []
    place = np.clip(np.searchsorted(bounds, values, side="left") - 1, 0, len(bounds) - 2)
    place[np.isnan(values)] = -1
    return [
        Part(name, f"{_short(bounds[at])} to {_short(bounds[at + 1])}", place == at)
        for at in range(len(bounds) - 1)
    ]


def _short(bound: float) -> str:
    """Give three digits: a bound says where a part ends, not what one row holds."""
    return f"{float(f'{bound:.3g}'):,g}"


def _values(name: str, shown: NDArray[np.object_]) -> list[Part]:
    frequent = Counter(shown.tolist()).most_common(MOST_VALUES)
    return [Part(name, value, shown == value) for value, _ in frequent]


def _shown(cells: Sequence[object]) -> NDArray[np.object_]:
    """Write cells as slices name them."""
    told = ["(empty)" if cell is None or cell == "" else str(cell)[:200] for cell in cells]
    return np.array(told, dtype=object)
