"""A linear model that answers and says why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from warrant.errors import InputError
from warrant.models.columns import ColumnEncoder, Encoded
from warrant.models.linear.embeddings import AS_A_WHOLE
from warrant.models.linear.link import Link, choose, to_probabilities
from warrant.models.linear.text import join_texts
from warrant.models.model import (
    VALUE,
    Abstention,
    Columns,
    Contribution,
    Description,
    InputColumn,
    Predictions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.models.linear.embeddings import Embeddings
    from warrant.models.linear.text import TextReader
    from warrant.records.model import TaskKind


NO_COLUMNS = ColumnEncoder(())
"""Of a model that reads text alone."""


class Rows(NamedTuple):
    """Rows as a linear model reads them."""

    terms: Any
    """Sparse matrix, shape (rows, terms): those of texts first, then those of other columns, then
    the numbers of the texts' vectors."""
    numbers: NDArray[np.float64]
    """Shape (rows, features): the other columns, before they were expanded."""
    abstentions: tuple[tuple[Abstention, ...], ...]
    """Reasons of each row; empty as a whole when no row has one."""


@dataclass(frozen=True)
class LinearModel:
    """Scores are `coef · terms + intercept`; see `TrainedModel` for the methods."""

    task: TaskKind
    """How many answers a row has."""

    labels: tuple[str, ...]
    """All answers, in the order of the rows of `coef`; none for `regression`."""

    reads: tuple[InputColumn, ...]
    """Columns; several of text are read as one text, line after line."""

    link: Link
    """How scores become probabilities."""

    thresholds: tuple[float, ...]
    """One a label, 0 to 1; see `choose`."""

    reader: TextReader
    """Vocabulary and term weights; without terms in a model that reads no text."""

    coef: NDArray[np.float32] | NDArray[np.float64]
    """Shape (labels, terms), of a `regression` (1, terms)."""

    intercept: NDArray[np.float32] | NDArray[np.float64]
    """Shape (labels,), of a `regression` (1,)."""

    encoder: ColumnEncoder = NO_COLUMNS
    """Of the columns that are no text."""

    embeddings: Embeddings | None = None
    """Of the texts, as vectors; None in a model that reads words alone."""

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
        return self._answer(self._read(columns))

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer; see `TrainedModel.explain`."""
        rows = self._read(columns)
        answer = self._answer(rows)
        if chosen is not None:
            answer = replace(answer, chosen=chosen)
        return [
            {
                name: self._top(rows, row, at, top)
                for name, at in told_labels(answer, self.labels, self.task, row)
            }
            for row in range(rows.terms.shape[0])
        ]

    def describe(self) -> Description:
        """Say what is inside."""
        facts: dict[str, str | int | float] = {
            block.kind: len(block.terms) for block in self.reader.blocks
        }
        if self.encoder.columns:
            facts |= {"columns": len(self.encoder.columns), "column_terms": self.encoder.width}
        if self.embeddings:
            facts |= {"embedding": self.embeddings.width}
        return Description(
            kind="linear",
            parameters=self.coef.size + self.intercept.size + self.reader.idf.size,
            precision="float64" if self.coef.dtype == np.float64 else "float32",
            facts=facts,
        )

    def terms(self, columns: Columns) -> Any:  # noqa: ANN401 - a sparse matrix
        """Give the numbers that scores are made of.

        Args:
            columns: as for `predict`.

        Returns:
            Sparse matrix, shape (rows, terms).
        """
        return self._read(columns).terms

    def _read(self, columns: Columns) -> Rows:
        return read_rows(columns, self.texts, self.reader, self.encoder, self.embeddings)

    def _answer(self, rows: Rows) -> Predictions:
        scores = score_rows(rows.terms, self.coef, self.intercept)
        if self.task == "regression":
            nothing = np.zeros((len(scores), 0))
            return Predictions(
                (), nothing, nothing.astype(np.bool_), scores[:, 0], rows.abstentions
            )
        probabilities = to_probabilities(scores, self.link)
        chosen = choose(probabilities, self.task, self.thresholds)
        return Predictions(self.labels, probabilities, chosen, None, rows.abstentions)

    def _top(self, rows: Rows, row: int, label: int, top: int) -> list[Contribution]:
        cells = slice(rows.terms.indptr[row], rows.terms.indptr[row + 1])
        places = rows.terms.indices[cells]
        weights = rows.terms.data[cells] * self.coef[label, places]
        whole = len(places) - (self.embeddings.width if self.embeddings else 0)
        words = whole - len(self.encoder.features)
        others = self.encoder.contributions(rows.numbers[row], weights[words:whole])
        if self.embeddings:  # no number of a vector means anything alone
            others.append(self._whole(float(weights[whole:].sum())))
            weights = np.append(weights[:whole], others[-1].value)
            places = places[: whole + 1]
        # Equal weights keep the order of the vocabulary, so that one input has one explanation.
        strongest = np.lexsort((places, -np.abs(weights)))[:top]
        return [
            others[at - words] if at >= words else self._word(int(places[at]), float(weights[at]))
            for at in strongest.tolist()
        ]

    def _whole(self, weight: float) -> Contribution:
        return Contribution("+".join(self.texts), "embedding", AS_A_WHOLE, weight)

    def _word(self, place: int, weight: float) -> Contribution:
        kind, term = self.reader.terms[place]
        return Contribution("+".join(self.texts), kind, term, weight)


def read_rows(
    columns: Columns,
    texts: Sequence[str],
    reader: TextReader,
    encoder: ColumnEncoder,
    embeddings: Embeddings | None = None,
) -> Rows:
    """Turn cells into what a linear model reads.

    Args:
        columns: cells by column name.
        texts: names of the columns of text.
        reader: of the texts.
        encoder: of the other columns.
        embeddings: of the texts as vectors; None: there are none.

    Returns:
        The rows.

    Raises:
        InputError: when a column is missing, is shorter than another, or holds a cell that is
            not text where text is read; no cell is quoted.
    """
    if not texts:
        encoded = encoder.encode(columns)
        return Rows(encoder.expand(encoded.numbers), *encoded)
    joined = join_texts(columns, texts)
    parts, encoded = [reader.read(joined)], Encoded(np.zeros((len(joined), 0)), ())
    if encoder.columns:
        encoded = encoder.encode(columns)
        if len(joined) != len(encoded.numbers):
            raise InputError(
                "The input's columns differ in length.", do="Give each row a cell in each."
            )
        parts.append(encoder.expand(encoded.numbers))
        encoded = Encoded(encoded.numbers, with_blanks(encoded.abstentions, joined, texts[0]))
    if embeddings:
        parts.append(embeddings.read([text[: reader.first_characters] for text in joined]))
    terms = parts[0] if len(parts) == 1 else sparse.csr_array(sparse.hstack(parts, format="csr"))
    return Rows(terms, *encoded)


def score_rows(
    terms: Any,  # noqa: ANN401 - a sparse matrix
    coef: NDArray[np.float32] | NDArray[np.float64],
    intercept: NDArray[np.float32] | NDArray[np.float64],
) -> NDArray[np.float64]:
    """Give scores; arithmetic is float64 whatever the weights are.

    Args:
        terms: sparse matrix, shape (rows, terms).
        coef: shape (scores, terms).
        intercept: shape (scores,).

    Returns:
        Shape (rows, scores).
    """
    # One row has a few of many thousand terms: the weights of all others need not be looked at.
    used, places = np.unique(terms.indices, return_inverse=True)
    few = sparse.csr_array((terms.data, places, terms.indptr), shape=(terms.shape[0], len(used)))
    weights = np.ascontiguousarray(coef[:, used].T, dtype=np.float64)
    return np.asarray(few @ weights + intercept.astype(np.float64), dtype=np.float64)


def told_labels(
    answer: Predictions, labels: Sequence[str], task: TaskKind, row: int
) -> Iterator[tuple[str, int]]:
    """Give the labels whose reasons are told, and where their weights stand.

    Args:
        answer: of all rows.
        labels: of the model.
        task: how many answers a row has.
        row: which one is explained.

    Yields:
        Name and place of each chosen label, of the most probable one when none was chosen, or of
        the one number.
    """
    if task == "regression":
        yield VALUE, 0
        return
    chosen = np.flatnonzero(answer.chosen[row])
    if not chosen.size:
        chosen = answer.probabilities[row].argmax(keepdims=True)
    for label in chosen.tolist():
        yield labels[label], label


def with_blanks(
    abstentions: tuple[tuple[Abstention, ...], ...], joined: Sequence[str], column: str
) -> tuple[tuple[Abstention, ...], ...]:
    """Add a reason where there is no text: curation leaves no such row to learn from.

    Args:
        abstentions: reasons of each row; empty as a whole when no row has one.
        joined: the text of each row.
        column: the first one of text.

    Returns:
        The reasons, with those of blank rows.
    """
    blank = [not text.strip() for text in joined]
    if not any(blank):
        return abstentions
    reason = (Abstention("missing", column),)
    known = abstentions or ((),) * len(joined)
    return tuple(
        (*reason, *found) if is_blank else found
        for found, is_blank in zip(known, blank, strict=True)
    )
