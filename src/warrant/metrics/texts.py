"""Figures of texts that a model writes, set beside the texts that were wanted.

Words are runs of letters and digits in small letters; signs, spaces and case do not count.

Source: Rajpurkar et al., SQuAD (2016), for exact match and token F1, without the articles that it
leaves out; Lin, ROUGE (2004), for the longest common sequence; Hyyrö, Bit-parallel LCS-length
computation revisited (2004), for how it is found.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from warrant.metrics.measure import Family, Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FIGURES = ("exact_match", "token_f1", "rouge_l", "refusal_rate", "length_error")
"""In the order in which they are given."""

FIRST_WORDS = 5_000
"""Of a text, so many words are compared."""

_WORD = re.compile(r"[^\W_]+")
_REFUSAL = re.compile(
    r"\b(?:i(?:'m| am) (?:sorry|unable|not able)|i (?:can(?:no|')t|cannot|won't|will not) "
    r"(?:help|assist|answer|provide|do|comply|give)|as an? (?:ai|language model)|"
    r"(?:unable|not able) to (?:help|assist|answer|provide))\b",
    re.IGNORECASE,
)
_LOOKED_AT = 300
"""A refusal stands at the beginning of an answer."""


@dataclass(frozen=True)
class TextScores:
    """How each answer does; one number a row."""

    exact_match: NDArray[np.float64]
    """1 where the words are the same, in order."""

    token_f1: NDArray[np.float64]
    """0 to 1."""

    rouge_l: NDArray[np.float64]
    """0 to 1."""

    refusal_rate: NDArray[np.float64]
    """1 where the answer declines and what is true does not."""

    length_error: NDArray[np.float64]
    """Difference in words, 0 or more."""

    def __len__(self) -> int:
        return len(self.exact_match)

    def take(self, rows: NDArray[np.intp]) -> TextScores:
        """Give some of the rows, by their positions."""
        return TextScores(*(getattr(self, one.name)[rows] for one in fields(self)))


def score_texts(true: Sequence[str], written: Sequence[str]) -> TextScores:
    """Set what was written beside what was wanted.

    Args:
        true: of each row.
        written: of each row, as many.

    Returns:
        The scores.
    """
    found = np.array([_row(*pair) for pair in zip(true, written, strict=True)]).reshape(-1, 5)
    return TextScores(*np.ascontiguousarray(found.T))


def writing(scores: TextScores) -> Family:
    """Give the mean of each score.

    Args:
        scores: of all rows.

    Returns:
        Figures named as in `FIGURES`.
    """
    from scipy import sparse

    rows = [np.ones(len(scores)), *(getattr(scores, name) for name in FIGURES)]

    def finish(summed: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(summed[1:] / summed[0], dtype=np.float64)

    return Family(tuple(map(Figure, FIGURES)), sparse.csr_array(np.vstack(rows)), finish)


def words_of(text: str) -> list[str]:
    """Give the words of a text, in small letters."""
    return _WORD.findall(text.lower())


def declines(text: str) -> bool:
    """Say whether an answer is empty or declines to answer."""
    return not text.strip() or bool(_REFUSAL.search(text.replace("’", "'")[:_LOOKED_AT]))


def _row(true: str, written: str) -> tuple[float, float, float, float, float]:
    wanted, said = words_of(true), words_of(written)
    first, other = wanted[:FIRST_WORDS], said[:FIRST_WORDS]
    shared = (Counter(first) & Counter(other)).total()
    return (
        float(wanted == said if wanted or said else true.strip() == written.strip()),
        _f1(shared, len(first), len(other)),
        _f1(_longest_shared(first, other), len(first), len(other)),
        float(declines(written) and not declines(true)),
        float(abs(len(wanted) - len(said))),
    )


def _f1(shared: int, wanted: int, said: int) -> float:
    """Give F1; two texts without a word agree."""
    return 2 * shared / (wanted + said) if wanted + said else 1.0


def _longest_shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Give the length of the longest sequence of words that both have in order."""
    places: dict[str, int] = {}
    for at, word in enumerate(one):
        places[word] = places.get(word, 0) | (1 << at)
    every = (1 << len(one)) - 1
    row = every
    for word in other:
        hit = row & places.get(word, 0)
        row = ((row + hit) | (row - hit)) & every
    return len(one) - row.bit_count()
