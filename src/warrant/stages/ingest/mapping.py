"""One schema for several sources: names, codes, units and time zones of a source made ours.

A record keeps its identity: its digest is of what the source says, before anything is mapped.

Law: a cell that the map does not speak of stays as it is.
"""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches
from math import isfinite
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.records.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from warrant.stages.ingest.config import MapConfig
    from warrant.stages.ingest.reader import Raw

VERSION = "2"
"""Raised whenever the same cells may be mapped otherwise."""

UNMAPPED = Reason(
    code="code_unmapped",
    kind="measure",
    rule="map",
    version=VERSION,
    words="Cells hold codes that the recipe's map does not name; they stay as they are; value: how "
    "many.",
)
NO_AMOUNT = Reason(
    code="unit_unmapped",
    kind="measure",
    rule="map",
    version=VERSION,
    words="Cells that the recipe's map converts to another unit, or to UTC, hold no such value; "
    "they stay as they are; value: how many.",
)


def renamed(config: MapConfig, names: Sequence[str], place: str) -> tuple[str, ...]:
    """Give columns of a source our names.

    Args:
        config: the source's map.
        names: as the source calls them.
        place: where they stand, for messages.

    Returns:
        Our names, in order.

    Raises:
        InputError: when two columns would have one name.
    """
    if not config.columns:
        return tuple(names)
    found = tuple(config.columns.get(name, name) for name in names)
    for name in found:
        if found.count(name) > 1:
            raise InputError(
                f"{place} would have two columns {name!r} after its map.",
                do="Give one of them another name under 'map:' in the recipe.",
            )
    return found


def mapped(config: MapConfig, cells: Mapping[str, Raw], place: str) -> Mapping[str, Raw]:
    """Map the cells of one line or record.

    Args:
        config: the source's map.
        cells: by the source's names.
        place: where they stand, for messages.

    Returns:
        Cells by our names.

    Raises:
        InputError: when two columns would have one name.
    """
    if _says_nothing(config):
        return cells
    names = renamed(config, tuple(cells), place)
    found = dict(zip(names, cells.values(), strict=True))
    for name, codes in config.codes.items():
        cell = found.get(name)
        if cell is not None and _code(cell) in codes:
            found[name] = codes[_code(cell)]
    for name, factor in config.factors.items():
        amount = _scaled(found.get(name), factor)
        if amount is not None:
            found[name] = amount
    for name, zone in config.zones.items():
        instant = _local(found.get(name))
        if instant is not None:
            found[name] = _placed(instant, zone)
    return found


def gaps(config: MapConfig, cells: Mapping[str, Raw], place: str) -> list[tuple[str, float]]:
    """Count the cells of one line or record that the map speaks of and cannot map.

    Args:
        config: the source's map.
        cells: by the source's names.
        place: where they stand, for messages.

    Returns:
        Codes of reasons with how many, those of none left out.
    """
    if _says_nothing(config):
        return []
    found = dict(zip(renamed(config, tuple(cells), place), cells.values(), strict=True))

    def has(name: str) -> bool:
        return found.get(name) is not None

    codes = sum(
        has(name) and _code(found[name]) not in known for name, known in config.codes.items()
    )
    amounts = sum(
        has(name) and _scaled(found[name], by) is None for name, by in config.factors.items()
    )
    times = sum(has(name) and not _is_instant(found[name]) for name in config.zones)
    counted = ((UNMAPPED.code, codes), (NO_AMOUNT.code, amounts + times))
    return [(code, float(count)) for code, count in counted if count]


def require_columns(
    config: MapConfig, theirs: AbstractSet[str], ours: AbstractSet[str], source: str
) -> None:
    """Refuse a map of columns that are not there.

    Args:
        config: the source's map.
        theirs: names of columns that the source has.
        ours: names of columns after mapping.
        source: its name.

    Raises:
        InputError: with the name that nothing has.
    """
    named = {*config.codes, *config.factors, *config.zones}
    for setting, wrong in (("columns", {*config.columns} - theirs), ("map", named - ours)):
        for name in sorted(wrong):
            there = sorted(theirs if setting == "columns" else ours)
            near = get_close_matches(name, there, n=1, cutoff=0.4)
            raise InputError(
                f"The map of source {source!r} names a column {name!r} that is not there.",
                do=f"Write {near[0]!r} in place of {name!r}."
                if near
                else f"Name one of these: {', '.join(there)}.",
            )


def _says_nothing(config: MapConfig) -> bool:
    return not (config.columns or config.codes or config.factors or config.zones)


def _code(cell: Raw) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _scaled(cell: Raw, factor: float) -> float | None:
    amount = _amount(cell)
    return _amount(amount * factor) if amount is not None else None


def _amount(cell: Raw) -> float | None:
    """Read a number; None of what is none, or has no end."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return None
    try:
        amount = float(cell)
    except (OverflowError, ValueError):
        return None
    return amount if isfinite(amount) else None


def _local(cell: Raw) -> datetime | None:
    """Read an instant that names no zone."""
    found = _read(cell)
    return found if found is not None and found.tzinfo is None else None


def _is_instant(cell: Raw) -> bool:
    return _read(cell) is not None


def _read(cell: Raw) -> datetime | None:
    if isinstance(cell, datetime):
        return cell
    try:
        return datetime.fromisoformat(cell.strip()) if isinstance(cell, str) else None
    except ValueError:
        return None


def _placed(instant: datetime, zone: str) -> datetime:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return instant.replace(tzinfo=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        raise InputError(
            f"There is no time zone {zone!r}.",
            do="Write a name of the IANA list under 'map: zones:', for example Europe/Berlin.",
        ) from None
