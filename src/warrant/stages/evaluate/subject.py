"""What is measured: answers beside what is true, of labels or of numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from warrant.metrics import (
    Family,
    Figure,
    Judged,
    base_rates,
    best_constant,
    best_number,
    counted,
    counting,
    half_closer_than,
    missing_by,
    probing,
    ranking,
)
from warrant.metrics.convention import UNDEFINED
from warrant.metrics.scores import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from warrant.records.evaluation import Convention
    from warrant.records.model import TaskKind


class Subject(Protocol):
    """Answers to some rows, and the figures that can be made of them."""

    def __len__(self) -> int:
        """Give the number of rows."""

    def take(self, rows: NDArray[np.intp]) -> Self:
        """Give some of the rows, by their positions."""

    def families(self) -> list[Family]:
        """Give all figures."""

    def main_families(self) -> list[Family]:
        """Give the figures that are told of a slice."""

    def floors(self) -> list[Family]:
        """Give the figures of the best constant answer, chosen for each figure by itself."""


@dataclass(frozen=True)
class Labels:
    """Answers that are labels."""

    judged: Judged
    """True and predicted, without the extra label of a convention."""

    probabilities: NDArray[np.float64]
    """Shape (rows, labels), in the order of the labels of `judged`."""

    task: TaskKind
    """How many answers a row has."""

    convention: Convention = "plain"
    """How F1 is counted."""

    without_thresholds: Judged | None = None
    """The answers of the same model without its thresholds; None: it has none."""

    def __len__(self) -> int:
        return len(self.judged)

    def take(self, rows: NDArray[np.intp]) -> Labels:
        """Give some of the rows."""
        return replace(self, judged=self.judged.take(rows), probabilities=self.probabilities[rows])

    def families(self) -> list[Family]:
        """Give scores, areas under curves and figures of probabilities."""
        return [
            *self.main_families(),
            ranking(self.judged.true, self.probabilities),
            probing(self.judged, self.probabilities),
        ]

    def main_families(self) -> list[Family]:
        """Give accuracy and F1."""
        return [self._counting(self.judged)]

    def floors(self) -> list[Family]:
        """Give what constants reach; a calibration error has no floor: theirs is 0."""
        constants = {name: best_constant(self.judged, name, self.convention) for name in METRICS}
        rates = base_rates(self.judged.true)
        return [
            *(_only(self._counting(constant), [name]) for name, constant in constants.items()),
            _only(ranking(self.judged.true, rates), ["roc_auc", "pr_auc"]),
            _only(probing(constants["accuracy"], rates), ["log_loss", "brier"]),
        ]

    def _counting(self, judged: Judged) -> Family:
        return counting(counted(judged, self.convention), UNDEFINED[self.convention])


@dataclass(frozen=True)
class Numbers:
    """Answers that are numbers."""

    true: NDArray[np.float64]
    """Shape (rows,)."""

    predicted: NDArray[np.float64]
    """Shape (rows,), in the same unit."""

    def __len__(self) -> int:
        return len(self.true)

    def take(self, rows: NDArray[np.intp]) -> Numbers:
        """Give some of the rows."""
        return Numbers(self.true[rows], self.predicted[rows])

    def families(self) -> list[Family]:
        """Give errors and R²."""
        return [missing_by(self.true, self.predicted), half_closer_than(self.true, self.predicted)]

    def main_families(self) -> list[Family]:
        """Give all: there are few."""
        return self.families()

    def floors(self) -> list[Family]:
        """Give what the mean or the median reaches."""
        mean, median = (
            np.full(len(self), best_number(self.true, name)) for name in ("rmse", "mae")
        )
        return [
            _only(missing_by(self.true, median), ["mae"]),
            _only(missing_by(self.true, mean), ["rmse", "r2"]),
            half_closer_than(self.true, median),
        ]


def _only(family: Family, names: Iterable[str]) -> Family:
    """Keep some figures of a family."""
    kept = [family.figures.index(Figure(name)) for name in names]
    return Family(
        tuple(family.figures[at] for at in kept),
        family.parts,
        lambda summed: family.finish(summed)[kept],
    )
