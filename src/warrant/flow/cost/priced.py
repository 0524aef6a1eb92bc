"""An estimate of time, joined with a machine's price and power."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from warrant.backends.prices import ACCELERATORS
from warrant.stages.train.estimates import Estimate, Machine, Range

if TYPE_CHECKING:
    from warrant.backends.prices import Offer

WIDEST = 2.5
"""A high figure is at most so many times the low one: a wider range would decide nothing."""

SETUP_S = Range(240, 360, 600)
"""Billed seconds in which a rented machine starts, installs and loads; 0 on one's own."""

CORE_W = Range(8, 15, 30)
"""Power of one busy core with its share of the machine. Assumed: no meter is read."""

HOST_W = 100.0
"""Power of a machine around a graphics processor. Assumed."""

LOAD = Range(0.5, 0.75, 1.0)
"""Share of its greatest power that a busy graphics processor draws. Assumed."""

GIB = float(1 << 30)


@dataclass(frozen=True)
class Costed:
    """What training takes on one machine."""

    where: str
    """Cloud and machine; `this machine`."""
    usd_per_hour: float
    """Its price."""
    seconds: Range
    """Of training alone."""
    billed_seconds: Range
    """With the start of a rented machine."""
    usd: Range
    """Of the billed time."""
    watt_hours: Range
    """Of the billed time."""
    peak_bytes: Range
    """Most memory at one time: of the card where one is used, else of the machine."""
    basis: str
    """What time and energy rest on."""
    region: str = ""
    """Where a rented machine stands."""
    source: str = ""
    """Where its price is from."""
    noted_on: str = ""
    """Day on which its price was noted, YYYY-MM-DD."""


def machine_of(offer: Offer, here: Machine) -> Machine:
    """Describe a rented machine to a training backend.

    Args:
        offer: what is rented.
        here: this machine, whose processor stands for a rented one's.

    Returns:
        A machine; of a card, `flops` times `bf16_gain` is what its data sheet says for 16 bits.
    """
    cores, memory = max(1, int(offer.vcpus)), int(offer.memory_gib * GIB) or None
    if not offer.gpus:
        return replace(here, name=offer.machine, cores=cores, memory_bytes=memory)
    known = ACCELERATORS.get(offer.gpu)
    flops = 1e12 * (known.tflops if known else offer.gpu_gib * 3) / 2
    device = int(offer.gpu_gib * GIB) or None
    return Machine("cuda", offer.gpu, cores, memory, device, flops, 2.0)


def at_most(figure: Range, widest: float = WIDEST) -> Range:
    """Narrow a range that is too wide to decide anything, around its expected value.

    Args:
        figure: any.
        widest: how many times the low value the high one may be.

    Returns:
        The range itself, where it is narrow enough.

    Law: the high value is at most `widest` times the low one, and the expected one stays.
    """
    if figure.high <= widest * figure.low:
        return figure
    root = widest**0.5
    low = max(figure.low, figure.expected / root)
    high = min(figure.high, figure.expected * root, low * widest)
    return Range(low, figure.expected, max(high, figure.expected))


def cost_here(estimate: Estimate, usd_per_hour: float) -> Costed:
    """Price an estimate on this machine.

    Args:
        estimate: of the backend, for this machine.
        usd_per_hour: as the recipe says; 0 for one's own.

    Returns:
        Time, dollars and energy.
    """
    seconds = at_most(estimate.seconds)
    return Costed(
        where="this machine",
        usd_per_hour=usd_per_hour,
        seconds=seconds,
        billed_seconds=seconds,
        usd=at_most(seconds.times(usd_per_hour / 3600)),
        watt_hours=energy_of(seconds, ""),
        peak_bytes=at_most(estimate.peak_bytes),
        basis=f"{estimate.basis}; {energy_basis('')}",
    )


def cost_there(estimate: Estimate, offer: Offer, *, spot: bool = False) -> Costed:
    """Price an estimate on a rented machine.

    Args:
        estimate: of the backend, for that machine.
        offer: what is rented, with a price.
        spot: True for the price of a machine that may be taken away.

    Returns:
        Time, dollars and energy.
    """
    seconds = at_most(estimate.seconds)
    billed = at_most(
        Range(
            seconds.low + SETUP_S.low,
            seconds.expected + SETUP_S.expected,
            seconds.high + SETUP_S.high,
        )
    )
    price = offer.price(spot=spot) or 0.0
    return Costed(
        where=f"{offer.cloud} {offer.machine}",
        usd_per_hour=price,
        seconds=seconds,
        billed_seconds=billed,
        usd=at_most(billed.times(price / 3600)),
        watt_hours=energy_of(billed, offer.gpu, max(1, offer.gpus)),
        peak_bytes=at_most(estimate.peak_bytes),
        basis=f"{estimate.basis}; 4 to 10 minutes until a rented machine trains; "
        f"{energy_basis(offer.gpu)}",
        region=offer.region,
        source=offer.source,
        noted_on=offer.noted_on,
    )


def energy_of(seconds: Range, gpu: str, gpus: int = 1) -> Range:
    """Estimate the energy of some work.

    Args:
        seconds: how long it takes.
        gpu: kind of graphics processor; empty for one core of a processor.
        gpus: how many of them.

    Returns:
        Watt-hours.
    """
    if not gpu:
        watts = CORE_W
    else:
        most = ACCELERATORS[gpu].watts if gpu in ACCELERATORS else 400
        watts = Range(*(HOST_W + gpus * most * share for share in (LOAD.low, LOAD.expected, 1.0)))
    return Range(
        seconds.low * watts.low / 3600,
        seconds.expected * watts.expected / 3600,
        seconds.high * watts.high / 3600,
    )


def energy_basis(gpu: str) -> str:
    """Say what an energy estimate rests on."""
    if not gpu:
        return "energy: 8 to 30 W for one busy core with its share of the machine, assumed"
    return "energy: 50 to 100 % of the card's greatest power and 100 W around it, assumed"
