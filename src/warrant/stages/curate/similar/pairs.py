"""Pairs of texts whose signatures agree somewhere, and exactly how much they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEIGHBOURS = 64
"""In a larger crowd with one band in common, each text is paired with so many and the first."""


class Pairs(NamedTuple):
    """Pairs of texts by their places; each pair once, the smaller place first, sorted."""

    first: NDArray[np.int64]
    """The smaller place."""
    second: NDArray[np.int64]
    """The larger place."""


class Sets(Protocol):
    """Gives the set of a text: a mapping by place, or a file of them."""

    def __getitem__(self, place: int, /) -> NDArray[np.uint64]:
        """Give different members, sorted."""
        ...


def candidates(bands: NDArray[np.uint64]) -> Pairs:
    """Pair the texts that share a band.

    Args:
        bands: signatures, shape (texts, bands); all zero for a text that is paired with none.

    Returns:
        Candidates. Of a crowd of more than 64 texts with one band in common, each text is paired
        with the 64 before it and with the first.
    """
    texts = np.flatnonzero(bands.any(axis=1))
    found = [np.empty((0, 2), np.int64)]
    for band in range(bands.shape[1]):
        order = texts[np.argsort(bands[texts, band], kind="stable")]
        found.append(_runs(order, bands[order, band]))
    pairs = np.unique(np.concatenate(found), axis=0)
    return Pairs(pairs[:, 0], pairs[:, 1])


def _runs(order: NDArray[np.int64], keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Pair what stands in one run of equal keys; `order` rises within a run."""
    same = keys[1:] == keys[:-1]
    crowded = np.zeros(len(keys), bool)
    crowded[1:] |= same
    crowded[:-1] |= same
    order, keys = order[crowded], keys[crowded]
    found = [np.empty((0, 2), np.int64)]
    for lag in range(1, _NEIGHBOURS + 1):
        near = keys[lag:] == keys[:-lag]
        if not near.any():
            return np.concatenate(found)
        found.append(np.column_stack([order[:-lag][near], order[lag:][near]]))
    first = np.searchsorted(keys, keys)
    far = np.arange(len(keys)) - first > _NEIGHBOURS
    found.append(np.column_stack([order[first[far]], order[far]]))
    return np.concatenate(found)


def measure(pairs: Pairs, sets: Sets) -> NDArray[np.float64]:
    """Count what the sets of each pair share.

    Args:
        pairs: of texts.
        sets: by place, different members, sorted.

    Returns:
        The Jaccard similarity of each pair, 0 to 1: shared members by all members; 0 of two empty
        sets.
    """
    return np.fromiter(
        (
            _jaccard(sets[one], sets[other])
            for one, other in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
        ),
        np.float64,
        len(pairs.first),
    )


def _jaccard(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    both = np.concatenate([one, other])
    both.sort(kind="stable")
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / max(1, len(both) - shared)
