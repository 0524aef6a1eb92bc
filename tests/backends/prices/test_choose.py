from __future__ import annotations

from warrant.backends.prices import ACCELERATORS, OURS, Needs, cheapest, read_book


def named(needs: Needs, most: int = 1) -> list[str]:
    return [one.machine for one in cheapest(read_book(OURS).offers, needs, most)]


def test_a_job_without_a_gpu_gets_no_machine_with_one() -> None:
    found = cheapest(read_book(OURS).offers, Needs(memory_gib=8, vcpus=4), most=100)
    assert found
    assert not any(one.gpus for one in found)
    assert found[0].machine == "CPU.4V.16G"


def test_memory_of_the_gpu_decides() -> None:
    (small,) = cheapest(read_book(OURS).offers, Needs(gpus=1, gpu_gib=20))
    (large,) = cheapest(read_book(OURS).offers, Needs(gpus=1, gpu_gib=90))
    assert small.gpu_gib >= 20
    assert large.gpu_gib >= 90
    assert small.price() < large.price()


def test_of_named_kinds_the_cheapest_with_exactly_so_many_is_chosen() -> None:
    assert named(Needs(gpus=1, kinds=frozenset({"A6000"}))) == ["gpu_1x_a6000"]
    assert named(Needs(gpus=2, kinds=frozenset({"A6000", "H200"}))) == ["gpu_2x_a6000"]


def test_spot_prices_count_only_where_they_are_asked_for() -> None:
    (spot,) = cheapest(read_book(OURS).offers, Needs(gpus=1, gpu_gib=80, spot=True))
    assert spot.price(spot=True) == spot.spot_usd_per_hour
    assert spot.spot_usd_per_hour is not None


def test_what_nothing_fits_gets_nothing() -> None:
    assert named(Needs(gpus=64)) == []
    assert named(Needs(clouds=frozenset({"nowhere"}))) == []


def test_the_file_that_travels_with_the_package_is_dated_and_sourced() -> None:
    book = read_book(OURS)
    assert 60 <= len(book.offers) <= 100
    assert all(one.source and one.noted_on and one.price() for one in book.offers)
    assert sum(not one.gpus for one in book.offers) >= 15
    assert {one.gpu for one in book.offers if one.gpus} <= ACCELERATORS.keys()
    assert "check before you pay" in OURS.read_text("utf-8").splitlines()[0]
