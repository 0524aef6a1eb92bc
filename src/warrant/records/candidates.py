"""Tiers that training held against each other, read from the measures of its claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK = "candidate: "


class Candidate(NamedTuple):
    """One tier: what it reached on validation rows, what it cost, and the verdict."""

    tier: str
    verdict: str
    is_chosen: bool
    value: float | None
    """Of the choosing figure, on validation rows."""
    against: str | None
    """The cheaper tier it was held against."""
    difference: float | None
    """By how much it is better; below 0: worse."""
    low: float | None
    high: float | None
    p: float | None
    """That it is not better by the margin, corrected for the number of tests."""
    cpu_s: float | None
    """Processor seconds of training."""
    cpu_ms_per_row: float | None
    """Processor milliseconds of an answer."""
    cost_per_1000: float | None
    """What errors cost on validation rows; None: they have no price."""


def candidates_of(measures: Mapping[str, object]) -> tuple[Candidate, ...]:
    """Read what training says of its candidates.

    Args:
        measures: of a claim of training.

    Returns:
        In the order in which they were tried, then those that were left out; none where a recipe
        names its tier.
    """
    order = str(measures.get("candidates", "")).split(", ")
    return tuple(_read(tier, measures) for tier in order if f"{_MARK}{tier}" in measures)


def _read(tier: str, measures: Mapping[str, object]) -> Candidate:
    def told(name: str) -> float | None:
        value = measures.get(f"candidate_{name}: {tier}")
        return float(value) if isinstance(value, int | float) else None

    against = measures.get(f"candidate_against: {tier}")
    return Candidate(
        tier=tier,
        verdict=str(measures[f"{_MARK}{tier}"]),
        is_chosen=measures.get("candidate_chosen") == tier,
        value=told("value"),
        against=None if against is None else str(against),
        difference=told("difference"),
        low=told("low"),
        high=told("high"),
        p=told("p"),
        cpu_s=told("cpu_s"),
        cpu_ms_per_row=told("cpu_ms_per_row"),
        cost_per_1000=told("cost_per_1000"),
    )
