"""Which terms may enter a model: frequent ones, and never one from fewer than three documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from warrant.models.linear import Block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray


FEWEST_DOCUMENTS = 3
"""A term from fewer documents could point at one of them (README, "What a bundle may tell")."""


_PORTION_CHARACTERS = 16_000_000
"""So much text is cut at once: each piece of it costs some bytes for a while."""


class Learnt(NamedTuple):
    """A vocabulary, and the counts of its terms in the rows it was learnt from."""

    block: Block
    portions: list[Any]
    """Sparse matrices, of some rows each, in order; as many for each block of the same texts."""

    @property
    def counts(self) -> Any:  # noqa: ANN401 - a sparse matrix
        """All counts, shape (rows, terms)."""
        return sparse.csr_array(sparse.vstack(self.portions, format="csr"))


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
    order = np.argsort(documents, kind="stable")
    analyze = blank.counter().build_analyzer()
    if most < 1 or not any(analyze(text) for text in texts):
        sizes = [len(rows) for rows in _portions(texts, documents, order)]
        return Learnt(blank, [sparse.csr_array((size, 0), dtype=np.int32) for size in sizes])
    ids: dict[str, int] = {}
    frequencies = np.zeros(0, np.int64)
    portions = []
    for rows in _portions(texts, documents, order):
        counts, names = _count(blank, [texts[row] for row in rows.tolist()])
        places = np.array([ids.setdefault(name, len(ids)) for name in names], np.int32)
        frequencies = np.pad(frequencies, (0, len(ids) - len(frequencies)))
        frequencies[places] += document_frequencies(counts, documents[rows])
        counts.indices = places[counts.indices]
        portions.append(counts)
    terms, chosen = _choose(list(ids), frequencies, max(fewest, FEWEST_DOCUMENTS), most)
    del ids
    for at, counts in enumerate(portions):
        portions[at] = _pruned(counts, chosen, len(terms))
    if (order[1:] < order[:-1]).any():  # rows of one document stood apart
        whole = sparse.csr_array(sparse.vstack(portions, format="csr"))[np.argsort(order)]
        portions = [whole]
    return Learnt(Block(blank.kind, blank.shortest, blank.longest, terms), portions)


def _portions(
    texts: Sequence[str], documents: NDArray[np.intp], order: NDArray[np.intp]
) -> Iterator[NDArray[np.intp]]:
    """Give rows, not too many characters at once; those of one document come together."""
    lengths = np.array([len(texts[row]) for row in order.tolist()], np.int64)
    portion = np.cumsum(lengths) // _PORTION_CHARACTERS
    sorted_documents = documents[order]
    is_first = np.append(True, sorted_documents[1:] != sorted_documents[:-1])[: len(order)]
    starts = np.flatnonzero(is_first)
    of_document = portion[starts][np.cumsum(is_first) - 1] if len(order) else portion
    cuts = np.flatnonzero(np.diff(of_document)) + 1
    yield from np.split(order, cuts)


def _count(blank: Block, texts: Sequence[str]) -> tuple[Any, list[str]]:
    """Count all terms of some texts; rows of none where there is no term."""
    counter = blank.counter(np.int32)
    try:
        counts = counter.fit_transform(texts)
    except ValueError:  # an empty vocabulary
        return sparse.csr_array((len(texts), 0), dtype=np.int32), []
    return sparse.csr_array(counts), counter.get_feature_names_out().tolist()


def _choose(
    names: Sequence[str], frequencies: NDArray[np.int64], fewest: int, most: int
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Give the terms that stay, sorted, and for every term its place among them, or -1."""
    frequent = sorted(np.flatnonzero(frequencies >= fewest).tolist(), key=names.__getitem__)
    best = np.argsort(-frequencies[frequent], kind="stable")[:most]
    stays = [frequent[at] for at in np.sort(best).tolist()]
    chosen = np.full(len(names), -1, np.int32)
    chosen[stays] = np.arange(len(stays), dtype=np.int32)
    return tuple(names[at] for at in stays), chosen


def _pruned(counts: Any, chosen: NDArray[np.int32], terms: int) -> Any:  # noqa: ANN401 - sparse matrices
    """Leave out the counts of terms that do not stay."""
    places = chosen[counts.indices]
    stays = places >= 0
    starts = np.append(0, np.cumsum(stays))[counts.indptr].astype(np.int32)
    shape = (counts.shape[0], terms)
    pruned = sparse.csr_array((counts.data[stays], places[stays], starts), shape=shape)
    pruned.sort_indices()
    return pruned


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
    shared = np.bincount(documents)[documents] > 1
    if not shared.any():  # as of most sets: then nothing need be copied
        return np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.int64)
    alone = np.bincount(counts[~shared].indices, minlength=counts.shape[1])
    present = sparse.csr_array(counts[shared], dtype=np.int32, copy=True)
    present.data[:] = 1
    rows = np.arange(present.shape[0])
    ones = np.ones(len(rows), np.int32)
    belongs = sparse.csr_array((ones, (documents[shared], rows)))
    by_document = belongs @ present
    return (alone + np.bincount(by_document.indices, minlength=counts.shape[1])).astype(np.int64)


def inverse_frequencies(
    blocks: Sequence[Sequence[Any]],
) -> NDArray[np.float64]:
    """Weigh terms by how rare they are.

    Args:
        blocks: of each, sparse matrices of some rows each, shape (rows, terms).

    Returns:
        Shape (terms of all blocks,): ln((1 + rows) / (1 + rows with the term)) + 1.

    Source: scikit-learn's TfidfTransformer(smooth_idf=True).
    """
    parts = []
    for block in blocks:
        width, rows = block[0].shape[1], sum(one.shape[0] for one in block)
        found = sum(np.bincount(one.indices, minlength=width) for one in block)
        parts.append(np.log((1 + rows) / (1 + found)) + 1.0)
    return np.concatenate(parts).astype(np.float64)
