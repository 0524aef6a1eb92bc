"""Places count as right only where start, end and label are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from warrant.metrics import Figure, Resampling, measure
from warrant.metrics.spans import count_places, place_lines, placing, score_places

TRUE = [[(0, 4, "A"), (6, 9, "B")], [(0, 3, "A")], []]
FOUND = [[(0, 4, "A"), (6, 8, "B")], [(0, 3, "B")], [(1, 2, "A")]]
COUNTS = count_places(TRUE, FOUND, ("A", "B", "C"))


def test_places_are_counted_strictly() -> None:
    assert COUNTS.hits.tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert COUNTS.alarms.tolist() == [[0, 1, 0], [0, 1, 0], [1, 0, 0]]
    assert COUNTS.misses.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert [tuple(line) for line in place_lines(COUNTS)] == [
        ("A", 0.5, 0.5, 0.5, 2, 2),
        ("B", 0.0, 0.0, 0.0, 1, 2),
        ("C", None, None, None, 0, 0),
    ]


def test_figures_are_those_of_the_shared_task() -> None:
    assert score_places("precision", COUNTS) == 1 / 4
    assert score_places("recall", COUNTS) == 1 / 3
    assert score_places("micro_f1", COUNTS) == pytest.approx(2 / 7)
    assert score_places("macro_f1", COUNTS) == 0.25  # C occurs nowhere
    assert math.isnan(score_places("precision", count_places([[]], [[]], ("A",))))


def test_the_value_and_its_interval_come_from_the_same_sums() -> None:
    found = measure([placing(COUNTS)], Resampling(200, 0.9, 7))
    assert found[Figure("micro_f1")].value == score_places("micro_f1", COUNTS)
    assert 0 <= found[Figure("micro_f1")].low <= found[Figure("micro_f1")].high <= 1
    assert len(COUNTS.take(np.array([0, 2]))) == 2
