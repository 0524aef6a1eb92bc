"""A model on an encoder that answers, and says why by leaving words out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from warrant.errors import InputError
from warrant.models.columns import ColumnEncoder, Encoded
from warrant.models.encoder.settings import link_of
from warrant.models.linear.embeddings import stored
from warrant.models.linear.link import choose, to_probabilities
from warrant.models.linear.model import score_rows, told_labels, with_blanks
from warrant.models.linear.text import join_texts
from warrant.models.model import Columns, Contribution, Description, InputColumn, Predictions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.base import BaseRecord, Embedder
    from warrant.models.base.embed import Texts
    from warrant.models.encoder.settings import Method
    from warrant.models.linear.link import Link
    from warrant.records.task import TaskKind

MOST_LEFT_OUT = 48
"""Parts that are left out, one after the other, to explain a row; of a longer text a part has
several words."""

_WORD = re.compile(r"\w+")
_APART = "\x1f"
"""Between the two texts of a pair, while words are left out of either."""


class Rows(NamedTuple):
    """Rows as the head reads them."""

    texts: Texts
    numbers: NDArray[np.float64]
    """Shape (rows, features): the other columns, before they were expanded."""
    terms: Any
    """Sparse matrix, shape (rows, width of a vector and of the other columns)."""
    abstentions: Any


@dataclass(frozen=True)
class EncoderModel:
    """Scores are `coef · (vector, columns) + intercept`; see `TrainedModel` for the methods."""

    task: TaskKind
    """How many answers a row has."""

    labels: tuple[str, ...]
    """All answers, in the order of the rows of `coef`; none for `regression`."""

    reads: tuple[InputColumn, ...]
    """Columns; of `pairs` the two of text are two parts, else several are read line after line."""

    thresholds: tuple[float, ...]
    """One a label, 0 to 1; see `choose`."""

    embedder: Embedder
    """The network; its vectors are not scaled."""

    base: BaseRecord
    """What the network was before training."""

    method: Method
    """What training changed of it."""

    coef: NDArray[np.float32]
    """Shape (labels, width of a vector and of the other columns), of a `regression` (1, …)."""

    intercept: NDArray[np.float32]
    """Shape (labels,), of a `regression` (1,)."""

    encoder: ColumnEncoder
    """Of the columns that are no text."""

    first_characters: int
    """Only this many characters of a text are read."""

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

    def scores(self, columns: Columns) -> NDArray[np.float64]:
        """Give the scores before they become probabilities.

        Args:
            columns: as for `predict`.

        Returns:
            Shape (rows, labels), log-odds; of a `regression` (rows, 1), the answer.
        """
        return score_rows(self._read(columns).terms, self.coef, self.intercept)

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer; see `TrainedModel.explain`.

        A word's contribution is what the score loses without it.
        """
        rows = self._read(columns)
        answer = self._answer(rows)
        if chosen is not None:
            answer = replace(answer, chosen=chosen)
        return [self._explain(rows, row, answer, top) for row in range(rows.terms.shape[0])]

    def describe(self) -> Description:
        """Say what is inside."""
        network = sum(int(one.numel()) for one in self.embedder.encoder.network.parameters())
        facts: dict[str, str | int | float] = {
            "base": self.base.name,
            "method": self.method,
            "network": network,
            "width": self.embedder.width,
            "tokens": self.embedder.longest,
        }
        if self.encoder.columns:
            facts |= {"columns": len(self.encoder.columns), "column_terms": self.encoder.width}
        return Description(
            kind="encoder",
            parameters=network + self.coef.size + self.intercept.size,
            precision="float32",
            facts=facts,
        )

    @property
    def link(self) -> Link:
        """How scores become answers."""
        found = link_of(self.task)
        assert found is not None  # noqa: S101 - no model of another task is made
        return found

    def terms(self, columns: Columns) -> Any:  # noqa: ANN401 - a sparse matrix
        """Give the numbers that the head reads: the text's vector, then the other columns.

        Args:
            columns: as for `predict`.

        Returns:
            Sparse matrix, shape (rows, width of a vector and of the other columns).
        """
        return self._read(columns).terms

    def _read(self, columns: Columns) -> Rows:
        texts = self._texts(columns)
        encoded = Encoded(np.zeros((len(texts), 0)), ())
        parts = [stored(self.embedder.embed(texts))]
        if self.encoder.columns:
            encoded = self.encoder.encode(columns)
            if len(encoded.numbers) != len(texts):
                raise InputError(
                    "The input's columns differ in length.", do="Give each row a cell in each."
                )
            parts.append(self.encoder.expand(encoded.numbers))
            joined = ["".join(text) for text in texts]
            reasons = with_blanks(encoded.abstentions, joined, self.texts[0])
            encoded = Encoded(encoded.numbers, reasons)
        terms = sparse.csr_array(sparse.hstack(parts, format="csr"))
        return Rows(texts, encoded.numbers, terms, encoded.abstentions)

    def _texts(self, columns: Columns) -> Texts:
        most = self.first_characters
        joined = [text[:most] for text in join_texts(columns, self.texts)]
        if self.task != "pairs":
            return joined
        first, second = (join_texts(columns, [name]) for name in self.texts)
        return [(one[:most], other[:most]) for one, other in zip(first, second, strict=True)]

    def _answer(self, rows: Rows) -> Predictions:
        scores = score_rows(rows.terms, self.coef, self.intercept)
        link = link_of(self.task)
        if link is None or link == "identity":
            nothing = np.zeros((len(scores), 0))
            chosen = nothing.astype(np.bool_)
            return Predictions((), nothing, chosen, scores[:, 0], rows.abstentions)
        probabilities = to_probabilities(scores, link)
        chosen = choose(probabilities, self.task, self.thresholds)
        return Predictions(self.labels, probabilities, chosen, None, rows.abstentions)

    def _explain(
        self, rows: Rows, row: int, answer: Predictions, top: int
    ) -> dict[str, list[Contribution]]:
        words, without = leave_out(rows.texts[row])
        width = self.embedder.width
        vectors = self.embedder.embed([rows.texts[row], *without]) if without else None
        told: dict[str, list[Contribution]] = {}
        for name, label in told_labels(answer, self.labels, self.task, row):
            weights = self.coef[label].astype(np.float64)
            found = []
            if vectors is not None:
                scores = vectors.astype(np.float64) @ weights[:width]
                column = "+".join(self.texts)
                found = [
                    Contribution(column, "word", word, float(scores[0] - score))
                    for word, score in zip(words, scores[1:], strict=True)
                ]
            cells = slice(rows.terms.indptr[row] + width, rows.terms.indptr[row + 1])
            given = rows.terms.data[cells] * weights[rows.terms.indices[cells]]
            found += self.encoder.contributions(rows.numbers[row], given)
            told[name] = sorted(found, key=lambda one: -abs(one.value))[:top]
        return told


def leave_out(text: str | tuple[str, str]) -> tuple[list[str], list[Any]]:
    """Leave the words of a text out, one after the other.

    Args:
        text: any, or a pair.

    Returns:
        What was left out, in lower case, in the order of the text, and the text without it; at
        most `MOST_LEFT_OUT` of them.
    """
    whole = text if isinstance(text, str) else _APART.join(text)
    found = list(_WORD.finditer(whole))
    size = max(1, -(-len(found) // MOST_LEFT_OUT))
    words, rest = [], []
    for start in range(0, len(found), size):
        part: Sequence[re.Match[str]] = found[start : start + size]
        words.append(" ".join(one[0].lower() for one in part))
        kept, at = "", 0
        for one in part:
            kept, at = kept + whole[at : one.start()], one.end()
        kept += whole[at:]
        rest.append(kept if isinstance(text, str) else tuple(kept.split(_APART, 1)))
    return words, rest
