"""What training will take, before it is begun: figures with a low, an expected and a high value."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import Literal

import numpy as np
from threadpoolctl import threadpool_limits

Device = Literal["cpu", "cuda", "mps"]


@dataclass(frozen=True)
class Range:
    """A figure that is not known yet; all three are 0 or more, and in this order."""

    low: float
    """It will hardly be less."""

    expected: float
    """The best guess."""

    high: float
    """It will hardly be more."""

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.expected <= self.high:
            raise ValueError(f"no range: {self.low} {self.expected} {self.high}")

    def times(self, factor: float) -> Range:
        """Give the range in another unit.

        Args:
            factor: 0 or more.

        Returns:
            Each value multiplied.
        """
        return Range(self.low * factor, self.expected * factor, self.high * factor)

    def plus(self, other: Range) -> Range:
        """Add another figure.

        Args:
            other: in the same unit.

        Returns:
            The sum of each value.
        """
        return Range(self.low + other.low, self.expected + other.expected, self.high + other.high)


@dataclass(frozen=True)
class Machine:
    """What a machine can do, as far as training asks."""

    device: Device
    """What computes."""

    name: str
    """Of processor or card, for people."""

    cores: int
    """Of the processor, 1 or more."""

    memory_bytes: int | None
    """Of the machine; None: not known."""

    device_memory_bytes: int | None
    """Of the card; None where there is none."""

    flops: float
    """Multiply-adds in float32 of one thread, counted twice, per second; measured."""

    bf16_gain: float | None
    """How many times faster a product of matrices is in bfloat16; None: not measured."""

    characters_per_s: float | None = None
    """Characters that one thread turns into terms in a second; None: not measured."""


@dataclass(frozen=True)
class Pace:
    """How fast a few real updates were; see `rehearsal`."""

    device: Device
    """What computed."""

    flops: float
    """Of the machine, as `Machine.flops` says."""

    seconds_per_token: float
    """Of an update, above 0; padding counts as tokens."""

    seconds_before: float
    """Until the first update: loading, above 0."""

    updates: int
    """That were timed, 1 or more."""

    def fits(self, machine: Machine) -> bool:
        """Say whether it tells anything of a machine.

        Args:
            machine: that would train.

        Returns:
            True for a processor, whose speed is told, and for this very card.
        """
        return self.device == machine.device and (
            machine.device == "cpu" or self.flops == machine.flops
        )


@dataclass(frozen=True)
class Sampled:
    """How long some of the rows took; see `sampling`."""

    rows: int
    """That were learnt from, 1 or more."""

    seconds: float
    """Of the processor, checks included, above 0."""

    characters_per_s: float | None
    """Of the machine, as `Machine.characters_per_s` says."""

    fits_s: float = 0.0
    """Of `seconds`, those of fits, 0 or more."""

    rounds: float = 0.0
    """Rounds of a fit in the mean; 0 where fits have none."""


@dataclass(frozen=True)
class Stats:
    """How much there is to learn from, as a backend reads it."""

    rows: int
    """Of training."""

    tokens: int
    """Real ones, one pass over the rows; words where a backend reads words."""

    longest: int
    """Tokens of the longest row."""

    characters: int
    """Of all texts."""

    labels: int = 0
    """Different answers; 0 where answers are no labels."""

    pace: Pace | None = None
    """Of a few real updates; None: nothing was tried."""

    parts: int = 0
    """Parts that rows are learnt in, where a long row has several; 0: as many as rows."""

    sampled: Sampled | None = None
    """What some of the rows took; None: nothing was tried."""

    padded: int = 0
    """Tokens of one pass with those that only fill batches up; 0: as many as `tokens`."""


@dataclass(frozen=True)
class Estimate:
    """What a run will take."""

    tokens: Range
    """Real tokens over all passes."""

    steps: Range
    """Of the optimiser, or fits."""

    peak_bytes: Range
    """Most memory at one time."""

    seconds: Range
    """Of the machine."""

    basis: str
    """One sentence: what the figures rest on."""


def probe_machine() -> Machine:
    """Look at this machine's processor, at the price of a twentieth of a second.

    Returns:
        What it can do without a card.
    """
    return Machine(
        device="cpu",
        name=platform.processor() or platform.machine(),
        cores=os.cpu_count() or 1,
        memory_bytes=memory_bytes(),
        device_memory_bytes=None,
        flops=_flops(),
        bf16_gain=None,
        characters_per_s=_characters_per_s(),
    )


def _characters_per_s() -> float:
    """Count the terms of a fixed text, as a model of words does, in seconds of this thread."""
    from sklearn.feature_extraction.text import CountVectorizer

    line = "The tenant shall give notice of termination no later than sixty days before expiry. "
    texts = [f"{place} {line}" * 4 for place in range(40)]
    counter = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4))
    best = float("inf")
    for _ in range(3):
        started = thread_time()
        counter.fit_transform(texts)
        best = min(best, thread_time() - started)
    return sum(map(len, texts)) / max(best, 1e-6)


def memory_bytes() -> int | None:
    """Give the memory of this machine, free or not, in bytes; None: not known."""
    names = getattr(os, "sysconf_names", {})
    if "SC_PHYS_PAGES" not in names:
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _flops(side: int = 512) -> float:
    """Time products of square matrices; the fastest of a few counts, since others slow us."""
    matrix = np.ones((side, side), np.float32)
    best = float("inf")
    with threadpool_limits(limits=1):
        for _ in range(5):
            started = perf_counter()
            _ = matrix @ matrix
            best = min(best, perf_counter() - started)
    return 2 * float(side) ** 3 / max(best, 1e-9)
