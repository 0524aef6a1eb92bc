"""Laws of processes that train together: who learns from what."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from warrant.stages.train.encoder.batches import share_step, split_step
from warrant.stages.train.group import Group


@given(st.integers(1, 40), st.integers(1, 9))
def test_each_part_is_dealt_out_once_in_as_many_turns(count: int, size: int) -> None:
    """Law of `stages.train.group`: dealt out to any number of processes, each part ..."""
    parts = list(range(count))
    dealt = [list(Group(rank, size).deal(parts)) for rank in range(size)]
    assert sorted(part for one in dealt for part, weight, _ in one if weight) == parts
    assert {len(one) for one in dealt} == {-(-count // size)}
    assert all(
        [is_last for *_, is_last in one] == [False] * (len(one) - 1) + [True] for one in dealt
    )


@given(
    st.lists(st.integers(2, 300), min_size=1, max_size=40), st.integers(1, 6), st.integers(1, 900)
)
def test_every_row_of_an_update_goes_to_one_process(
    lengths: list[int], processes: int, tokens: int
) -> None:
    """Law of `stages.train.encoder.batches`: every row of an update goes to exactly one process."""
    known = np.array(lengths, np.int64)
    rows = np.argsort(known, kind="stable").tolist()
    shares = share_step(split_step(rows, known, tokens), known, tokens, processes)
    assert len(shares) == processes
    assert sorted(row for share in shares for part in share for row in part) == sorted(rows)
    for part in (part for share in shares for part in share):
        assert len(part) == 1 or len(part) * max(known[part]) <= tokens
