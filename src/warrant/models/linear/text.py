"""From texts to numbers: how often known words and character sequences occur.

scikit-learn cuts the texts; what is done with the counts is the same in training and in answering,
because both call `TextReader.read`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.models.model import Columns

Kind = Literal["word", "characters", "pairs"]
TermKind = Literal["word", "characters", "pair"]

MOST_PAIRED = 64
"""Words of a text whose pairs are read: their number grows with that of the words squared."""

_AT_ONCE = 1024
"""Rows that are weighed at once: what that needs beside the result stays small."""

BETWEEN = "+"
"""Stands between the two of a pair; no word has it."""

_ANALYZERS: dict[Kind, str] = {"word": "word", "characters": "char_wb"}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Block:
    """One vocabulary: words, character sequences inside words, or words and pairs of words.

    A pair is two different words of one text, however far apart, in alphabetical order; of each
    its first characters are read, so that endings do not matter.
    """

    kind: Kind
    """What a term is."""

    shortest: int
    """Least words, or characters, of a term; of `pairs` as `longest`."""

    longest: int
    """Most words, or characters, of a term; of `pairs` how much of each word is read."""

    terms: tuple[str, ...]
    """The terms, in the order of the columns."""

    def counter(self, number: type[Any] = np.float64) -> Any:  # noqa: ANN401 - scikit-learn has no types
        """Make the scikit-learn vectoriser of this block; without terms it learns them.

        Args:
            number: type of a count.

        Returns:
            The vectoriser.
        """
        return CountVectorizer(
            analyzer=self._words_and_pairs if self.kind == "pairs" else _ANALYZERS[self.kind],
            ngram_range=(1, 1) if self.kind == "pairs" else (self.shortest, self.longest),
            lowercase=True,
            dtype=number,
            vocabulary={term: place for place, term in enumerate(self.terms)} or None,
        )

    def _words_and_pairs(self, text: str) -> list[str]:
        words = _WORD.findall(text.lower())
        stems = sorted({word[: self.longest] for word in words[:MOST_PAIRED]})
        return [*dict.fromkeys(words), *map(BETWEEN.join, combinations(stems, 2))]

    @property
    def named(self) -> list[tuple[TermKind, str]]:
        """What each term is, and the term."""
        if self.kind != "pairs":
            return [(self.kind, term) for term in self.terms]
        return [("pair" if BETWEEN in term else "word", term) for term in self.terms]

    @cached_property
    def _counter(self) -> Any:  # noqa: ANN401 - scikit-learn has no types
        return self.counter()

    def count(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - a sparse matrix
        """Count this block's terms.

        Args:
            texts: any texts.

        Returns:
            Sparse matrix, shape (texts, terms), float64.
        """
        if not self.terms or not texts:
            return sparse.csr_array((len(texts), len(self.terms)), dtype=np.float64)
        return self._counter.transform(texts)


@dataclass(frozen=True)
class TextReader:
    """All vocabularies of a model and the weight of each term."""

    blocks: tuple[Block, ...]
    """Their columns stand side by side in this order."""

    idf: NDArray[np.float64]
    """Shape (terms of all blocks,): inverse document frequencies, above 0."""

    first_characters: int
    """Only this many characters of a text are read."""

    @cached_property
    def terms(self) -> list[tuple[TermKind, str]]:
        """What each column is, and its term."""
        return [term for block in self.blocks for term in block.named]

    def read(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - a sparse matrix
        """Turn texts into rows of numbers.

        Args:
            texts: any texts.

        Returns:
            Sparse matrix, shape (texts, terms), float64: (1 + ln count) · idf, and each
            block's part of a row scaled to Euclidean length 1 (0 when nothing is known).
        """
        if not self.blocks:
            return sparse.csr_array((len(texts), 0), dtype=np.float64)
        short = [text[: self.first_characters] for text in texts]
        return weigh([block.count(short) for block in self.blocks], self.idf)


def weigh(counts: Sequence[Any], idf: NDArray[np.float64]) -> Any:  # noqa: ANN401 - sparse matrices
    """Turn counts into sublinear TF-IDF, each block scaled by itself.

    Args:
        counts: one sparse matrix per block, shape (texts, terms of the block), counts above 0.
        idf: shape (terms of all blocks,).

    Returns:
        Sparse matrix, shape (texts, terms of all blocks), float64.

    Source: scikit-learn's TfidfTransformer(sublinear_tf=True), per block.
    """
    return weigh_portions(iter([counts]), counts[0].shape[0], sum(one.nnz for one in counts), idf)


def weigh_portions(
    portions: Iterator[Sequence[Any]], rows: int, entries: int, idf: NDArray[np.float64]
) -> Any:  # noqa: ANN401 - sparse matrices
    """Turn counts that come portion by portion into one matrix, as `weigh` does.

    Args:
        portions: of some rows each, what `weigh` takes; whoever gives them may forget them.
        rows: of all.
        entries: stored counts of all.
        idf: shape (terms of all blocks,).

    Returns:
        Sparse matrix, shape (rows, terms of all blocks), float64.
    """
    data, places = np.empty(entries, np.float64), np.empty(entries, np.int32)
    starts = np.zeros(rows + 1, np.int32 if entries < 2**31 else np.int64)
    row = 0
    for counts in portions:
        for first in range(0, counts[0].shape[0], _AT_ONCE):
            part = _weigh([one[first : first + _AT_ONCE] for one in counts], idf)
            end = row + part.shape[0]
            starts[row + 1 : end + 1] = part.indptr[1:] + starts[row]
            here = slice(starts[row], starts[end])
            data[here], places[here], row = part.data, part.indices, end
    return sparse.csr_array((data, places, starts), shape=(rows, len(idf)))


def _weigh(counts: Sequence[Any], idf: NDArray[np.float64]) -> Any:  # noqa: ANN401 - sparse matrices
    parts, start = [], 0
    for count in counts:
        part = sparse.csr_array(count, dtype=np.float64, copy=True)
        stop = start + part.shape[1]
        part.data = (1.0 + np.log(part.data)) * idf[start:stop][part.indices]
        lengths = np.sqrt(part.multiply(part).sum(axis=1))
        part.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(part.indptr))
        parts.append(part)
        start = stop
    return sparse.csr_array(sparse.hstack(parts, format="csr"))


def join_texts(columns: Columns, inputs: Sequence[str]) -> list[str]:
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
