"""Two texts side by side as numbers: the terms of each, those of both, and how alike they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.linear.text import TextReader

LIKENESS = (
    "cosine",
    "shared words",
    "first's words in the second",
    "second's words in the first",
    "shared numbers",
    "one is negated",
    "difference in length",
    "the same words",
)
"""Numbers that say how alike two texts are, each 0 to 1, in the order of their columns."""

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d[\d.,]*")
_NEGATION = re.compile(
    r"\b(?:not?|never|none|nor|without|neither|cannot)\b|n['’]t\b", re.IGNORECASE
)


@dataclass(frozen=True)
class PairReader:
    """Reads two texts side by side."""

    reader: TextReader
    """Vocabulary and term weights, the same for both."""

    with_first: bool
    """Whether the terms of the first text enter: not where it is the same in all that is compared,
    as the question of some options."""

    @property
    def width(self) -> int:
        """Columns of a row."""
        return (2 + self.with_first) * len(self.reader.terms) + len(LIKENESS)

    def read(self, first: Sequence[str], second: Sequence[str]) -> Any:  # noqa: ANN401 - sparse
        """Turn pairs into rows of numbers.

        Args:
            first: texts.
            second: as many.

        Returns:
            Sparse matrix, shape (pairs, `width`), float64: terms of the first where they enter, of
            the second, of both (the smaller weight), then `LIKENESS`.
        """
        one, other = self.reader.read(first), self.reader.read(second)
        both = sparse.csr_array(one.minimum(other))
        blocks = max(len(self.reader.blocks), 1)
        cosines = np.asarray(one.multiply(other).sum(axis=1)).reshape(-1) / blocks
        likeness = np.array(
            [
                [alike, *_likeness(*pair)]
                for alike, *pair in zip(cosines, first, second, strict=True)
            ]
        ).reshape(-1, len(LIKENESS))
        parts = [*([one] if self.with_first else []), other, both, sparse.csr_array(likeness)]
        return sparse.csr_array(sparse.hstack(parts, format="csr"))

    def place(self, column: int) -> tuple[str, int]:
        """Say what a column is.

        Args:
            column: of `read`.

        Returns:
            `first`, `second`, `both` or `likeness`, and the place in it.
        """
        terms = len(self.reader.terms)
        names = (*(("first",) if self.with_first else ()), "second", "both")
        block, place = divmod(column, terms) if terms else (len(names), column)
        if block >= len(names):
            return "likeness", column - len(names) * terms
        return names[block], place


def _likeness(one: str, other: str) -> tuple[float, ...]:
    first, second = _WORD.findall(one.lower()), _WORD.findall(other.lower())
    here, there = set(first), set(second)
    numbers, others = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    longer = max(len(first), len(second), 1)
    return (
        _share(len(here & there), len(here | there)),
        _share(len(here & there), len(here)),
        _share(len(here & there), len(there)),
        _share(len(numbers & others), len(numbers | others), 1.0),
        float(bool(_NEGATION.search(one)) != bool(_NEGATION.search(other))),
        abs(len(first) - len(second)) / longer,
        float(first == second),
    )


def _share(part: int, whole: int, nothing: float = 0.0) -> float:
    return part / whole if whole else nothing


def softmax_of(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make scores of one row's options probabilities that sum to 1."""
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())
