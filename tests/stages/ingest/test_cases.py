"""Cases from event logs: what was known before the answer was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.desk import make_desk
from tests.stages.ingest.test_ingest import put
from warrant.engine import read_dataset, read_ledger
from warrant.engine.columns import MEMBERS, ROW_ID
from warrant.errors import InputError
from warrant.records.interfaces import Desk, StageResult
from warrant.stages import ingest
from warrant.stages.ingest import IngestConfig, RowsConfig, SourceConfig
from warrant.stages.ingest.cases import instant_of

CLAIMS = """claim,ts,what,amount,decided,outcome
C1,2025-01-02,opened,100,,
C1,2025-03-01,letter,,,
C1,2025-03-05,decided,900,2025-03-05,paid
C1,2025-03-09,appeal,7,,
C1,2024-01-01,older,1,,
C2,2025-02-01,opened,50,2025-02-01,refused
C3,2025-02-02,opened,60,,
,2025-02-02,lost,60,,
C1,,undated,60,,
"""
CASE = RowsConfig(
    one_per="claim", order_by="ts", label_at="decided", window_hours=180 * 24, labels=("outcome",)
)


def run(
    folder: Path, files: dict[str, str], config: RowsConfig = CASE, sample: int | None = None
) -> tuple[Desk, StageResult]:
    put(folder / "in", dict(files))
    desk = make_desk(folder)
    return desk, ingest.run(
        {}, IngestConfig((SourceConfig("in"),), folder, rows=config, sample=sample), desk
    )


def rows(desk: Desk, result: StageResult) -> list[dict[str, Any]]:
    batches = read_dataset(desk.store, result.outputs["documents"])
    return [row for batch in batches for row in batch.to_pylist()]


def test_a_case_is_made_of_the_events_before_its_answer(tmp_path: Path) -> None:
    desk, result = run(tmp_path, {"claims.csv": CLAIMS})
    (case,) = rows(desk, result)
    assert (case["path"], case["outcome"], case["amount"], case["what"]) == (
        "claims.csv/C1",
        "paid",
        100,
        "letter",
    )
    assert case["case_events"] == ["claims.csv, record 1", "claims.csv, record 2"]
    assert case["text"].splitlines() == [
        "ts: 2025-01-02; what: opened; amount: 100",
        "ts: 2025-03-01; what: letter",
    ]
    assert len(case[MEMBERS]) == 3
    lines = read_ledger(desk.store, result.outputs["ledger"])
    assert [(one.position, one.code) for one in lines.decisions()] == [
        (2, "event_after_answer"),
        (3, "event_after_answer"),
        (4, "event_outside_window"),
        (5, "event_after_answer"),
        (6, "case_without_answer_time"),
        (7, "event_without_case"),
        (8, "event_without_time"),
    ]
    assert (lines.header.input_rows, lines.header.kept) == (9, 2)
    assert result.claim.counts["rows"] == 1
    assert "unread" in result.outputs


def test_answers_of_two_times_are_no_answer(tmp_path: Path) -> None:
    text = CLAIMS + "C2,2025-01-01,again,1,2025-02-09,paid\n"
    desk, result = run(tmp_path, {"claims.csv": text})
    assert [row["path"] for row in rows(desk, result)] == ["claims.csv/C1"]


def test_instants_count_to_the_second_and_text_is_the_event(tmp_path: Path) -> None:
    text = (
        '{"case": 1, "at": "2025-03-05T11:59:59Z", "text": "in", "until": "2025-03-05T12:00:00Z"}\n'
        '{"case": 1, "at": "2025-03-05T13:00:00+01:00", "text": "out", "until": null}\n'
    )
    config = RowsConfig(one_per="case", order_by="at", label_at="until")
    desk, result = run(tmp_path, {"log.jsonl": text}, config)
    (case,) = rows(desk, result)
    assert (case["text"], case["path"]) == ("in", "log.jsonl/1")


def test_a_case_is_named_by_source_value_and_instant(tmp_path: Path) -> None:
    one = rows(*run(tmp_path / "a", {"claims.csv": CLAIMS}))
    more = CLAIMS + "C0,2025-01-01,opened,1,2025-01-09,paid\n"
    other = rows(*run(tmp_path / "b", {"claims.csv": more}))
    assert [row["path"] for row in other] == ["claims.csv/C0", "claims.csv/C1"]
    assert other[1][ROW_ID] == one[0][ROW_ID]


def test_an_erased_case_and_an_erased_event_do_not_come_back(tmp_path: Path) -> None:
    desk, result = run(tmp_path / "a", {"claims.csv": CLAIMS})
    leading, first, _ = rows(desk, result)[0][MEMBERS]
    put(tmp_path / "b" / "in", {"claims.csv": CLAIMS})
    for gone, left, code in ((leading, 0, "case_erased"), (first, 1, "erased")):
        place = tmp_path / f"c{left}"
        place.mkdir()
        again = make_desk(place, (gone,))
        config = IngestConfig((SourceConfig("in"),), tmp_path / "b", rows=CASE)
        found = ingest.run({}, config, again)
        assert len(rows(again, found)) == left
        lines = read_ledger(again.store, found.outputs["ledger"]).decisions()
        assert code in {line.code for line in lines}


@pytest.mark.parametrize(
    ("ruled", "answered", "enters"),
    [
        ("2025-03-05", "2025-03-05T10:00:00Z", False),
        ("2025-03-04", "2025-03-05T10:00:00Z", True),
        ("2025-03-05T09:59:00Z", "2025-03-05T10:00:00Z", True),
        ("0001-01-02", "0001-01-03", True),
        ("9999-12-31", "2025-03-05", False),
    ],
)
def test_a_day_without_a_time_enters_only_when_it_was_over(
    tmp_path: Path, ruled: str, answered: str, enters: bool
) -> None:
    claims = (
        f"claim,ts,what,decided,outcome\nC1,0001-01-01,opened,,\nC1,{ruled},ruled,{answered},x\n"
    )
    desk, result = run(tmp_path, {"claims.csv": claims}, replace(CASE, window_hours=None))
    (case,) = rows(desk, result)
    assert ("ruled" in case["text"]) is enters


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:00:00-05:00", "soon"])
def test_an_instant_beyond_the_calendar_is_none(text: str) -> None:
    assert instant_of(text) is None


def test_a_window_may_reach_before_the_first_day_of_all(tmp_path: Path) -> None:
    claims = "claim,ts,decided,outcome\nC1,0001-01-01,0001-01-03,paid\n"
    desk, result = run(tmp_path, {"claims.csv": claims})
    assert len(rows(desk, result)) == 1


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    config = RowsConfig(one_per="claim", order_by="when", label_at="decided")
    with pytest.raises(InputError, match="no column 'when', which 'order_by' names; they have: pa"):
        run(tmp_path / "a", {"claims.csv": CLAIMS}, config)
    with pytest.raises(InputError, match="A sample of an event log would cut its cases apart"):
        run(tmp_path / "b", {"claims.csv": CLAIMS}, sample=3)
