"""The protocol of a scorer: a figure of the user's own, made row by row.

A recipe names it under `evaluate: scorers:`; its mean over the test rows gets an interval like any
other figure. A distribution offers one in the entry-point group `warrant.scorers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from warrant.catalog import Catalog
from warrant.errors import InputError
from warrant.metrics.measure import Family, Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.records.metric import Better

Answer: TypeAlias = "tuple[str, ...] | float"
"""The labels of a row, sorted; of a `regression` the number."""


class Scorer(Protocol):
    """Scores one answer at a time.

    Law: the score of a row depends on that row alone, and is a finite number.
    """

    @property
    def words(self) -> str:
        """What the figure is called in a card, in a few plain words."""
        ...

    @property
    def better(self) -> Better:
        """Which way is better: `higher` or `lower`."""
        ...

    def score(self, answer: Answer, expected: Answer) -> float:
        """Score one row.

        Args:
            answer: what the model says.
            expected: what is true.

        Returns:
            A finite number; the figure is its mean over all rows.
        """
        ...


SCORERS = Catalog[type[Scorer]](
    kind="scorer",
    group="warrant.scorers",
    builtin={"overlap": "warrant.metrics.overlap:Overlap"},
)
"""Every scorer on offer; its name is what a recipe writes."""


def scoring(
    name: str, scorer: Scorer, answers: Sequence[Answer], expected: Sequence[Answer]
) -> Family:
    """Give the mean of a scorer.

    Args:
        name: of the scorer, for the figure and for messages.
        scorer: scores each row.
        answers: what the model says, one a row.
        expected: what is true, one a row.

    Returns:
        One figure, of that name.

    Raises:
        InputError: when a score is no finite number; no cell is quoted.
    """
    from scipy import sparse

    scores = np.array(
        [scorer.score(one, true) for one, true in zip(answers, expected, strict=True)],
        dtype=np.float64,
    )
    wrong = np.flatnonzero(~np.isfinite(scores))
    if len(wrong):
        raise InputError(
            f"The scorer {name!r} gives no finite number in {len(wrong)} of {len(scores)} test "
            "rows.",
            do="Mend the scorer (check it with warrant.testing.check_scorer), or take it out of "
            "`evaluate: scorers:` in the recipe.",
        )
    parts = sparse.csr_array(np.vstack([np.ones(len(scores)), scores]))
    return Family((Figure(name),), parts, lambda summed: summed[1:] / summed[:1])
