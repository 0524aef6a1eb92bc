"""What a run of the tier `causal` will take: arithmetic over speed, weights and activations.

A frozen base needs the way forward and the gradient of its inputs, 4 operations per weight and
token; with all weights learnt it is 6; layers computed twice add 2.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from warrant.stages.train.causal.memory import (
    Shape,
    fixed_bytes,
    layers_to_recompute,
    must_shard,
    peak_bytes,
)
from warrant.stages.train.estimates import Estimate, Range, probe_machine

if TYPE_CHECKING:
    from warrant.stages.train.causal.config import CausalConfig
    from warrant.stages.train.estimates import Machine, Stats

LOADING_S = 12.0
"""Libraries and weights, before the first update."""

SHARE_OF_CPU, SHARE_OF_CARD = 0.25, 0.45
"""Of the speed of large products of matrices that training reaches."""

CARD_FLOPS = 150e12
"""Of a card whose speed nobody has measured, bfloat16."""

AROUND = 1.55
"""Low and high lie this factor from what is expected."""

SHARE_TOGETHER = 0.85
"""Of the speed of several cards that is left when they wait for one another. Assumed."""

REHEARSED = 1.5
"""The same, where real updates were timed."""


def probe_device() -> Machine:
    """Look at the processor, and at the card where there is one.

    Returns:
        The machine.
    """
    machine = probe_machine()
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return machine
    return replace(
        machine,
        device="cuda",
        name=str(torch.cuda.get_device_name()),
        device_memory_bytes=int(torch.cuda.get_device_properties(0).total_memory),
    )


def estimate_run(
    config: CausalConfig, shape: Shape, stats: Stats, machine: Machine, processes: int = 1
) -> Estimate:
    """Say what a run will take.

    Cards share out the arithmetic of several processes; a processor does the same work for all of
    them, and holds what each of them holds.

    Args:
        config: of the tier.
        shape: of the base model.
        stats: of the training rows.
        machine: that would run it; of a card each process has one.
        processes: that train together.

    Returns:
        The estimate; memory is of one card, or of the machine.
    """
    tokens = stats.tokens * config.epochs
    sequences = stats.rows
    if config.packing:
        sequences = min(stats.rows, math.ceil(1.04 * stats.tokens / max(1, config.length)))
    steps = config.epochs * math.ceil(max(1, sequences) / max(1, config.batch))
    room = machine.device_memory_bytes or machine.memory_bytes
    at_once = min(config.length, max(1, stats.tokens)) * (config.micro_batch or 1)
    twice = layers_to_recompute(shape, config, at_once, room)
    per_weight = (6 if config.method == "full" else 4) + 2 * twice / max(1, shape.layers)
    per_token = per_weight * shape.parameters + 8 * stats.longest * shape.hidden * shape.layers
    around, seconds = (
        AROUND,
        LOADING_S + tokens * per_token / _speed(config, machine) + 0.01 * steps,
    )
    basis = f"{per_weight:g} operations per weight and token of {shape.parameters} weights, at the "
    basis += "part of this machine's speed that training usually reaches"
    if stats.pace is not None and stats.pace.fits(machine):
        pace = stats.pace
        learning = tokens * pace.seconds_per_token * pace.flops / machine.flops
        around, seconds = REHEARSED, 1.3 * pace.seconds_before + 1.1 * learning
        basis = f"{pace.updates} real updates of the base on this machine, on rows of these texts"
    on_card = machine.device == "cuda"
    each = room if on_card or room is None else room // processes
    peak = 0.5e9 + peak_bytes(shape, config, at_once, recompute=twice > 0)
    if must_shard(shape, config, processes, each):
        peak -= fixed_bytes(shape, config) * (1 - 1 / processes)
    if processes > 1:
        basis += f"; {processes} processes together"
        seconds /= processes * SHARE_TOGETHER if on_card else 1
        peak *= 1 if on_card else processes
    return Estimate(
        tokens=Range(tokens, tokens, tokens),
        steps=Range(max(1, steps - steps // 20), steps, steps + max(1, steps // 10)),
        peak_bytes=Range(peak * 0.7, peak, peak * 1.4),
        seconds=Range(seconds / around, seconds, seconds * around),
        basis=basis,
    )


def _speed(config: CausalConfig, machine: Machine) -> float:
    if machine.device == "cuda":
        return CARD_FLOPS * SHARE_OF_CARD
    gain = machine.bf16_gain if config.precision == "bfloat16" and machine.bf16_gain else 1.0
    return max(1e6, machine.flops * machine.cores * SHARE_OF_CPU * gain)
