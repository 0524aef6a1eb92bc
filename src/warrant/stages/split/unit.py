"""Units: rows that must stay together, and the order in which they are dealt out.

Rows belong to one unit when they share a group, a document, or their whole text, directly or
through other rows. Each unit is placed by the smallest keyed hash of its groups, so its place
depends on the seed and on the unit alone: the order of rows does not matter, and rows added
later move few others.

Law: no group, document or text stands in two parts.
Law: the parts are the same for every order of the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError
from warrant.kernel.digest import tagged, u64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.stages.split.config import SplitConfig

PARTS = ("train", "validation", "test")
"""Names of the outputs."""

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


def deal(units: Sequence[Unit], config: SplitConfig) -> dict[str, list[Unit]]:
    """Deal units out to train, validation and test.

    A unit goes to the test as long as that brings the test closer to its share, then to
    validation, else to training. A part that would stay empty gets the smallest unit.

    Args:
        units: in order.
        config: the shares.

    Returns:
        Units by part, in order.

    Raises:
        InputError: when there are fewer units than parts.
    """
    total = sum(len(unit.rows) for unit in units)
    wanted = {"test": config.test * total, "validation": config.validation * total}
    wanted = {part: rows for part, rows in wanted.items() if rows or not total}
    if len(units) <= len(wanted):
        raise _too_few(len(units), total, config)
    dealt: dict[str, list[Unit]] = {part: [] for part in PARTS}
    sizes = dict.fromkeys(wanted, 0)
    for unit in units:
        size = len(unit.rows)
        fitting = [part for part in wanted if sizes[part] + size / 2 <= wanted[part]]
        part = fitting[0] if fitting else "train"
        dealt[part].append(unit)
        if fitting:
            sizes[part] += size
    for part in wanted:
        if not dealt[part]:
            _move_smallest(dealt, part)
    if not dealt["train"]:
        raise _too_few(len(units), total, config)
    return dealt


def _move_smallest(dealt: dict[str, list[Unit]], part: str) -> None:
    donor = max(PARTS, key=lambda name: (len(dealt[name]), name == "train"))
    smallest = min(dealt[donor], key=lambda unit: (len(unit.rows), unit.place))
    dealt[donor].remove(smallest)
    dealt[part].append(smallest)


def _too_few(units: int, rows: int, config: SplitConfig) -> InputError:
    tied = f"the same {config.group!r}, document or text" if config.group else "a document or text"
    return InputError(
        f"{rows} labelled rows make {units} groups that share {tied}: too few to be divided into "
        "train, validation and test.",
        do="Add documents, or choose another 'group:' under 'split:' in the recipe.",
    )


def _root(parent: list[int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


def _join(parent: list[int], one: int, other: int) -> None:
    first, second = sorted((_root(parent, one), _root(parent, other)))
    parent[second] = first
