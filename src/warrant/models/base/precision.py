"""Whether half as many bits make this machine faster: measured, never guessed from its name.

On a processor without the instructions bf16 is emulated, and slower than float32.
"""

from __future__ import annotations

from time import process_time
from typing import Literal

from warrant.errors import MissingExtra

Precision = Literal["float32", "bfloat16"]
"""Of the arithmetic of a network."""

ENOUGH_GAIN = 1.3
"""So many times faster bf16 must be: less is not worth a coarser number, nor a choice that another
measurement may turn."""

_ROWS, _WIDTH = 512, 768
_ROUND_S, _ROUNDS = 0.015, 5


def choose_precision(gain: float | None) -> Precision:
    """Choose the arithmetic.

    Args:
        gain: as `measure_bf16_gain` gives it; None: not measured.

    Returns:
        `bfloat16` where it is worth it.
    """
    return "bfloat16" if gain is not None and gain >= ENOUGH_GAIN else "float32"


def measure_bf16_gain() -> float:
    """Measure how much faster this machine multiplies in bf16, in about 0.2 s of one thread.

    Returns:
        Speed of bf16 over float32; the median of a few alternating rounds.

    Raises:
        MissingExtra: when torch is not installed.
    """
    try:
        import torch
    except ImportError:
        raise MissingExtra.named("encoder", "Measuring bf16") from None
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        pairs = {
            kind: (torch.ones(_ROWS, _WIDTH, dtype=kind), torch.ones(_WIDTH, _WIDTH, dtype=kind))
            for kind in (torch.float32, torch.bfloat16)
        }
        for left, right in pairs.values():
            torch.mm(left, right)  # what is done once is not the machine's speed
        gains = []
        for _ in range(_ROUNDS):
            slow, fast = (_rate(*pairs[kind]) for kind in (torch.float32, torch.bfloat16))
            gains.append(fast / slow)
    finally:
        torch.set_num_threads(threads)
    return sorted(gains)[_ROUNDS // 2]


def _rate(left: object, right: object) -> float:
    import torch

    done, began = 0, process_time()
    while process_time() - began < _ROUND_S:
        torch.mm(left, right)
        done += 1
    return done / (process_time() - began)
