"""Units: rows that must stay together, and their order.

Rows belong to one unit when they share a group, a document, or their whole text, directly or
through other rows. Each unit is placed by the smallest keyed hash of its groups, so its place
depends on the seed and on the unit alone: the order of rows does not matter, and rows added
later move few others.

Law: no group, document or text stands in two units.
Law: the units are the same for every order of the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.kernel.digest import tagged, u64

if TYPE_CHECKING:
    from collections.abc import Sequence

_TAG = "warrant/split/1"


class Ties(NamedTuple):
    """What ties one row to others: digests, 32 bytes each."""

    groups: tuple[bytes, ...]
    """Its group, or its documents where it has none; these place the unit."""
    others: tuple[bytes, ...]
    """Documents and text: they tie rows together and place nothing."""


class Unit(NamedTuple):
    """Rows that stay together."""

    place: bytes
    """32 bytes; units are dealt out in this order."""
    rows: tuple[int, ...]
    """Positions, rising."""


def find_units(ties: Sequence[Ties], seed: int) -> list[Unit]:
    """Gather rows that must stay together.

    Args:
        ties: of each row.
        seed: of the order.

    Returns:
        Units in the order in which they are dealt out.
    """
    parent = list(range(len(ties)))
    first: dict[bytes, int] = {}
    for row, tie in enumerate(ties):
        for key in (*tie.groups, *tie.others):
            _join(parent, first.setdefault(key, row), row)
    rows: dict[int, list[int]] = {}
    places: dict[int, bytes] = {}
    for row, tie in enumerate(ties):
        root = _root(parent, row)
        place = min(tagged(_TAG, u64(seed), key).raw for key in tie.groups)
        rows.setdefault(root, []).append(row)
        places[root] = min(places.get(root, place), place)
    return sorted(Unit(places[root], tuple(members)) for root, members in rows.items())


def _root(parent: list[int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


def _join(parent: list[int], one: int, other: int) -> None:
    first, second = sorted((_root(parent, one), _root(parent, other)))
    parent[second] = first
