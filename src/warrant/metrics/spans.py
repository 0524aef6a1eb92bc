"""Figures of labelled places, counted strictly: start, end and label must all be right.

Source: CoNLL-2003 shared task (Tjong Kim Sang and De Meulder); `seqeval` in its strict mode. A
label that occurs nowhere is left out of macro-F1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.metrics.measure import Family, Figure
from warrant.metrics.scores import LabelFigures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Place = tuple[int, int, str]

FIGURES = ("precision", "recall", "micro_f1", "macro_f1")
"""In the order in which they are given."""


@dataclass(frozen=True)
class PlaceCounts:
    """What was found and missed in each row."""

    labels: tuple[str, ...]
    """Names of the columns."""

    hits: NDArray[np.float64]
    """Shape (rows, labels): places found as they are."""

    alarms: NDArray[np.float64]
    """Shape (rows, labels): places that are none."""

    misses: NDArray[np.float64]
    """Shape (rows, labels): places that were not found."""

    def __len__(self) -> int:
        return len(self.hits)

    def take(self, rows: NDArray[np.intp]) -> PlaceCounts:
        """Give some of the rows, by their positions."""
        return PlaceCounts(self.labels, self.hits[rows], self.alarms[rows], self.misses[rows])


def count_places(
    true: Sequence[Sequence[Place]], found: Sequence[Sequence[Place]], labels: Sequence[str]
) -> PlaceCounts:
    """Set true places beside those found.

    Args:
        true: of each row: start, end, label.
        found: of each row, as many rows.
        labels: names of the columns; a place with another label counts nowhere.

    Returns:
        The counts.
    """
    at = {label: place for place, label in enumerate(labels)}
    counts = np.zeros((3, len(true), len(labels)))
    for row, (right, said) in enumerate(zip(true, found, strict=True)):
        known, told = set(right), set(said)
        for kind, places in enumerate((known & told, told - known, known - told)):
            for _, _, label in places:
                if label in at:
                    counts[kind, row, at[label]] += 1
    return PlaceCounts(tuple(labels), counts[0], counts[1], counts[2])


def placing(counts: PlaceCounts) -> Family:
    """Give precision, recall, micro-F1 and macro-F1, and the F1 of each label.

    Args:
        counts: of all rows.

    Returns:
        Figures named as in `FIGURES`, and `f1` by label.
    """
    from scipy import sparse

    figures = [Figure(name) for name in FIGURES]
    figures += [Figure("f1", place) for place in range(len(counts.labels))]
    parts = [counts.hits.T, counts.alarms.T, counts.misses.T]
    return Family(tuple(figures), sparse.csr_array(np.vstack(parts)), _finish)


def place_lines(counts: PlaceCounts) -> list[LabelFigures]:
    """Give precision, recall and F1 of each label.

    Args:
        counts: of all rows.

    Returns:
        One line a label; support and predicted count places, not rows.
    """
    hits, alarms, misses = (one.sum(axis=0) for one in (counts.hits, counts.alarms, counts.misses))
    return [
        LabelFigures(
            label,
            _share(hits[at], hits[at] + alarms[at]),
            _share(hits[at], hits[at] + misses[at]),
            _share(2 * hits[at], 2 * hits[at] + alarms[at] + misses[at]),
            support=int(hits[at] + misses[at]),
            predicted=int(hits[at] + alarms[at]),
        )
        for at, label in enumerate(counts.labels)
    ]


def score_places(name: str, counts: PlaceCounts) -> float:
    """Give one figure.

    Args:
        name: one of `FIGURES`.
        counts: of all rows.

    Returns:
        0 to 1; not a number when nothing could be counted.
    """
    family = placing(counts)
    summed = family.parts @ np.ones((len(counts), 1))
    return float(family.finish(summed)[FIGURES.index(name), 0])


def _finish(summed: NDArray[np.float64]) -> NDArray[np.float64]:
    hits, alarms, misses = np.split(summed, 3)
    each = _ratio(2 * hits, 2 * hits + alarms + misses)
    known = (~np.isnan(each)).sum(axis=0).astype(np.float64)
    hit, alarm, miss = (one.sum(axis=0) for one in (hits, alarms, misses))
    whole = [
        _ratio(hit, hit + alarm),
        _ratio(hit, hit + miss),
        _ratio(2 * hit, 2 * hit + alarm + miss),
        _ratio(np.nansum(each, axis=0), known),
    ]
    return np.vstack([*whole, each])


def _ratio(above: Any, below: Any) -> NDArray[np.float64]:  # noqa: ANN401 - arrays of one shape
    undefined = np.full(np.shape(below), np.nan)
    return np.asarray(np.divide(above, below, out=undefined, where=below > 0), dtype=np.float64)


def _share(above: float, below: float) -> float | None:
    return float(above / below) if below > 0 else None
