"""A model on an encoder that chooses one of the options that a row brings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from warrant.models.encoder.asking import ask
from warrant.models.encoder.model import leave_out
from warrant.models.encoder.tagger import describe_network
from warrant.models.linear.embeddings import stored
from warrant.models.linear.model import score_rows
from warrant.models.linear.text import join_texts
from warrant.models.matching.choosing import choose_options, read_all_options, require_as_many
from warrant.models.model import Columns, Contribution, Description, InputColumn, Predictions
from warrant.models.options import LETTERS, read_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.base import BaseRecord, Embedder
    from warrant.models.encoder.settings import Method
    from warrant.records.task import TaskKind

    Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class EncoderChooser:
    """An option's score is `coef · vector + intercept`; see `TrainedModel` for the methods.

    The vector is that of the question and the option together; the options of a row compete.
    """

    reads: tuple[InputColumn, ...]
    """Columns of the question, then the options."""

    embedder: Embedder
    """The network; its `longest` is that of a question with an option."""

    base: BaseRecord
    """What the network was before training."""

    method: Method
    """What training changed of it."""

    coef: NDArray[np.float32]
    """Shape (1, width of a vector)."""

    intercept: NDArray[np.float32]
    """Shape (1,)."""

    first_characters: int
    """Only this many characters of a question, and of an option, are read."""

    @property
    def task(self) -> TaskKind:
        """How many answers a row has."""
        return "choice"

    @property
    def labels(self) -> tuple[str, ...]:
        """What options are called."""
        return LETTERS

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(one.column for one in self.reads)

    @property
    def texts(self) -> tuple[str, ...]:
        """Names of those of the question."""
        return self.inputs[:-1]

    def predict(self, columns: Columns) -> Predictions:
        """Answer each row; see `TrainedModel.predict`."""
        questions = join_texts(columns, self.texts)
        options = read_all_options(columns, self.inputs[-1])
        require_as_many(questions, options)
        return choose_options(self.score(questions, options), self.inputs[-1])

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer; see `TrainedModel.explain`.

        A word's contribution is what the score of the option loses without it.
        """
        picked = self.predict(columns).chosen if chosen is None else chosen
        questions = join_texts(columns, self.texts)
        told: list[dict[str, list[Contribution]]] = []
        for row, marks in enumerate(picked):
            options = read_options(columns[self.inputs[-1]][row]) or []
            asked = np.flatnonzero(marks).tolist()
            told.append(
                {LETTERS[at]: self._told(questions[row], options[at : at + 1], top) for at in asked}
            )
        return told

    def describe(self) -> Description:
        """Say what is inside."""
        return describe_network(
            "encoder-chooser", self.base, self.method, self.embedder, self.coef, self.intercept
        )

    def score(self, questions: Sequence[str], options: Sequence[Sequence[str]]) -> list[Numbers]:
        """Score options.

        Args:
            questions: any.
            options: of each question.

        Returns:
            Of each question a number an option.
        """
        vectors, lengths = self._read(questions, options)
        scores = score_rows(stored(vectors), self.coef, self.intercept)[:, 0]
        ends = np.cumsum([0, *lengths]).tolist()
        return [scores[one:other] for one, other in pairwise(ends)]

    def option_vectors(self, columns: Columns) -> tuple[Numbers, list[int]]:
        """Read each option of rows beside its question.

        Args:
            columns: cells by column name.

        Returns:
            Shape (options of all rows, width of a vector), and how many options each row has; none
            where they cannot be read.
        """
        questions = join_texts(columns, self.texts)
        options = read_all_options(columns, self.inputs[-1])
        require_as_many(questions, options)
        vectors, lengths = self._read(questions, options)
        return vectors.astype(np.float64), lengths

    def _read(
        self, questions: Sequence[str], options: Sequence[Sequence[str]]
    ) -> tuple[NDArray[np.float32], list[int]]:
        most = self.first_characters
        asked = ask(
            self.embedder.encoder,
            [one[:most] for one in questions],
            [[one[:most] for one in some] for some in options],
            self.embedder.longest,
        )
        vectors = self.embedder.vectors([one for some in asked for one in some])
        return vectors, [len(some) for some in asked]

    def _told(self, question: str, chosen: Sequence[str], top: int) -> list[Contribution]:
        """Leave out the words of a question and its option; none is told of no option."""
        if not chosen:
            return []
        option = chosen[0]
        words, without = leave_out((question, option))
        first = [question, *(one for one, _ in without)]
        second = [[option], *([one] for _, one in without)]
        scores = [float(some[0]) for some in self.score(first, second)]
        found = [
            Contribution("+".join(self.inputs), "word", word, scores[0] - score)
            for word, score in zip(words, scores[1:], strict=True)
        ]
        return sorted(found, key=lambda one: -abs(one.value))[:top]
