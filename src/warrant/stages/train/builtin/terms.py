"""Which words of a text a model of trees reads: the few that tell most about the answer.

Trees look at one number at a time, and each word is one: a vocabulary of tens of thousands, as a
linear model has, would make them slow and guess at chance finds. Words and pairs of words that
enough documents have compete, and those stay whose presence goes most with the answer.

Source: Forman, "An extensive empirical study of feature selection metrics for text
    classification" (2003): the squared correlation is its chi-square, divided by the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from warrant.models.linear import Block, TextReader
from warrant.stages.train.builtin.vocabulary import inverse_frequencies, learn_vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WORDS = Block("word", 1, 2, ())

MOST_CANDIDATES = 20_000
"""Words and pairs of most documents that compete."""


def choose_terms(
    texts: Sequence[str],
    documents: NDArray[np.intp],
    truth: NDArray[np.bool_] | NDArray[np.float64],
    *,
    most: int,
    fewest: int,
    first_characters: int,
) -> TextReader | None:
    """Choose the words of one column.

    Args:
        texts: one a row.
        documents: shape (rows,): number of the document each row comes from.
        truth: shape (rows, labels), or of `regression` shape (rows,).
        most: words and pairs that may stay.
        fewest: documents each must occur in.
        first_characters: only these of each text are read.

    Returns:
        The words, in alphabetical order; None when none is frequent enough.
    """
    short = [text[:first_characters] for text in texts]
    learnt = learn_vocabulary(WORDS, short, documents, fewest=fewest, most=MOST_CANDIDATES)
    if not learnt.block.terms:
        return None
    counts = learnt.counts
    present = sparse.csr_array(counts, dtype=np.float64, copy=True)
    present.data[:] = 1.0
    places = np.sort(np.argsort(-_tell(present, truth), kind="stable")[:most])
    block = Block("word", 1, 2, tuple(learnt.block.terms[place] for place in places))
    return TextReader((block,), inverse_frequencies([[counts[:, places]]]), first_characters)


def _tell(present: Any, truth: NDArray[Any]) -> NDArray[np.float64]:  # noqa: ANN401 - a sparse matrix
    """Give the squared correlation of each term with the answer, or with its best label."""
    rows = len(truth)
    answers = truth.astype(np.float64).reshape(rows, -1)
    answers = answers - answers.mean(axis=0)
    having = present.sum(axis=0)
    # A word that every row has tells nothing, whatever its sums are rounded to.
    spread = np.where(having < rows, having * (1 - having / rows), np.inf)
    together = np.asarray(present.T @ answers) ** 2 / spread[:, np.newaxis]
    varies = np.square(answers).sum(axis=0)
    told = together / np.where(varies > 0, varies, 1.0)
    # Equal words must not be told apart by the last bit of a sum.
    return np.asarray(np.round(told.max(axis=1), 12), dtype=np.float64)
