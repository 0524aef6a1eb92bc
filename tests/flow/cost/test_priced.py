from __future__ import annotations

import pytest

from warrant.backends.prices import Offer
from warrant.flow.cost.priced import at_most, cost_here, cost_there, energy_of, machine_of
from warrant.stages.train import Estimate, Machine, Range

HERE = Machine("cpu", "own", 2, 8 << 30, None, 6e10, None)
ESTIMATE = Estimate(
    Range(1000, 1000, 1000),
    Range(1, 3, 3),
    Range(1 << 29, 1 << 30, 1 << 30),
    Range(1800, 3600, 4500),
    "counted",
)
CARD = Offer("x", "one", "A100", 1, 40.0, 8, 64.0, 1.5, 0.5, "here", "2026-01-31", "test")


def test_an_hour_costs_the_price_of_an_hour() -> None:
    found = cost_here(ESTIMATE, 1.39)
    assert found.usd.expected == pytest.approx(1.39)
    assert found.where == "this machine"
    assert "counted" in found.basis
    assert "assumed" in found.basis


def test_ones_own_machine_costs_nothing_but_energy() -> None:
    found = cost_here(ESTIMATE, 0)
    assert found.usd == Range(0, 0, 0)
    assert found.watt_hours.expected == pytest.approx(15)


def test_a_rented_machine_is_billed_while_it_starts() -> None:
    found = cost_there(ESTIMATE, CARD)
    assert found.billed_seconds.expected == 3600 + 360
    assert found.usd.expected == pytest.approx(1.5 * 3960 / 3600)
    assert found.usd.high <= 2.5 * found.usd.low
    assert (found.where, found.region, found.noted_on) == ("x one", "here", "2026-01-31")
    assert cost_there(ESTIMATE, CARD, spot=True).usd_per_hour == 0.5


def test_a_card_is_described_by_its_data_sheet() -> None:
    found = machine_of(CARD, HERE)
    assert found.device == "cuda"
    assert found.flops * (found.bf16_gain or 0) == 312e12
    assert found.device_memory_bytes == 40 << 30


def test_the_processor_of_a_rented_machine_is_taken_to_be_like_this_one() -> None:
    plain = CARD._replace(gpu="", gpus=0, gpu_gib=0.0)
    found = machine_of(plain, HERE)
    assert (found.device, found.flops, found.cores) == ("cpu", HERE.flops, 8)


def test_more_cards_draw_more_power() -> None:
    hour = Range(3600, 3600, 3600)
    assert energy_of(hour, "A100", 2).high == pytest.approx(900)
    assert energy_of(hour, "A100").expected == pytest.approx(400)


def test_a_wide_range_is_narrowed_around_what_is_expected() -> None:
    found = at_most(Range(1, 10, 100))
    assert found.high <= 2.5 * found.low
    assert found.expected == 10
