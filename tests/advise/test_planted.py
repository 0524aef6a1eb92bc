"""The planted corpus is what it says it is."""

from __future__ import annotations

import pytest

from tests.advise.planted import (
    FLIPPED,
    GENERATED,
    HELD_BACK,
    SEEN,
    banking77,
    grown,
    kinds_of_task,
    recall_and_precision,
)


@pytest.mark.parametrize("name", GENERATED)
def test_one_row_in_twenty_is_planted_wrong(name: str) -> None:
    corpus, again, other = (GENERATED[name](seed) for seed in (0, 0, 1))
    assert len(corpus.planted) == round(FLIPPED * len(corpus.examples))
    assert corpus.planted == again.planted != other.planted
    assert corpus.examples.labels == again.examples.labels
    assert corpus.config.task == kinds_of_task()[name]


def test_banking77_keeps_its_rows_and_changes_one_label_in_twenty() -> None:
    clean = banking77(0)
    other = banking77(1)
    assert len(clean.examples) == 10003
    assert len(clean.planted) == 500
    changed = [
        row
        for row, (one, two) in enumerate(
            zip(clean.examples.labels, other.examples.labels, strict=True)
        )
        if one != two
    ]
    assert set(changed) <= clean.planted | other.planted


def test_seeds_that_hold_goals_are_none_of_those_seen() -> None:
    assert not set(SEEN) & set(HELD_BACK)


def test_rows_that_come_later_follow_those_at_hand() -> None:
    now, later, new = grown(0)
    assert (len(now.examples), len(later.examples), len(new.examples)) == (800, 1200, 3600)
    assert later.examples.labels[:800] == now.examples.labels
    assert not set(new.examples.documents) & set(later.examples.documents)


def test_recall_and_precision_are_shares_of_planted_and_of_listed() -> None:
    assert recall_and_precision([1, 2, 3, 4], [1, 2, 9]) == (2 / 3, 0.5)
    assert recall_and_precision([], [1]) == (0.0, 1.0)
