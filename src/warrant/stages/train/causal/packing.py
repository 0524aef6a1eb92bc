"""Rows in sequences: as few of a given length as best-fit makes, none cut.

Law: each row stands in exactly one sequence, and no sequence of several rows is too long.

Source: best-fit decreasing, Johnson (1973).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Row:
    """A training row in tokens."""

    ids: tuple[int, ...]
    mask: tuple[bool, ...]
    """Of each token, whether it is learnt from."""

    @property
    def learnt(self) -> int:
        """Count the tokens that are learnt from: the first of a row has none before it."""
        return sum(self.mask[1:])


@dataclass(frozen=True)
class Flat:
    """Rows one behind the other, without padding."""

    ids: tuple[int, ...]
    mask: tuple[bool, ...]
    bounds: tuple[int, ...]
    """Where each row begins, and where the last ends."""

    @property
    def learnt(self) -> tuple[int, ...]:
        """Give the places of the tokens that are learnt from; a row's first is never one."""
        firsts = set(self.bounds)
        return tuple(at for at, one in enumerate(self.mask) if one and at not in firsts)


def pack(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Put rows into sequences.

    Args:
        lengths: tokens of each row.
        most: tokens of a sequence; a longer row stands alone.

    Returns:
        Rows of each sequence, by place; in the order of each sequence's first row.
    """
    sequences: list[list[int]] = []
    rooms: list[tuple[int, int]] = []  # free tokens and sequence, sorted
    for row in sorted(range(len(lengths)), key=lambda at: (-lengths[at], at)):
        place = bisect_left(rooms, (lengths[row], -1))
        if place < len(rooms):
            free, sequence = rooms.pop(place)
        else:
            free, sequence = most, len(sequences)
            sequences.append([])
        sequences[sequence].append(row)
        if free > lengths[row]:
            insort(rooms, (free - lengths[row], sequence))
    return sorted((sorted(one) for one in sequences), key=lambda one: one[0])


def flatten(rows: Sequence[Row]) -> Flat:
    """Set rows one behind the other.

    Args:
        rows: at least one.

    Returns:
        One sequence.
    """
    bounds = [0]
    for row in rows:
        bounds.append(bounds[-1] + len(row.ids))
    return Flat(
        tuple(one for row in rows for one in row.ids),
        tuple(one for row in rows for one in row.mask),
        tuple(bounds),
    )
