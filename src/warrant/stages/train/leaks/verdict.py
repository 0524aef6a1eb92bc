"""What is said of one column, and from which figure on it is a leak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from warrant.stages.train.leaks.answers import Answers
    from warrant.stages.train.leaks.scoring import Score

Verdict = Literal["none", "leak", "accepted", "too few rows"]
"""`none`: nothing was found; `leak`: stops the run; `accepted`: a leak, with a reason."""

TELLS_ALL = 0.98
"""Share of right answers, mean over labels, from which a column alone nearly solves the task."""

TELLS_ONE = 0.99
"""The same for one of several labels."""

TELLS_NUMBER = 0.98
"""Share of the variance of a number."""

SURE = 0.95
"""With this share of right answers at least, nine times of ten: 40 rows cannot show a leak."""


@dataclass(frozen=True)
class Alone:
    """How much one column tells by itself."""

    column: str
    """Its name."""

    score: float | None
    """Share of right answers, mean over labels, each row from others; of a `regression` the share
    of the variance; None where nothing was measured."""

    by: str = ""
    """What about it tells the most."""

    verdict: Verdict = "none"
    """What follows."""

    why: str = ""
    """Of a leak: a sentence with the evidence."""

    reason: str = ""
    """Of an accepted leak: what the author wrote."""


def is_telling(score: Score, answers: Answers) -> bool:
    """Say whether a score nearly solves the task, or one label of it.

    Args:
        score: of something alone.
        answers: what it was measured on.

    Returns:
        True from the thresholds on, when there are rows enough to be sure.
    """
    if answers.is_number:
        return score.whole >= TELLS_NUMBER and len(answers.rows) >= FEWEST_NUMBERS
    if not is_sure(score.errors, len(answers.rows)):
        return False
    return score.whole >= TELLS_ALL or score.one_label >= TELLS_ONE


FEWEST_NUMBERS = 45
"""Rows of a `regression` without which nothing is said."""


def is_sure(errors: int, rows: int) -> bool:
    """Say whether so few errors in so many rows are no chance.

    Args:
        errors: rows answered wrong.
        rows: all of them.

    Returns:
        True when a rate of right answers below `SURE` would show so few errors less than once
        in ten times (Clopper and Pearson, 1934).
    """
    from scipy.stats import binom

    return bool(binom.cdf(errors, rows, 1 - SURE) < 0.1) or (errors <= 0.03 * rows and rows >= 400)
