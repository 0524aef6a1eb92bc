"""The cheapest machine that fits: a pure function of offers and needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from warrant.backends.prices.offer import Offer


@dataclass(frozen=True)
class Needs:
    """What a job asks of a machine."""

    memory_gib: float = 0.0
    """Main memory, at least so much."""
    vcpus: float = 0.0
    """Virtual processors, at least so many."""
    gpus: int = 0
    """Graphics processors, exactly so many where kinds are named, else at least; 0 for none."""
    gpu_gib: float = 0.0
    """Memory of each of them, at least so much."""
    kinds: frozenset[str] = frozenset()
    """Kinds of graphics processors that will do; empty for any."""
    clouds: frozenset[str] = frozenset()
    """Clouds that will do; empty for any."""
    spot: bool = False
    """True for machines that may be taken away at any time."""


def fitting(offers: Iterable[Offer], needs: Needs) -> Iterator[Offer]:
    """Give the offers that fit.

    A figure that nobody says (0) fits no need of it. A job that needs no graphics processor gets
    no machine with one.

    Args:
        offers: any, in any order.
        needs: what is asked.

    Yields:
        Those that fit and have a price, in the same order.
    """
    for one in offers:
        if (
            one.price(spot=needs.spot) is not None
            and one.memory_gib >= needs.memory_gib
            and one.vcpus >= needs.vcpus
            and _has_gpus(one, needs)
            and (not needs.clouds or one.cloud in needs.clouds)
        ):
            yield one


def _has_gpus(one: Offer, needs: Needs) -> bool:
    if not needs.gpus:
        return not one.gpus
    if needs.kinds:
        return one.gpu in needs.kinds and one.gpus == needs.gpus and one.gpu_gib >= needs.gpu_gib
    return one.gpus >= needs.gpus and one.gpu_gib >= needs.gpu_gib


def cheapest(offers: Iterable[Offer], needs: Needs, most: int = 1) -> list[Offer]:
    """Choose the cheapest machines that fit.

    Args:
        offers: any, in any order.
        needs: what is asked.
        most: so many different machines, each once, in its cheapest region.

    Returns:
        The cheapest first; by cloud, machine and region where prices are equal; empty when none
        fits.

    Law: the order of the offers makes no difference, and no fitting offer is cheaper than the
    first.
    """
    best: dict[tuple[str, str], tuple[float, Offer]] = {}
    for one in fitting(offers, needs):
        price = one.price(spot=needs.spot)
        if price is None:
            continue
        place = (one.cloud, one.machine)
        if place not in best or (price, one.region) < (best[place][0], best[place][1].region):
            best[place] = (price, one)
    ranked = sorted(best.items(), key=lambda item: (item[1][0], item[0]))
    return [one for _, (_, one) in ranked[:most]]
