"""Which row stands in which part: drawn, by time, by site, or as the sources were given.

Drawn, whole units are dealt out. In the other two ways a row's part is fixed by its time or its
source, so what would cross is left out: of rows that share a group, a document or a text, those
in the part that comes first stay. By time that is the older part: what was known by then is not
asked again. Of given parts it is the test, then the validation: nobody changes a test that others
measure on.

Law: no group, document or text stands in two parts.
Law: by time, every test row is newer than every row of training and validation, and every
validation row newer than every row of training.
Law: no row given for one part stands in another.
Law: where a site is held out, its rows are the test, and all rows of other sites are not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.errors import InputError
from warrant.stages.split.deal import PARTS, deal
from warrant.stages.split.unit import find_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warrant.stages.split.config import SplitConfig
    from warrant.stages.split.survey import Survey
    from warrant.stages.split.unit import Ties


GIVEN_FIRST = ("test", "validation", "train")
"""Which of the given parts keeps what two of them share."""


class Division(NamedTuple):
    """Rows by part; rows are counted as the survey lists them."""

    rows: dict[str, list[int]]
    """By part, rising."""
    groups: Mapping[str, int]
    """How many units stand in each part."""
    crossing: list[tuple[int, int]]
    """Rows that are left out, each with a row that it shares something with."""


def divide(found: Survey, config: SplitConfig) -> Division:
    """Divide rows.

    Args:
        found: the rows that can be used.
        config: the settings of the run.

    Returns:
        Every row, in one part or among those that are left out.

    Raises:
        InputError: when a part would stay empty.
    """
    if config.test == 1:  # a model is taken over: nothing is learnt here
        rows = {"train": [], "validation": [], "test": list(range(len(found.ties)))}
        return Division(rows, _count_groups(found, rows), [])
    if config.time is not None:
        return _settled(found, config, _periods(found.times, config), PARTS)
    if config.held_out is not None:
        _require_site(found.sites, config)
        value = config.held_out[1]
        fixed = ["test" if site == value else None for site in found.sites]
        return _settled(found, config, fixed, GIVEN_FIRST)
    if config.given:
        _require_given(found.marks, config)
        return _settled(found, config, found.marks, GIVEN_FIRST)
    return _drawn(found, config, range(len(found.ties)))


def _settled(
    found: Survey, config: SplitConfig, fixed: Sequence[str | None], order: Sequence[str]
) -> Division:
    """Leave out what crosses fixed parts, and deal out the rows that no part is fixed for."""
    crossing = list(_crossing(found.ties, fixed, order))
    gone = {row for row, _ in crossing}
    stays = [row for row in range(len(fixed)) if row not in gone]
    rows = {part: [row for row in stays if fixed[row] == part] for part in PARTS}
    for part in {part for part in fixed if part}:
        if not rows[part]:
            raise _all_gone(part, config)
    free = [row for row in stays if fixed[row] in (None, "train")]
    if not free:
        raise _all_gone("train", config)
    unshared = replace(
        config,
        test=0.0 if rows["test"] else config.test,
        validation=0.0 if rows["validation"] else config.validation,
    )
    drawn = _drawn(found, unshared, free, rows["train"])
    for part in ("validation", "test"):
        drawn.rows[part].extend(rows[part])
    return drawn._replace(groups=_count_groups(found, drawn.rows), crossing=crossing)


def _drawn(
    found: Survey, config: SplitConfig, rows: Sequence[int], kept: Sequence[int] = ()
) -> Division:
    """Deal out units of some rows; those that hold a row kept for training go there whole."""
    units = [
        unit._replace(rows=tuple(rows[at] for at in unit.rows))
        for unit in find_units([found.ties[row] for row in rows], config.seed)
    ]
    training = set(kept)
    free = [unit for unit in units if training.isdisjoint(unit.rows)]
    divided: dict[str, list[int]] = {part: [] for part in PARTS}
    if free and (config.test or config.validation):
        for part, dealt in deal(free, found.labels, config).items():
            divided[part] = sorted(row for unit in dealt for row in unit.rows)
    divided["train"] = sorted(set(rows) - {*divided["validation"], *divided["test"]})
    return Division(divided, _count_groups(found, divided), [])


def _count_groups(found: Survey, rows: Mapping[str, Sequence[int]]) -> dict[str, int]:
    return {part: len(find_units([found.ties[row] for row in rows[part]], 0)) for part in PARTS}


def _crossing(
    ties: Sequence[Ties], fixed: Sequence[str | None], order: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Find rows that share something with a row of a part that comes before theirs.

    Rows of no part come last, with those of the last part of the order.
    """
    last = len(order) - 1
    rank = {part: place for place, part in enumerate(order)}
    ranks = [last if part is None else rank[part] for part in fixed]
    owner: dict[bytes, int] = {}
    for row in sorted(range(len(ties)), key=lambda at: (ranks[at], at)):
        keys = (*ties[row].groups, *ties[row].others)
        peers = [owner[key] for key in keys if key in owner and ranks[owner[key]] < ranks[row]]
        if peers:
            yield row, min(peers)
            continue
        for key in keys:
            owner.setdefault(key, row)


