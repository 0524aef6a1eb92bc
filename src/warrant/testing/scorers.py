"""The suite that every scorer passes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from warrant.metrics.scorer import Answer, Scorer


def check_scorer(make: Callable[[], Scorer], rows: Sequence[tuple[Answer, Answer]]) -> None:
    """Check what `Scorer` promises, on answers of the author's choice.

    Args:
        make: gives a fresh scorer, as the catalog does.
        rows: answer and what is expected; at least one of them right and one wrong.

    Raises:
        AssertionError: with the promise that was broken.
    """
    first, second = make(), make()
    _require(first.words.strip() == first.words != "", "it says what its figure is called")
    _require(first.better in ("higher", "lower"), "it says which way is better")
    found = [first.score(*row) for row in rows]
    _require(all(map(math.isfinite, found)), "each score is a finite number")
    again = [second.score(*row) for row in reversed(rows)]
    _require(again[::-1] == found, "the score of a row depends on that row alone")
    right = [score for score, (answer, expected) in zip(found, rows, strict=True)
             if answer == expected]  # fmt: skip
    wrong = [score for score, (answer, expected) in zip(found, rows, strict=True)
             if answer != expected]  # fmt: skip
    _require(right and wrong, "it is tried on answers that are right and on some that are wrong")
    sign = 1 if first.better == "higher" else -1
    best = min(sign * score for score in right)
    _require(all(sign * score <= best for score in wrong), "no wrong answer beats a right one")


def _require(holds: object, promise: str) -> None:
    if not holds:
        raise AssertionError(f"A scorer promises: {promise}.")
