"""A scorer: how far the labels of an answer overlap with the true ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from warrant.metrics.scorer import Answer
    from warrant.records.metric import Better


class Overlap:
    """Labels in both, divided by labels in either; see `Scorer` for the methods.

    Source: Jaccard (1912); scikit-learn's `jaccard_score` with `average="samples"`, where a row
    without labels on both sides counts 1.
    """

    words: Final = "Overlap of labels"
    better: Final[Better] = "higher"

    def score(self, answer: Answer, expected: Answer) -> float:
        """Score one row; numbers overlap where they are equal."""
        if not isinstance(answer, tuple) or not isinstance(expected, tuple):
            return float(answer == expected)
        either = set(answer) | set(expected)
        return len(set(answer) & set(expected)) / len(either) if either else 1.0
