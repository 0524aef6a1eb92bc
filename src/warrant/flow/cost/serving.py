"""A month of serving beside training: four ways to answer, each with its bill."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from warrant.backends.prices import Needs, cheapest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.backends.prices import Offer

HOURS = 730.0
"""Of a month."""
DAYS = 30
"""Of a month."""

CPU = Needs(memory_gib=4, vcpus=2)
"""What serving asks of a machine without a card."""
GPU = Needs(gpus=1, gpu_gib=16)
"""What it asks of one with a card."""

ANSWER_S = 0.02
"""Of a processor for one answer. Assumed; `warrant predict` shows the true figure."""
START_S = 360.0
"""Until a rented machine answers."""
WAKE_S, IDLE_S = 60.0, 300.0
"""Until a sleeping service answers, and until it sleeps again."""
WAKES_A_DAY = 12
"""At most so often a service wakes: then it stays awake."""
PREMIUM = 2.0
"""What an hour of a service that sleeps costs, beside an hour of the same machine. Assumed."""


@dataclass(frozen=True)
class ServingLine:
    """One way to answer for a month."""

    way: str
    """In words."""
    machine: str
    """What is rented; empty where no machine in the price file fits."""
    hours: float
    """Billed in a month, of all machines together: one that is always busy answers no more."""
    serving_usd: float | None
    """A month; None where no machine fits."""
    total_usd: float | None
    """With training, once a month."""
    fits: bool | None
    """Whether it stays under the ceiling; None: there is none, or no price."""
    basis: str
    """What the figure rests on."""


def monthly(
    offers: Sequence[Offer], training_usd: float, ceiling_usd: float | None, requests: int
) -> list[ServingLine]:
    """Price a month of each way to serve.

    Args:
        offers: what can be rented.
        training_usd: of one training, done once a month.
        ceiling_usd: what a month may cost; None: nobody said.
        requests: answers a month.

    Returns:
        Always on without and with a card, a batch a day, and a service that sleeps.
    """
    busy = requests * ANSWER_S / 3600
    machines = max(1, ceil(busy / HOURS))
    always = "730 hours" if machines == 1 else f"{machines:,} machines, 730 hours each"
    wakes = min(requests, DAYS * WAKES_A_DAY)
    ways = (
        ("always on, processor", CPU, machines * HOURS, 1.0, always),
        ("always on, card", GPU, machines * HOURS, 1.0, always),
        (
            "a batch a day",
            CPU,
            DAYS * START_S / 3600 + busy,
            1.0,
            f"30 starts of 6 minutes and {requests:,} answers of {ANSWER_S:g} s",
        ),
        (
            "scale to zero",
            CPU,
            wakes * (WAKE_S + IDLE_S) / 3600 + busy,
            PREMIUM,
            f"{wakes:,} wakes of 6 minutes and {requests:,} answers of {ANSWER_S:g} s, at twice "
            "the price of the machine",
        ),
    )
    lines = []
    for way, needs, hours, times, basis in ways:
        found = cheapest(offers, needs)
        price = found[0].usd_per_hour if found else None
        billed = min(hours, machines * HOURS)
        serving = None if price is None else billed * price * times
        total = None if serving is None else serving + training_usd
        fits = None if total is None or ceiling_usd is None else total <= ceiling_usd
        machine = f"{found[0].cloud} {found[0].machine}" if found else ""
        lines.append(ServingLine(way, machine, billed, serving, total, fits, basis))
    return lines


def verdict(lines: Sequence[ServingLine], training_usd: float) -> str:
    """Say in one sentence what decides the bill.

    Args:
        lines: of `monthly`.
        training_usd: of one training.

    Returns:
        A sentence.
    """
    always = next((one for one in lines if one.serving_usd is not None), None)
    if always is None or always.serving_usd is None:
        return "No machine in the price file fits serving."
    what = (
        f"one training {_about(training_usd)}, an always-on machine without a card "
        f"${always.serving_usd:,.2f} a month"
    )
    if always.serving_usd >= training_usd:
        return f"Serving decides the bill, not training: {what}."
    return f"Serving decides most bills; here training is the larger part: {what}."


def _about(usd: float) -> str:
    return f"about ${usd:,.2f}" if usd >= 0.01 else "under one cent"
