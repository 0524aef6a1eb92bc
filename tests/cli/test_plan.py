from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Type
from warrant.stages.train import Finding


def test_a_plan_lists_the_steps(own: Path, typed: Type) -> None:
    done = typed("plan", own)
    assert done.code == 0
    assert "train" in done.out
    assert "Disk: about" in done.out
    assert typed("plan", own, "--json").json["steps"][0]["stage"] == "ingest"


def test_the_cost_is_told_with_its_basis_and_its_date(own: Path, typed: Type) -> None:
    done = typed("plan", own, "--cost", "--requests", 1000)
    assert done.code == 0
    words = " ".join(done.out.split())
    assert words.startswith("Serving decides the bill, not training: one training ")
    assert "this machine ($0.00/h)" in words
    assert "a month, 1,000 answers" in words
    assert "always on, processor" in words
    assert "scale to zero" in words
    assert "assumed" in words
    assert "Prices noted 2025-06-30 to 2026-11-29 (sha256:" in words
    assert "check before you pay" in words


def test_what_training_would_refuse_stands_above_the_prices(
    own: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = (Finding("error", "No licence.", "Look it up."), Finding("warning", "Cut.", "Part it."))
    monkeypatch.setattr("warrant.flow.cost.plan._findings", lambda *_, **__: seen)
    lines = typed("plan", own, "--cost").out.splitlines()
    assert lines[2:4] == [
        "Training would refuse this: No licence. Look it up.",
        "Note: Cut. Part it.",
    ]
    assert typed("plan", own, "--cost", "--json").json["findings"][0]["what"] == "No licence."


def test_machines_get_the_same_as_json(own: Path, typed: Type) -> None:
    told = typed("plan", own, "--cost", "--json").json
    (one,) = told["candidates"]
    assert one["tier"] == "linear"
    assert one["here"]["usd"] == {"low": 0, "expected": 0, "high": 0}
    assert len(one["machines"]) == 3
    assert len(told["serving"]) == 4
    assert one["here"]["watt_hours"]["high"] >= one["here"]["watt_hours"]["low"] > 0


def test_a_ceiling_is_compared(own: Path, typed: Type) -> None:
    recipe = own / "recipe.yaml"
    budget = "train: {budget: {usd: 0.000001, usd_per_hour: 3600, month_usd: 1}}\n"
    recipe.write_text(recipe.read_text("utf-8") + budget, "utf-8")
    words = " ".join(typed("plan", own, "--cost").out.split())
    assert "Ceiling of one training: $0.00. It may stop before the end: linear." in words
    assert "Ceiling of a month: $1.00. Under it: a batch a day." in words
    assert "Over it, by their high figures: " in words
    assert "over the ceiling" in words


def test_a_ceiling_of_nothing_is_held_against_rented_machines_too(own: Path, typed: Type) -> None:
    recipe = own / "recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8") + "train: {budget: {usd: 0}}\n", "utf-8")
    done = typed("plan", own, "--cost")
    words = " ".join(done.out.split())
    assert (
        "Ceiling of one training: $0.00. On this machine the high figures stay under it." in words
    )
    shown = [one["where"] for one in typed("plan", own, "--cost", "--json").json["candidates"][0][
        "machines"]]  # fmt: skip
    assert f"Over it, by their high figures: {', '.join(dict.fromkeys(shown))}." in words


def test_prices_are_taken_over_from_a_catalogue(own: Path, typed: Type, tmp_path: Path) -> None:
    (tmp_path / "cat" / "cloudy").mkdir(parents=True)
    (tmp_path / "cat" / "cloudy" / "vms.csv").write_text(
        "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,SpotPrice\n"
        "small,,,4,16,0.5,here,\n",
        "utf-8",
    )
    done = typed("plan", "--refresh", "--catalogue", tmp_path / "cat")
    assert "Took over 1 prices of cloudy into" in " ".join(done.out.split())
    assert "cloudy small" in typed("plan", own, "--cost").out
    told = typed("plan", "--refresh", "--catalogue", tmp_path / "cat", "--json").json
    assert told["offers"] == 1


def test_no_catalogue_is_a_mistake_with_an_advice(
    own: Path, typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    done = typed("plan", "--refresh")
    assert done.code == 2
    assert own.exists()
    assert "There is no catalogue in" in done.err
