from __future__ import annotations

import pytest

from warrant.backends.prices import read_book
from warrant.flow.cost.serving import HOURS, monthly, verdict

OFFERS = read_book().offers


def test_four_ways_are_priced_beside_training() -> None:
    lines = monthly(OFFERS, 2.0, 100.0, 100_000)
    assert [one.way for one in lines] == [
        "always on, processor",
        "always on, card",
        "a batch a day",
        "scale to zero",
    ]
    for one in lines:
        assert one.total_usd == pytest.approx((one.serving_usd or 0) + 2.0)
        assert one.fits == ((one.total_usd or 0) <= 100.0)
    assert lines[0].hours == lines[1].hours == HOURS


def test_nothing_is_billed_for_more_hours_than_a_month_has() -> None:
    busy = int(HOURS * 3600 / 0.02)  # answers of one machine that never rests
    assert max(one.hours for one in monthly(OFFERS, 0.0, None, busy)) == HOURS


def test_more_answers_than_one_machine_gives_take_more_machines() -> None:
    lines = monthly(OFFERS, 0.0, 100.0, 10**9)
    assert lines[0].hours == 8 * HOURS
    assert lines[0].basis == "8 machines, 730 hours each"
    for one in lines:
        assert 10**9 * 0.02 / 3600 <= one.hours <= 8 * HOURS
        assert not one.fits


def test_without_a_ceiling_nothing_is_said_of_it() -> None:
    assert {one.fits for one in monthly(OFFERS, 0.0, None, 10)} == {None}


def test_without_a_machine_that_fits_no_figure_is_made_up() -> None:
    lines = monthly([], 1.0, 10.0, 10)
    assert {one.total_usd for one in lines} == {None}
    assert verdict(lines, 1.0) == "No machine in the price file fits serving."


def test_it_says_first_what_decides() -> None:
    lines = monthly(OFFERS, 2.0, None, 10)
    assert verdict(lines, 2.0).startswith("Serving decides the bill, not training: one training ")
    assert "under one cent" in verdict(lines, 0.001)
    assert "here training is the larger part" in verdict(lines, 900.0)
