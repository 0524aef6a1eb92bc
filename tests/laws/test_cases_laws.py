"""What cases of event logs promise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.test_stage_laws import FEW
from tests.stages.ingest.test_cases import rows, run
from warrant.stages.ingest import RowsConfig

START = datetime(2025, 1, 1, tzinfo=UTC)
WINDOW = 48
EVENTS = st.lists(
    st.tuples(st.sampled_from(["A", "B"]), st.integers(-60, 60), st.integers(0, 9)), max_size=12
)


def stamp(hours: int) -> str:
    return (START + timedelta(hours=hours)).isoformat()


def cases(events: list[tuple[str, int, int]], answers: dict[str, int]) -> list[dict[str, Any]]:
    """Make cases of a log whose last events say when each case was answered."""
    lines = [f"{case},{stamp(hours)},{what},," for case, hours, what in events]
    lines += [f"{case},{stamp(at)},end,{stamp(at)},yes" for case, at in answers.items()]
    text = "\n".join(["case,ts,what,known,outcome", *lines, ""])
    config = RowsConfig(
        one_per="case", order_by="ts", label_at="known", window_hours=WINDOW, labels=("outcome",)
    )
    with TemporaryDirectory() as folder:
        found = rows(*run(Path(folder), {"log.csv": text}, config))
    return [
        {name: row[name] for name in ("path", "text", "what", "outcome", "case_events")}
        for row in found
    ]


@FEW
@given(EVENTS, st.integers(-30, 30), st.integers(-30, 30), st.randoms(use_true_random=False))
def test_only_events_before_the_answer_enter(
    events: list[tuple[str, int, int]], one: int, other: int, chance: Random
) -> None:
    """Law of `stages.ingest.cases`: no event at or after `label_at` enters a case, and ...

    Law of `stages.ingest.cases`: a case says the same in whatever order its events are read; ...
    """
    answers = {"A": one, "B": other}
    found = cases(events, answers)
    expected = {
        case: sorted(
            (hours, what)
            for named, hours, what in events
            if named == case and at - WINDOW <= hours < at
        )
        for case, at in answers.items()
    }
    assert [row["path"] for row in found] == [f"log.csv/{case}" for case in "AB" if expected[case]]
    for row in found:
        entered = expected[row["path"][-1]]
        assert len(row["case_events"]) == len(entered)
        times = [line.split(";")[0].removeprefix("ts: ") for line in row["text"].splitlines()]
        assert [datetime.fromisoformat(one) for one in times] == [
            START + timedelta(hours=hours) for hours, _ in entered
        ]
        assert row["outcome"] == "yes"
    again = list(events)
    chance.shuffle(again)
    without = [{**row, "case_events": None} for row in cases(again, answers)]
    assert without == [{**row, "case_events": None} for row in found]