def _periods(times: Sequence[Any], config: SplitConfig) -> list[str | None]:
    """Give each row's part by its time: equal times stay together."""
    counts = sorted(Counter(times).items())
    shares = {"test": config.test, "validation": config.validation}
    wanted = [part for part, share in shares.items() if share]
    if len(counts) <= len(wanted):
        raise InputError(
            f"Column {config.time!r} holds {len(counts)} different times: too few to keep the "
            "newest apart.",
            do="Name another column as `time` under `split` in the recipe, or take it out.",
        )
    borders: dict[str, Any] = {}
    end, share = len(counts), 0.0
    for left, part in zip(range(len(wanted), 0, -1), wanted, strict=True):
        share += shares[part]
        end = _border(counts, end, left, share * len(times))
        borders[part] = counts[end][0]
    return [next((part for part in wanted if time >= borders[part]), "train") for time in times]


def _border(counts: Sequence[tuple[Any, int]], end: int, first: int, rows: float) -> int:
    """Give the place of the oldest time of a part: as many rows from it on as come closest."""
    after, best, least = 0, end - 1, float("inf")
    for place in range(len(counts) - 1, first - 1, -1):
        after += counts[place][1]
        if place < end and abs(after - rows) < least:
            best, least = place, abs(after - rows)
    return best


def _require_given(marks: Sequence[str | None], config: SplitConfig) -> None:
    """Refuse a part that was given and has no row, and marks that leave nothing to train on."""
    found = Counter(marks)
    for part in config.given:
        if not found[part]:
            raise InputError(
                f"No row of the sources marked `part: {part}` has a label in column "
                f"{config.label!r}.",
                do=f"Fill in that column of theirs, or take `part: {part}` off in the recipe.",
            )
    if not found[None] + found["train"]:
        raise InputError(
            "Every row with a label is marked as validation or test: there is nothing to train on.",
            do="Take `part` off one of the `sources` in the recipe.",
        )


def _require_site(sites: Sequence[str], config: SplitConfig) -> None:
    """Refuse a site that no row is of, or that all rows are of; no other value is named."""
    column, value = config.held_out or ("", "")
    count = sites.count(value)
    if not count:
        raise InputError(
            f"No row with a label has {value!r} in column {column!r}.",
            do="Correct `held_out` under `split` in the recipe.",
        )
    if count == len(sites):
        raise InputError(
            f"Every row with a label has {value!r} in column {column!r}: none is left to train on.",
            do="Take `held_out` out of `split` in the recipe.",
        )


def _all_gone(part: str, config: SplitConfig) -> InputError:
    tied = f"its {config.group!r}, its document" if config.group else "its document"
    return InputError(
        f"No row is left for the part {part!r}: each one shares {tied} or its text with a row of "
        "another part.",
        do=f"Take `{_way(config)}` out of `split` in the recipe, or give "
        "sources that have nothing in common.",
    )


def _way(config: SplitConfig) -> str:
    if config.group:
        return "group"
    return "held_out" if config.held_out else "time"
