"""What is true of the test rows, set beside what the model says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import InputError
from warrant.metrics import Judged, judge
from warrant.models.examples import number_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models import Predictions
    from warrant.models.examples import Examples
    from warrant.records.model import Model

_SHOWN = 5
"""Labels of a model that a message names."""


def labels_of(
    record: Model, test: Examples, answered: Predictions
) -> tuple[Judged, NDArray[np.float64]]:
    """Set true labels beside predicted ones.

    Args:
        record: of the model.
        test: rows with a label.
        answered: what the model says of them.

    Returns:
        Answers, and probabilities of the same labels. Labels that the model never saw stand last,
        have the probability 0 and count against it.

    Raises:
        InputError: when a model that was trained elsewhere knows none of the true labels.
    """
    found = {label for row in test.labels for label in row}
    if found and record.settings.get("adopted") is True and not found & set(record.labels):
        raise InputError(
            "None of the test rows has an answer that the adopted model gives: "
            f"{', '.join(map(repr, record.labels[:_SHOWN]))}.",
            do="Write under labels: in adopted.yaml what your rows call these, in this order; or "
            "name the column of the answer under task: in the recipe.",
        )
    strangers = sorted(found - set(record.labels))
    labels = (*record.labels, *strangers)
    never = np.zeros((len(test), len(strangers)))
    judged = Judged(
        labels,
        judge(test.labels, labels),
        np.hstack([answered.chosen, never.astype(np.bool_)]),
        record.task != "multilabel",
    )
    return judged, np.hstack([answered.probabilities, never])


def numbers_of(test: Examples, column: str) -> NDArray[np.float64]:
    """Read true values.

    Args:
        test: rows with a label, each one text.
        column: of the label, for the message.

    Returns:
        Shape (rows,).

    Raises:
        InputError: when a cell holds no finite number; it is not quoted.
    """
    values = []
    for position, (text,) in zip(test.positions, test.labels, strict=True):
        value = number_of(text)
        if math.isnan(value):
            raise InputError(
                f"Column {column!r} holds no number in test row {position}.",
                do="Correct the cell, or write another `kind` than regression under `task`.",
            )
        values.append(value)
    return np.array(values, dtype=np.float64)
