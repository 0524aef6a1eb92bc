"""True and predicted answers side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Judged:
    """Answers to the same rows, true and predicted.

    Raises:
        InputError: when shapes differ, or a row of a `single` task has not exactly one label.
    """

    labels: tuple[str, ...]
    """Names of the columns."""

    true: NDArray[np.bool_]
    """Shape (rows, labels)."""

    predicted: NDArray[np.bool_]
    """Shape (rows, labels)."""

    single: bool
    """Exactly one label a row, true and predicted (binary, multiclass)."""

    def __post_init__(self) -> None:
        for name, array in (("true", self.true), ("predicted", self.predicted)):
            if array.ndim != 2 or array.shape != (len(self.true), len(self.labels)):
                raise InputError(
                    f"The {name} answers have the shape {array.shape}, "
                    f"expected ({len(self.true)}, {len(self.labels)}).",
                    do="Give one row of booleans per row and one column per label.",
                )
            if self.single and not (array.sum(axis=1) == 1).all():
                raise InputError(
                    f"The {name} answers hold a row without exactly one label.",
                    do="Measure it as a multilabel task.",
                )

    def __len__(self) -> int:
        return len(self.true)

    def take(self, rows: NDArray[np.intp]) -> Judged:
        """Give some of the rows.

        Args:
            rows: their positions.

        Returns:
            The same labels, those rows, in that order.
        """
        return Judged(self.labels, self.true[rows], self.predicted[rows], self.single)


def judge(rows: Sequence[Iterable[str]], labels: Sequence[str]) -> NDArray[np.bool_]:
    """Write answers as an array.

    Args:
        rows: the labels of each row.
        labels: names of the columns; holds every label of the rows.

    Returns:
        Shape (rows, labels).

    Raises:
        KeyError: when a row holds a label that is no column.
    """
    places = {label: place for place, label in enumerate(labels)}
    array = np.zeros((len(rows), len(labels)), dtype=np.bool_)
    for row, found in enumerate(rows):
        for label in found:
            array[row, places[label]] = True
    return array
