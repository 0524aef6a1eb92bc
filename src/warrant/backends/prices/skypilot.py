"""SkyPilot's catalogue of prices, as it lies on disk (schema v8): `CLOUD/vms.csv`, `common/`.

Columns that are read: InstanceType, AcceleratorName, AcceleratorCount, vCPUs, MemoryGiB, GpuInfo,
Price, SpotPrice, Region. `common/metadata.csv` (AcceleratorName, MemoryGiB, Manufacturer) says how
much memory a graphics processor has. Zones of a region are one offer, the cheapest.

Source: skypilot 0.14, `sky/catalog/common.py`.
"""

from __future__ import annotations

import ast
import csv
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from warrant.backends.prices.accelerators import ACCELERATORS
from warrant.backends.prices.offer import Offer
from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SCHEMA = "v8"
"""Version of the catalogue's form."""

HOME = Path("~/.sky/catalogs") / SCHEMA
"""Where SkyPilot keeps what it has fetched."""

_HOSTS_ONLY = ("a2-", "a3-", "a4-", "a4x-", "g2-", "g4-", "ct")
"""Machines of `gcp` whose line is the price of the host without its graphics processors."""


class Catalogue(NamedTuple):
    """What was read of a catalogue."""

    offers: tuple[Offer, ...]
    """One for each machine and region, by cloud, machine and region."""
    passed_over: int
    """Lines that are no whole machine, or whose price cannot be read."""


def read_catalogue(folder: Path | None = None) -> Catalogue:
    """Read SkyPilot's catalogue.

    Args:
        folder: the one that holds a folder for each cloud; None is SkyPilot's own.

    Returns:
        All its offers.

    Raises:
        InputError: if there is no catalogue.
    """
    place = (folder or HOME).expanduser()
    found = sorted(place.glob("*/vms.csv"))
    if not found:
        raise InputError(
            f"There is no catalogue in {str(place)!r}: no CLOUD/vms.csv lies there.",
            do="Give a folder with one (warrant plan --refresh --catalogue FOLDER); SkyPilot "
            "fetches one with: sky show-gpus --all",
        )
    memory = _memory(place / "common" / "metadata.csv")
    best: dict[tuple[str, str, str], Offer] = {}
    passed_over = 0
    for path in found:
        cloud = path.parent.name
        day = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date().isoformat()
        for one in _read(path, cloud, day, memory):
            if one is None:
                passed_over += 1
                continue
            key = (one.cloud, one.machine, one.region)
            best[key] = _cheaper(best[key], one) if key in best else one
    return Catalogue(tuple(best[key] for key in sorted(best)), passed_over)


def _memory(path: Path) -> dict[str, float]:
    """Read how many GiB a graphics processor has."""
    known = {name: float(one.gib) for name, one in ACCELERATORS.items()}
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if (size := _number(row.get("MemoryGiB", ""))) is not None:
                    known[row["AcceleratorName"]] = size
    return known


def _read(path: Path, cloud: str, day: str, memory: Mapping[str, float]) -> Iterator[Offer | None]:
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        head = next(reader, [])
        at = {name: place for place, name in enumerate(head)}
        missing = {"InstanceType", "Price", "Region"} - at.keys()
        if missing:
            raise InputError(
                f"{str(path)!r} has no column {min(missing)!r}.",
                do=f"Give a catalogue of SkyPilot's schema {SCHEMA}.",
            )
        columns = [
            at.get(name, len(head))  # the place of an empty cell, put behind each line
            for name in (
                "InstanceType",
                "AcceleratorName",
                "AcceleratorCount",
                "vCPUs",
                "MemoryGiB",
                "GpuInfo",
                "Price",
                "SpotPrice",
                "Region",
            )
        ]
        for row in reader:
            cells = [*row, *[""] * (len(head) + 1 - len(row))]
            yield _offer([cells[place] for place in columns], cloud, day, memory)


def _offer(cells: list[str], cloud: str, day: str, memory: Mapping[str, float]) -> Offer | None:
    machine, gpu, count, vcpus, main, info, price, spot, region = cells
    number = _number(count) or 0
    hosts_only = cloud == "gcp" and not gpu and machine.startswith(_HOSTS_ONLY)
    on_demand, taken_away = _number(price), _number(spot)
    if not machine or hosts_only or (on_demand is None and taken_away is None) or number % 1:
        return None
    return Offer(
        cloud,
        machine,
        gpu,
        int(number),
        _gib(gpu, info, memory) if gpu else 0.0,
        _number(vcpus) or 0.0,
        _number(main) or 0.0,
        on_demand,
        taken_away,
        region,
        day,
        f"SkyPilot catalogue {SCHEMA}",
    )


def _number(cell: str) -> float | None:
    """Read a number; None where the cell is empty or holds none."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _gib(gpu: str, info: str, memory: Mapping[str, float]) -> float:
    return memory[gpu] if gpu in memory else _said(info)


@cache
def _said(info: str) -> float:
    """Read the memory of one graphics processor out of the cell GpuInfo; 0 when it does not say."""
    try:
        size = float(ast.literal_eval(info)["Gpus"][0]["MemoryInfo"]["SizeInMiB"])
    except (ValueError, SyntaxError, KeyError, IndexError, TypeError):
        return 0.0
    return size if size < 1024 else size / 1024  # some clouds write GiB there


def _cheaper(one: Offer, other: Offer) -> Offer:
    """Join two zones of a region: the least of each price."""
    return one._replace(
        usd_per_hour=_least((one.usd_per_hour, other.usd_per_hour)),
        spot_usd_per_hour=_least((one.spot_usd_per_hour, other.spot_usd_per_hour)),
    )


def _least(prices: Iterable[float | None]) -> float | None:
    return min((one for one in prices if one is not None), default=None)
