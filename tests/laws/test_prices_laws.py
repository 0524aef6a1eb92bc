from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from warrant.backends.prices import Needs, Offer, cheapest, fitting, read_book, write_book

amounts = st.floats(0, 512, allow_nan=False).map(lambda value: float(format(value, ".4g")))
prices = st.none() | amounts
names = st.sampled_from(["a", "b", "c,d", 'e"f'])


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    count = draw(st.integers(0, 2))
    return Offer(
        draw(names),
        draw(names),
        "A100" if count else "",
        count,
        draw(amounts) if count else 0.0,
        draw(amounts),
        draw(amounts),
        draw(prices),
        draw(prices),
        draw(names),
        "2026-01-31",
        "drawn",
    )


needs = st.builds(
    Needs,
    memory_gib=amounts,
    vcpus=amounts,
    gpus=st.integers(0, 2),
    gpu_gib=amounts,
    spot=st.booleans(),
)


@given(st.lists(offers(), max_size=12), needs, st.randoms())
def test_the_choice_is_the_least_price_in_any_order(
    drawn: list[Offer], needs: Needs, random: Random
) -> None:
    """Law of `backends.prices.choose`: the order of the offers makes no difference, and no ..."""
    found = cheapest(drawn, needs, most=3)
    mixed = list(drawn)
    random.shuffle(mixed)
    again = cheapest(mixed, needs, most=3)
    assert [(one.cloud, one.machine, one.price(spot=needs.spot)) for one in found] == [
        (one.cloud, one.machine, one.price(spot=needs.spot)) for one in again
    ]
    fit = [one.price(spot=needs.spot) for one in fitting(drawn, needs)]
    assert [one.price(spot=needs.spot) for one in found[:1]] == ([min(fit)] if fit else [])


@given(st.lists(offers(), min_size=1, max_size=5))
def test_a_price_file_is_read_as_it_was_written(drawn: list[Offer]) -> None:
    """Law of `backends.prices.book`: what was written is read as it was."""
    with TemporaryDirectory() as folder:
        book = write_book(Path(folder) / "prices.csv", drawn, "Drawn.")
        assert list(book.offers) == drawn
        assert read_book(Path(folder) / "prices.csv") == book
