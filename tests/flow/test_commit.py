"""What a pen writes into the log, and what it does not write twice."""

from __future__ import annotations

import pytest

from tests.flow.bench import Bench
from warrant.errors import InputError, PolicyRefusal
from warrant.flow.acts import answer
from warrant.kernel.digest import Digest
from warrant.kernel.draft import Act, act_statement
from warrant.kernel.statement import Subject


def test_the_same_statement_asked_for_again_stays_where_it_is(bench: Bench) -> None:
    act = Act(
        "answer", Subject("rows", Digest.of(b"x")), "Asked.", {"question": "q", "answer": "a"}
    )
    with bench.pen() as pen:
        first = act_statement(act, pen.actor(), recorded_at="2026-05-04T12:00:00Z")
        placed = pen.commit(first)
        assert pen.commit(first) == placed
        later = act_statement(act, pen.actor(), recorded_at="2026-05-04T12:00:01Z")
        assert pen.commit(later).position == placed.position + 1
        with pytest.raises(InputError, match=f"Entry {placed.position} of the log is this very"):
            pen.commit(first)
    bench.require_sound()


def test_a_clock_set_back_does_not_bring_an_ended_right_back(bench: Bench) -> None:
    now = bench.clock.now
    bench.clock.now = now.replace(year=2028)
    with bench.pen() as pen:
        answer(pen, "impact", "low", "Nobody is judged by a note.")
    bench.clock.now = now
    with pytest.raises(PolicyRefusal, match=r"'train' may not run") as refused:
        bench.run(train_seed=8)
    assert "rights-not-expired" in refused.value.reasons[0]
