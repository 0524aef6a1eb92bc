"""Which terms may enter a model: frequent ones, and never one from fewer than three documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from warrant.models.linear import Block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


FEWEST_DOCUMENTS = 3
"""A term from fewer documents could point at one of them (README, "What a bundle may tell")."""


class Learnt(NamedTuple):
    """A vocabulary, and the counts of its terms in the rows it was learnt from."""

    block: Block
    counts: Any
    """Sparse matrix, shape (rows, terms)."""


def learn_vocabulary(
    blank: Block,
    texts: Sequence[str],
    documents: NDArray[np.intp],
    *,
    fewest: int,
    most: int,
) -> Learnt:
    """Choose the terms of one block.

    Args:
        blank: a block without terms.
        texts: one a row.
        documents: shape (rows,): number of the document each row comes from.
        fewest: documents a term must occur in; less than `FEWEST_DOCUMENTS` counts as that.
        most: terms at most; those of most documents stay, ties in alphabetical order.

    Returns:
        The block with its terms, sorted, and their counts; no terms when none is frequent enough.
    """
    nothing = Learnt(blank, sparse.csr_array((len(texts), 0), dtype=np.float64))
    counter = blank.counter()
    analyze = counter.build_analyzer()
    if most < 1 or not any(analyze(text) for text in texts):
        return nothing
    counts = counter.fit_transform(texts)
    frequencies = document_frequencies(counts, documents)
    frequent = np.flatnonzero(frequencies >= max(fewest, FEWEST_DOCUMENTS))
    order = np.argsort(-frequencies[frequent], kind="stable")[:most]
    places = np.sort(frequent[order])
    names = counter.get_feature_names_out()
    terms = tuple(str(names[place]) for place in places)
    return Learnt(
        Block(blank.kind, blank.shortest, blank.longest, terms),
        sparse.csr_array(counts[:, places]),
    )


def document_frequencies(
    counts: Any,  # noqa: ANN401 - a sparse matrix
    documents: NDArray[np.intp],
) -> NDArray[np.int64]:
    """Count in how many documents each term occurs; several rows of one document count once.

    Args:
        counts: sparse matrix, shape (rows, terms).
        documents: shape (rows,), from 0.

    Returns:
        Shape (terms,).
    """
    rows = np.arange(len(documents))
    ones = np.ones(len(documents))
    belongs = sparse.csr_array((ones, (documents, rows)))
    present = sparse.csr_array(counts, dtype=np.float64, copy=True)
    present.data[:] = 1.0
    by_document = belongs @ present
    return np.bincount(by_document.indices, minlength=present.shape[1]).astype(np.int64)


def inverse_frequencies(
    counts: Sequence[Any],
) -> NDArray[np.float64]:
    """Weigh terms by how rare they are.

    Args:
        counts: one sparse matrix per block, shape (rows, terms).

    Returns:
        Shape (terms of all blocks,): ln((1 + rows) / (1 + rows with the term)) + 1.

    Source: scikit-learn's TfidfTransformer(smooth_idf=True).
    """
    parts = []
    for block in counts:
        found = np.bincount(block.indices, minlength=block.shape[1])
        parts.append(np.log((1 + block.shape[0]) / (1 + found)) + 1.0)
    return np.concatenate(parts).astype(np.float64)
