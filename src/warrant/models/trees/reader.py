"""From cells to the numbers that trees look at: columns, and a few words of each text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from warrant.models.linear.text import join_texts
from warrant.models.model import Contribution, InputColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.models.columns import ColumnEncoder
    from warrant.models.linear import TextReader
    from warrant.models.model import Abstention, Columns


class Read(NamedTuple):
    """Rows read."""

    numbers: NDArray[np.float64]
    """Shape (rows, features); NaN is missing."""
    abstentions: tuple[tuple[Abstention, ...], ...]
    """Reasons of each row; empty as a whole when no row has one."""


class TextColumn(NamedTuple):
    """A column of text, and the words that are looked for in it."""

    name: str
    reader: TextReader


@dataclass(frozen=True)
class Reader:
    """Features are those of the encoder, then the words of each text."""

    inputs: tuple[str, ...]
    """All columns, in the order of the recipe."""

    encoder: ColumnEncoder
    """The columns that are no text."""

    texts: tuple[TextColumn, ...]
    """The columns of text in which words are looked for."""

    first_characters: int = 100_000
    """Only this many characters of each text are read."""

    @property
    def reads(self) -> tuple[InputColumn, ...]:
        """All columns, and how each enters."""
        known = {one.column: one for one in self.encoder.inputs}
        return tuple(known.get(name) or InputColumn(name) for name in self.inputs)

    @cached_property
    def words(self) -> tuple[tuple[str, str], ...]:
        """Column and word of each feature behind those of the encoder."""
        return tuple((text.name, term) for text in self.texts for _, term in text.reader.terms)

    @cached_property
    def features(self) -> int:
        """How many numbers a row has."""
        return len(self.encoder.features) + len(self.words)

    @property
    def categories(self) -> Mapping[int, int]:
        """The features that are categories, and how many each has."""
        return {
            place: feature.steps
            for place, feature in enumerate(self.encoder.features)
            if feature.is_category
        }

    def read(self, columns: Columns) -> Read:
        """Read rows.

        Args:
            columns: cells by column name, at least those of `inputs`.

        Returns:
            Their numbers, and why answers on them must not be relied on.

        Raises:
            InputError: when a column is missing, columns differ in length, or a cell of a text is
                no text; no cell is quoted.
        """
        words = self._words_of(columns)
        if not self.encoder.columns:
            return Read(words.toarray(), ())
        encoded = self.encoder.encode(columns)
        return Read(np.hstack([encoded.numbers, words.toarray()]), encoded.abstentions)

    def matrix(self, columns: Columns) -> Any:  # noqa: ANN401 - sparse where there is text
        """Read many rows, for training.

        Args:
            columns: as for `read`.

        Returns:
            Shape (rows, features), dense; sparse where texts are among the columns.

        Raises:
            InputError: as `read` does.
        """
        if not self.texts:
            return self.encoder.encode(columns).numbers
        words = self._words_of(columns)
        if not self.encoder.columns:
            return sparse.csr_matrix(words)
        # Zeros left out are zeros to LightGBM too; a missing number stays in, as NaN.
        numbers = sparse.csr_array(self.encoder.encode(columns).numbers)
        return sparse.csr_matrix(sparse.hstack([numbers, words], format="csr"))

    def contributions(
        self, numbers: NDArray[np.float64], weights: NDArray[np.float64]
    ) -> list[Contribution]:
        """Say in words what each feature of one row spoke for.

        Args:
            numbers: shape (features,), of one row.
            weights: shape (features,): what each added to the score.

        Returns:
            Contributions in the order of the features; of words those that stand in the text.
        """
        own = len(self.encoder.features)
        found = self.encoder.contributions(numbers[:own], weights[:own])
        for place in np.flatnonzero(numbers[own:]):
            column, word = self.words[place]
            found.append(Contribution(column, "word", word, float(weights[own + place])))
        return found

    def _words_of(self, columns: Columns) -> Any:  # noqa: ANN401 - a sparse matrix
        """Give the words of all texts; a matrix without columns where there is none."""
        parts: Sequence[Any] = [
            text.reader.read(join_texts(columns, (text.name,))) for text in self.texts
        ]
        if not parts:
            rows = len(columns[self.inputs[0]]) if self.inputs[0] in columns else 0
            return sparse.csr_array((rows, 0), dtype=np.float64)
        if len({part.shape[0] for part in parts}) != 1:
            # Said in the words of all readers of texts.
            join_texts(columns, tuple(text.name for text in self.texts))
        return sparse.hstack(parts, format="csr")
