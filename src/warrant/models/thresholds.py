"""Thresholds under which errors cost least, kept beside a model's own files, whatever its format.

A model gives probabilities; what to answer, and when to ask a person instead, depends on what
errors cost. `thresholds.json` holds the prices and what training chose on validation rows.

Source: Elkan, The foundations of cost-sensitive learning (2001), section 2; Chow, On optimum
recognition error and reject tradeoff (1970), for asking.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from warrant.errors import InputError
from warrant.models.folder import take_file
from warrant.models.model import (
    Abstention,
    Columns,
    Contribution,
    Description,
    Predictions,
)
from warrant.models.wrapped import WrappedModel
from warrant.records.base import Rate, Record

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from warrant.models.model import TrainedModel
    from warrant.records.model import TaskKind

FILE = "thresholds.json"
"""Its name among the files of a model."""

MOST_BYTES = 64 * 2**20
"""A larger file is refused before it is read."""

_TINY = 1e-12

Price = Annotated[float, Field(ge=0)]


class LabelThreshold(Record):
    """When one label is answered, and what missing it costs."""

    label: Annotated[str, Field(min_length=1)]
    threshold: Rate
    """`multilabel`: the least probability that is answered. Else: of all labels the one whose
    probability is the largest multiple of its threshold is answered."""
    missed: Price
    """What it costs when it is true and not answered."""


class Thresholds(Record):
    """`thresholds.json` (`warrant/thresholds/1`)."""

    format: Literal["warrant/thresholds/1"] = "warrant/thresholds/1"
    labels: Annotated[tuple[LabelThreshold, ...], Field(min_length=1)]
    """In the order of the model's labels."""
    false_alarm: Price
    """What an answer costs that is not true."""
    ask: Price | None
    """What a person's look costs; None: nobody is asked."""
    ask_above: Price | None
    """A row whose answer is expected to cost more is left to a person; None: none is."""


def decide(thresholds: Thresholds, task: TaskKind, found: Predictions) -> Predictions:
    """Choose answers again, and abstain where asking a person is cheaper.

    Args:
        thresholds: of the same labels.
        task: how many answers a row has.
        found: what the model says.

    Returns:
        The same probabilities with other answers; `unsure` is added to what is left to a person.
    """
    chosen = choose(thresholds, task, found.probabilities)
    decided = replace(found, chosen=chosen)
    if thresholds.ask_above is None:
        return decided
    unsure = expected_costs(thresholds, found.probabilities, chosen) > thresholds.ask_above
    if not unsure.any():
        return decided
    before = found.abstentions or ((),) * len(unsure)
    reasons = tuple(
        (*known, Abstention("unsure")) if is_unsure else known
        for known, is_unsure in zip(before, unsure.tolist(), strict=True)
    )
    return replace(decided, abstentions=reasons)


def choose(
    thresholds: Thresholds, task: TaskKind, probabilities: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Turn probabilities into answers.

    Args:
        thresholds: of the same labels.
        task: how many answers a row has.
        probabilities: shape (rows, labels).

    Returns:
        Shape (rows, labels); exactly one a row unless `multilabel`.
    """
    least = np.array([one.threshold for one in thresholds.labels])
    if task == "multilabel":
        return np.asarray(probabilities >= least, dtype=np.bool_)
    chosen = np.zeros(probabilities.shape, dtype=np.bool_)
    best = (probabilities / np.maximum(least, _TINY)).argmax(axis=1)
    chosen[np.arange(len(chosen)), best] = True
    return chosen


def expected_costs(
    thresholds: Thresholds, probabilities: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Give what each row's answer will cost on average, if the probabilities are right.

    Args:
        thresholds: hold the prices.
        probabilities: shape (rows, labels).
        chosen: shape (rows, labels).

    Returns:
        Shape (rows,).
    """
    missed = np.array([one.missed for one in thresholds.labels])
    misses = np.where(chosen, 0.0, probabilities) @ missed
    alarms = np.where(chosen, 1 - probabilities, 0.0).sum(axis=1) * thresholds.false_alarm
    return np.asarray(misses + alarms, dtype=np.float64)


@dataclass(frozen=True)
class DecidedModel(WrappedModel):
    """A model whose answers are chosen by thresholds; see `TrainedModel` for the methods."""

    thresholds: Thresholds
    """Of its labels, in its order."""

    def predict(self, columns: Columns) -> Predictions:
        """Answer each row; see `TrainedModel.predict`."""
        return decide(self.thresholds, self.task, self.plain.predict(columns))

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer; see `TrainedModel.explain`."""
        if chosen is None:
            chosen = self.predict(columns).chosen
        return self.plain.explain(columns, top, chosen)

    def describe(self) -> Description:
        """Say what is inside."""
        return self.plain.describe()


def with_thresholds(model: TrainedModel, data: bytes) -> DecidedModel:
    """Put thresholds before a model.

    Args:
        model: answers with labels.
        data: of `thresholds.json`.

    Returns:
        The model as it answers.

    Raises:
        InputError: when they are malformed or of other labels.
    """
    thresholds = Thresholds.from_bytes(data)
    if tuple(one.label for one in thresholds.labels) != model.labels:
        raise InputError(
            f"{FILE!r} does not hold a threshold for each label of the model, in its order.",
            do="Use the model's files as training wrote them.",
        )
    return DecidedModel(model, thresholds)


def take_thresholds(folder: Path) -> bytes | None:
    """Take the thresholds out of a model's folder, which then holds what its format knows.

    Args:
        folder: of a model, laid out for loading.

    Returns:
        Their bytes; None when it has none.

    Raises:
        InputError: when the file is too large.
    """
    return take_file(folder, FILE, MOST_BYTES)
