from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.flow.bench import Bench, recipe_text
from tests.stages.train import tiny
from warrant.backends.prices import Offer
from warrant.errors import InputError
from warrant.flow.cost import current_book, plan_cost, refresh_prices
from warrant.flow.cost.plan import _findings, _rented
from warrant.flow.recipe import parse_recipe
from warrant.models.examples import Examples
from warrant.stages.train import BaseConfig, Finding, Machine, Stats, TrainConfig
from warrant.stages.train.builtin.linear import LinearTrainer
from warrant.stages.train.causal.trainer import CausalTrainer

BUDGET = "train: {budget: {usd: 0.001, usd_per_hour: 3600, month_usd: 50}, seed: 7}"


def test_a_recipe_that_was_run_is_priced_from_its_own_rows(bench: Bench) -> None:
    recipe = parse_recipe(re.sub("train: {seed.*}", BUDGET, recipe_text()))
    found = plan_cost(bench.root, recipe, bench.desk)
    (one,) = found.candidates
    assert one.tier == "linear"
    assert found.rows > 0
    assert found.rows_from.startswith("the division of log entry")
    assert one.here.usd.expected == pytest.approx(one.here.seconds.expected)
    assert len(one.machines) == 3
    assert list(one.machines) == sorted(one.machines, key=lambda place: place.usd.expected)
    for place in (one.here, *one.machines):
        for figure in (place.usd, place.seconds, place.peak_bytes):
            assert figure.high <= 2.5 * figure.low + 1e-9
    assert found.over_budget == ("linear",)
    assert found.month_usd == 50
    assert found.prices_digest == current_book(bench.desk).digest
    assert "check before you pay" in found.prices_warning


def test_without_rows_it_says_how_to_get_some(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "empty" / ".warrant").mkdir(parents=True)
    with pytest.raises(InputError, match="has no rows to train on yet") as caught:
        plan_cost(tmp_path / "empty", parse_recipe(recipe_text()), bench.desk)
    assert f"warrant run {tmp_path / 'empty'} --sample 500" in caught.value.do


def test_refreshed_prices_replace_those_of_the_package(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "cloudy").mkdir()
    (tmp_path / "cloudy" / "vms.csv").write_text(
        "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,SpotPrice\n"
        "small,,,4,16,0.01,here,\n,,,4,16,0.01,here,\n",
        "utf-8",
    )
    desk = bench.desk
    told = refresh_prices(desk, tmp_path)
    assert (told.offers, told.clouds, told.passed_over) == (1, ("cloudy",), 1)
    recipe = parse_recipe(recipe_text())
    found = plan_cost(bench.root, recipe, desk)
    assert [one.where for one in found.candidates[0].machines] == ["cloudy small"]
    assert found.prices_digest == told.digest
    assert found.serving[1].total_usd is None


def test_where_no_rented_machine_fits_training_costs_what_it_costs_here(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warrant.flow.cost.plan.SYSTEM_GIB", 1e9)
    recipe = parse_recipe(re.sub("train: {seed.*}", BUDGET, recipe_text()))
    found = plan_cost(bench.root, recipe, replace(bench.desk, folder=tmp_path))
    assert found.candidates[0].machines == ()
    for one in found.serving:
        here = found.candidates[0].here.usd.expected
        assert one.total_usd == pytest.approx((one.serving_usd or 0) + here)


def offer(machine: str, gpus: int, usd: float) -> Offer:
    return Offer(
        "cloudy", machine, "A100", gpus, 80.0, 8, 64.0, usd, None, "here", "2026-01-01", ""
    )


@pytest.mark.torch
def test_what_training_would_refuse_is_found_before_it_is_paid_for(tmp_path: Path) -> None:
    base = tiny.write_base(tmp_path / "base")
    asked = replace(tiny.config(base), base=BaseConfig(base.name, root=base.parent))
    (found,) = _findings(tiny.rows(6), asked, is_sample=False)
    assert (found.severity, found.code) == ("error", "base-without-licence")


def test_a_sample_says_nothing_about_the_number_of_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Finding("warning", "5 updates at most.", "Write epochs: 9", "few-updates")
    cut = Finding("warning", "3 rows are longer.", "Write a larger length", "text-cut")
    monkeypatch.setattr(LinearTrainer, "preflight", lambda *_: [few, cut])
    config = TrainConfig("notes", "kind")
    assert _findings(Examples({}, []), config, is_sample=False) == (few, cut)
    assert _findings(Examples({}, []), config, is_sample=True) == (cut,)


@pytest.mark.torch
def test_several_cards_cost_several_times_as_much_an_hour(tmp_path: Path) -> None:
    asked = tiny.config(tiny.write_base(tmp_path / "base"))
    trainer = CausalTrainer()
    stats = Stats(rows=400_000, tokens=10**12, longest=200, characters=10**12)
    here = Machine("cpu", "here", 2, 8 << 30, None, 1e11, 1.0)
    offers = [offer("one", 1, 1.0), offer("two", 2, 2.2), offer("four", 4, 4.0)]
    (alone,) = [
        one for one in _rented(trainer, asked, stats, here, offers) if one.where == "cloudy one"
    ]
    found = _rented(trainer, replace(asked, processes=2), stats, here, offers)
    assert {one.where: one.usd_per_hour for one in found} == {
        "cloudy 2 x one": 2.0,
        "cloudy two": 2.2,
        "cloudy four": 4.0,
    }
    assert found[0].seconds.expected < alone.seconds.expected < 2 * found[0].seconds.expected
    assert alone.usd.expected < found[0].usd.expected  # they wait for one another
    assert "2 processes together" in found[0].basis


@pytest.mark.torch
def test_processes_of_one_processor_hold_as_much_each(tmp_path: Path) -> None:
    asked = tiny.config(tiny.write_base(tmp_path / "base"))
    trainer = CausalTrainer()
    stats = Stats(rows=40, tokens=4000, longest=200, characters=9000)
    here = Machine("cpu", "here", 2, 8 << 30, None, 1e11, 1.0)
    one = trainer.estimate(asked, stats, here)
    two = trainer.estimate(replace(asked, processes=2), stats, here)
    assert two.peak_bytes.expected == 2 * one.peak_bytes.expected
    assert two.seconds == one.seconds
