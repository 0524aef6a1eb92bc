"""A linear model that answers and says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.special import expit, softmax

from warrant.errors import InputError
from warrant.models.model import Columns, Contribution, Description, InputColumn, Predictions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.linear.text import TextReader
    from warrant.records.model import TaskKind

Link = Literal["softmax", "one_vs_rest", "sigmoid"]
"""From scores to probabilities. `softmax`: labels compete; `one_vs_rest`: one yes/no model per
label, scaled to sum to 1; `sigmoid`: one yes/no model per label, each for itself."""


@dataclass(frozen=True)
class LinearModel:
    """Scores are `coef · terms + intercept`; see `TrainedModel` for the methods."""

    task: TaskKind
    """How many answers a row has."""

    labels: tuple[str, ...]
    """All answers, in the order of the rows of `coef`."""

    inputs: tuple[str, ...]
    """Columns of text; several are read as one text, line after line."""

    link: Link
    """How scores become probabilities."""

    threshold: float
    """A `multilabel` answer is chosen from this probability on; others take the largest."""

    reader: TextReader
    """Vocabulary and term weights."""

    coef: NDArray[np.float32] | NDArray[np.float64]
    """Shape (labels, terms)."""

    intercept: NDArray[np.float32] | NDArray[np.float64]
    """Shape (labels,)."""

    @property
    def reads(self) -> tuple[InputColumn, ...]:
        """The columns, all of text."""
        return tuple(InputColumn(name) for name in self.inputs)

    def predict(self, columns: Columns) -> Predictions:
        """Answer each row; see `TrainedModel.predict`."""
        return self._answer(self.reader.read(self._texts(columns)))

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give the words that decided each answer; see `TrainedModel.explain`."""
        numbers = self.reader.read(self._texts(columns))
        answer = self._answer(numbers)
        answers = answer.chosen if chosen is None else chosen
        explained = []
        for row in range(numbers.shape[0]):
            told = np.flatnonzero(answers[row])
            if not told.size:
                told = answer.probabilities[row].argmax(keepdims=True)
            cells = slice(numbers.indptr[row], numbers.indptr[row + 1])
            places, values = numbers.indices[cells], numbers.data[cells]
            explained.append(
                {self.labels[label]: self._top(int(label), places, values, top) for label in told}
            )
        return explained

    def describe(self) -> Description:
        """Say what is inside."""
        facts: dict[str, str | int | float] = {
            block.kind: len(block.terms) for block in self.reader.blocks
        }
        return Description(
            kind="linear",
            parameters=self.coef.size + self.intercept.size + self.reader.idf.size,
            precision="float64" if self.coef.dtype == np.float64 else "float32",
            facts=facts,
        )

    def _answer(self, numbers: Any) -> Predictions:  # noqa: ANN401 - a sparse matrix
        scores = numbers @ self.coef.T.astype(np.float64) + self.intercept.astype(np.float64)
        probabilities = to_probabilities(np.asarray(scores, dtype=np.float64), self.link)
        return Predictions(
            self.labels, probabilities, choose(probabilities, self.task, self.threshold)
        )

    def _top(
        self, label: int, places: NDArray[np.intp], values: NDArray[np.float64], top: int
    ) -> list[Contribution]:
        weights = values * self.coef[label, places]
        # Equal weights keep the order of the vocabulary, so that one input has one explanation.
        strongest = np.lexsort((places, -np.abs(weights)))[:top]
        column = "+".join(self.inputs)
        return [
            Contribution(column, kind, term, float(weights[place]))
            for place in strongest
            for kind, term in [self.reader.terms[places[place]]]
        ]

    def _texts(self, columns: Columns) -> list[str]:
        return join_texts(columns, self.inputs)


def join_texts(columns: Columns, inputs: tuple[str, ...]) -> list[str]:
    """Read several columns of text as one text a row, line after line.

    Args:
        columns: cells by column name.
        inputs: the columns to read, in order.

    Returns:
        One text a row; an empty cell is an empty text.

    Raises:
        InputError: when a column is missing, is shorter than another, or holds a cell that is
            not text.
    """
    for name in inputs:
        if name not in columns:
            raise InputError(
                f"The model reads a column {name!r}, which is not in the input.",
                do=f"Name one column {name!r}.",
            )
        for place, cell in enumerate(columns[name]):
            if cell is not None and not isinstance(cell, str):
                raise InputError(
                    f"Column {name!r}, row {place + 1}: expected text, got {type(cell).__name__}.",
                    do="Give this column as text.",
                )
    if len({len(columns[name]) for name in inputs}) != 1:
        raise InputError(
            "The input's columns differ in length.", do="Give each row a cell in each."
        )
    return [
        "\n".join(str(cell or "") for cell in row)
        for row in zip(*(columns[name] for name in inputs), strict=True)
    ]


def to_probabilities(scores: NDArray[np.float64], link: Link) -> NDArray[np.float64]:
    """Turn scores into probabilities.

    Args:
        scores: shape (rows, labels), log-odds.
        link: how.

    Returns:
        Shape (rows, labels), 0 to 1.
    """
    if link == "softmax":
        return np.asarray(softmax(scores, axis=1), dtype=np.float64)
    alone = np.asarray(expit(scores), dtype=np.float64)
    if link == "sigmoid":
        return alone
    # A floor, since very negative scores of all labels would leave nothing to divide by.
    alone = np.maximum(alone, np.finfo(np.float64).tiny)
    return np.asarray(alone / alone.sum(axis=1, keepdims=True), dtype=np.float64)


def choose(
    probabilities: NDArray[np.float64], task: TaskKind, threshold: float
) -> NDArray[np.bool_]:
    """Turn probabilities into answers.

    Args:
        probabilities: shape (rows, labels).
        task: `multilabel` takes all from the threshold on, others the first of the largest.
        threshold: 0 to 1.

    Returns:
        Shape (rows, labels).
    """
    if task == "multilabel":
        return probabilities >= threshold
    chosen = np.zeros(probabilities.shape, dtype=np.bool_)
    chosen[np.arange(len(chosen)), probabilities.argmax(axis=1)] = True
    return chosen
