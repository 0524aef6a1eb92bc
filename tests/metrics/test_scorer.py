from __future__ import annotations

import numpy as np
import pytest

from warrant.errors import InputError
from warrant.metrics import SCORERS, Comparison, Figure, Resampling, costing, measure, scoring
from warrant.metrics.overlap import Overlap
from warrant.metrics.paired import paired_bootstrap
from warrant.metrics.scorer import Answer
from warrant.testing import check_scorer


class Broken(Overlap):
    """Gives no number where it is wrong."""

    def score(self, answer: Answer, expected: Answer) -> float:
        return 1.0 if answer == expected else float("nan")


class Counting(Overlap):
    """Remembers: its scores depend on what came before."""

    def __init__(self) -> None:
        self.seen = 0

    def score(self, answer: Answer, expected: Answer) -> float:
        del answer, expected
        self.seen += 1
        return float(self.seen)


class Upside(Overlap):
    """Gives more to what is wrong."""

    def score(self, answer: Answer, expected: Answer) -> float:
        return float(answer != expected)


ROWS: list[tuple[Answer, Answer]] = [(("a",), ("a",)), (("b",), ("a",)), (("a", "b"), ("a",))]


def test_a_scorer_gives_a_figure_with_an_interval() -> None:
    answers, expected = zip(*ROWS, strict=True)
    family = scoring("overlap", SCORERS.load("overlap")(), answers, expected)
    found = measure([family], Resampling(200))[Figure("overlap")]
    assert found.value == pytest.approx((1 + 0 + 0.5) / 3)
    assert found.low < found.value < found.high


def test_a_score_that_is_no_number_stops_with_advice() -> None:
    with pytest.raises(InputError) as caught:
        scoring("broken", Broken(), [("a",), ("b",)], [("a",), ("c",)])
    assert str(caught.value.what) == (
        "The scorer 'broken' gives no finite number in 1 of 2 test rows."
    )
    assert "warrant.testing.check_scorer" in caught.value.do
    assert "`evaluate: scorers:`" in caught.value.do


@pytest.mark.parametrize(
    ("scorer", "promise"),
    [
        (Broken, "each score is a finite number"),
        (Counting, "the score of a row depends on that row alone"),
        (Upside, "no wrong answer beats a right one"),
    ],
)
def test_the_suite_finds_what_a_scorer_breaks(scorer: type[Overlap], promise: str) -> None:
    with pytest.raises(AssertionError, match=promise):
        check_scorer(scorer, ROWS)


def test_other_rows_are_not_compared() -> None:
    one, other = costing(np.ones(3)), costing(np.ones(4))
    with pytest.raises(InputError, match="measured on 3 rows, the other on 4"):
        paired_bootstrap(one, other, Comparison(Figure("cost_per_1000")), Resampling(9))
