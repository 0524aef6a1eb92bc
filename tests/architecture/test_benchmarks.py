"""The page of results: each section is replaced alone and says when it was measured."""

from __future__ import annotations

from importlib import import_module

import pytest

from benchmarks.measure import HERE
from benchmarks.page import merge_page
from benchmarks.races import APART, BUDGET_S, RACES
from benchmarks.races.large import lines_of

TABLE = """
- Measured: {day} 10:00 UTC, 3 rounds

| what | goal | reached | met | ours, CPU s | peak | peer, CPU s | peak |
| --- | --- | --- | --- | --- | --- | --- | --- |
| {what} | 3 times cheaper | 2.00 times | {met} | 1 (1–1) | 9 MB | 2 (2–2) | 9 MB |
"""


def section(heading: str, day: str, what: str, met: str) -> str:
    return f"## {heading}\n" + TABLE.format(day=day, what=what, met=met)


def test_a_section_measured_again_replaces_itself_alone() -> None:
    order = ["Store", "Model"]
    page = merge_page("", section("Model", "2026-11-01", "sign", "yes"), order)
    page = merge_page(page, section("Store", "2026-11-02", "add", "**no**"), order)
    assert page.index("## Store") < page.index("## Model")
    assert "1 of 2 goals met.\n\nMissed:\n\n- add\n" in page
    again = merge_page(page, section("Store", "2026-11-03", "add", "at its least"), order)
    assert "2026-11-02" not in again
    assert "2026-11-01" in again
    assert "Missed by the median, met by the least:\n\n- add\n" in again


def test_a_section_of_no_race_goes() -> None:
    page = merge_page("", section("Old", "2026-11-01", "sign", "yes"), ["Old"])
    assert "Old" not in merge_page(page, section("New", "2026-11-02", "add", "yes"), ["New"])


def test_every_race_can_be_run_alone_and_has_its_place_on_the_page() -> None:
    races = [import_module(f"benchmarks.races.{name}") for name in RACES]
    files = {path.stem for path in (HERE / "benchmarks" / "races").glob("[!_]*.py")}
    assert files == set(RACES)
    headings = [race.HEADING for race in races]
    assert len(set(headings)) == len(RACES)
    assert all(race.REMARKS and callable(race.race) for race in races)
    page = (HERE / "benchmarks" / "RESULTS.md").read_text("utf-8")
    found = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert found == ["Goals", *(one for one in headings if one in found)]
    assert page.count("\n- Measured: ") == len(found) - 1


def test_what_takes_long_is_raced_only_when_it_is_named() -> None:
    assert set(APART) < set(RACES)


def test_a_large_run_is_told_as_a_whole_and_by_stage() -> None:
    stages: list[dict[str, float | str]] = [
        {"stage": "ingest", "wall_s": 9.0, "cpu_s": 10.0, "peak_mb": 700.0},
        {"stage": "curate", "wall_s": 9.0, "cpu_s": 50.0, "peak_mb": 2100.0},
    ]
    whole, ingest, curate = lines_of("a run", 1_000_000_000, stages)
    assert (whole.reached, whole.met) == ("2,100 MB", False)
    assert ingest.reached == "100.0 MB of the library per CPU s"
    assert curate.reached == "20.0 MB of the library per CPU s"


def test_all_races_together_may_take_fifteen_minutes() -> None:
    assert sum(BUDGET_S.values()) <= 15 * 60
    assert [*BUDGET_S] == [one for one in RACES if one not in APART]


def test_a_race_without_what_it_needs_runs_only_when_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from benchmarks.races import encoder, prices

    monkeypatch.delenv(prices.VARIABLE, raising=False)
    assert prices.absent() == prices.VARIABLE
    monkeypatch.setenv(prices.VARIABLE, "/opt/sky/bin/python")
    assert prices.absent() == ""
    monkeypatch.setattr(encoder, "find_spec", lambda name: None if name == "torch" else name)
    assert encoder.absent() == "torch"
