"""A linear model of two texts: which label holds of them, or which of some options fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.models.linear.link import Link, choose, to_probabilities
from warrant.models.linear.model import score_rows
from warrant.models.linear.text import join_texts
from warrant.models.matching.choosing import choose_options, read_all_options, require_as_many
from warrant.models.matching.features import LIKENESS, PairReader
from warrant.models.model import (
    Abstention,
    Columns,
    Contribution,
    Description,
    InputColumn,
    Predictions,
)
from warrant.models.options import read_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.records.task import TaskKind


@dataclass(frozen=True)
class MatchingModel:
    """Scores are `coef · features + intercept`; see `TrainedModel` for the methods."""

    task: TaskKind
    """`pairs` or `choice`."""

    labels: tuple[str, ...]
    """Of `pairs` all answers, in the order of the rows of `coef`; of `choice` the letters."""

    reads: tuple[InputColumn, ...]
    """Of `pairs` two columns of text; of `choice` those of the question, then the options."""

    link: Link
    """How scores of `pairs` become probabilities; options always compete."""

    pair: PairReader
    """Reads two texts."""

    coef: NDArray[np.float32] | NDArray[np.float64]
    """Shape (labels, features); of `choice` (1, features)."""

    intercept: NDArray[np.float32] | NDArray[np.float64]
    """Shape (labels,); of `choice` (1,)."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(one.column for one in self.reads)

    @property
    def texts(self) -> tuple[str, ...]:
        """Names of those of text."""
        return tuple(one.column for one in self.reads if one.read_as == "text")

    def predict(self, columns: Columns) -> Predictions:
        """Answer each row; see `TrainedModel.predict`."""
        if self.task == "choice":
            return self._choose(columns)
        one, other = (join_texts(columns, [name]) for name in self.texts)
        require_as_many(one, other)
        scores = score_rows(self.pair.read(one, other), self.coef, self.intercept)
        probabilities = to_probabilities(scores, self.link)
        blank = [
            not (first.strip() and second.strip()) for first, second in zip(one, other, strict=True)
        ]
        return Predictions(
            self.labels,
            probabilities,
            choose(probabilities, self.task, ()),
            abstentions=_missing(blank, self._blank_column(one)),
        )

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer; see `TrainedModel.explain`."""
        picked = self.predict(columns).chosen if chosen is None else chosen
        told: list[dict[str, list[Contribution]]] = []
        for row, marks in enumerate(picked):
            asked = np.flatnonzero(marks).tolist()
            told.append({self.labels[at]: self._told(columns, row, at, top) for at in asked})
        return told

    def terms(self, columns: Columns) -> Any:  # noqa: ANN401 - a sparse matrix
        """Read rows of `pairs` as the model does, shape (rows, features)."""
        one, other = (join_texts(columns, [name]) for name in self.texts)
        return self.pair.read(one, other)

    def option_terms(self, columns: Columns) -> tuple[Any, list[int]]:
        """Set each option of rows of `choice` beside its question.

        Args:
            columns: cells by column name.

        Returns:
            Sparse matrix, shape (options of all rows, features), and how many options each row
            has; none where they cannot be read.
        """
        questions = join_texts(columns, self.texts)
        options = read_all_options(columns, self.inputs[-1])
        require_as_many(questions, options)
        first = [text for text, some in zip(questions, options, strict=True) for _ in some]
        return self.pair.read(first, [one for some in options for one in some]), [
            len(some) for some in options
        ]

    def describe(self) -> Description:
        """Say what is inside."""
        facts: dict[str, str | int | float] = {
            block.kind: len(block.terms) for block in self.pair.reader.blocks
        }
        return Description(
            kind="matching",
            parameters=self.coef.size + self.intercept.size + self.pair.reader.idf.size,
            precision="float64" if self.coef.dtype == np.float64 else "float32",
            facts=facts,
        )

    def _choose(self, columns: Columns) -> Predictions:
        questions = join_texts(columns, self.texts)
        options = read_all_options(columns, self.inputs[-1])
        require_as_many(questions, options)
        return choose_options(self._score(questions, options), self.inputs[-1])

    def _score(
        self, questions: Sequence[str], options: Sequence[Sequence[str]]
    ) -> list[NDArray[np.float64]]:
        first = [text for text, some in zip(questions, options, strict=True) for _ in some]
        second = [one for some in options for one in some]
        scores = score_rows(self.pair.read(first, second), self.coef, self.intercept)[:, 0]
        ends = np.cumsum([len(some) for some in options])
        return np.split(scores, ends[:-1]) if len(ends) else []

    def _told(self, columns: Columns, row: int, label: int, top: int) -> list[Contribution]:
        if self.task == "choice":
            cell = columns[self.inputs[-1]][row]
            options = read_options(cell) or ()
            if label >= len(options):
                return []
            one = join_texts({name: [columns[name][row]] for name in self.texts}, self.texts)
            terms, weights = self.pair.read(one, [options[label]]), self.coef[0]
        else:
            one, other = ([str(columns[name][row] or "")] for name in self.texts)
            terms, weights = self.pair.read(one, other), self.coef[label]
        places = terms.indices
        values = terms.data * weights[places]
        order = np.lexsort((places, -np.abs(values)))[:top]
        return [self._named(int(places[at]), float(values[at])) for at in order.tolist()]

    def _named(self, column: int, value: float) -> Contribution:
        where, place = self.pair.place(column)
        names = self.inputs if self.task == "pairs" else ("+".join(self.texts), self.inputs[-1])
        both = "+".join(names)
        if where == "likeness":
            return Contribution(both, "word", f"({LIKENESS[place]})", value)
        kind, term = self.pair.reader.terms[place]
        column_of = {"first": names[0], "second": names[1], "both": both}
        return Contribution(column_of[where], kind, term, value)

    def _blank_column(self, one: Sequence[str]) -> tuple[str, ...]:
        return tuple(self.texts[bool(text.strip())] for text in one)


def _missing(blank: Sequence[bool], columns: Sequence[str]) -> tuple[tuple[Abstention, ...], ...]:
    """Give a reason to rows of which a text is empty; nothing where there is none."""
    if not any(blank):
        return ()
    return tuple(
        (Abstention("missing", column),) if is_blank else ()
        for is_blank, column in zip(blank, columns, strict=True)
    )
