"""Generated catalogues in SkyPilot's form, and questions to them; no two prices are the same."""

from __future__ import annotations

import csv
import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

CLOUDS = ("lambda", "runpod", "nebius")
CARDS = {"A6000": 48, "A100": 40, "A100-80GB": 80, "H100": 80, "H200": 141, "L4": 24, "RTX4090": 24}
HEAD = (
    "InstanceType",
    "AcceleratorName",
    "AcceleratorCount",
    "vCPUs",
    "MemoryGiB",
    "Price",
    "Region",
    "GpuInfo",
    "SpotPrice",
)
ZONED = "runpod"
"""The cloud whose rows name a zone; an empty zone would be taken for an error in the data. SkyPilot
holds its machines against no memory and no processors, so each has enough for every question."""


def write_catalogue(folder: Path, rows: int, seed: int) -> None:
    """Write a catalogue of so many rows over three clouds."""
    chance = random.Random(seed)
    prices = chance.sample(range(10_000, 9_000_000), rows)
    for number, cloud in enumerate(CLOUDS):
        lines = [
            _line(place, cloud, price / 1e5, chance)
            for place, price in enumerate(prices[number :: len(CLOUDS)])
        ]
        head = (*HEAD, "AvailabilityZone") if cloud == ZONED else HEAD
        _write(folder / cloud / "vms.csv", head, lines)
    names = sorted(CARDS)
    _write(
        folder / "common" / "accelerators.csv",
        ("AcceleratorName", "Clouds"),
        [(name, str(list(CLOUDS))) for name in names],
    )
    _write(
        folder / "common" / "metadata.csv",
        ("AcceleratorName", "MemoryGiB", "Manufacturer"),
        [(name, CARDS[name], "NVIDIA") for name in names],
    )


def _line(place: int, cloud: str, usd: float, chance: random.Random) -> tuple[Any, ...]:
    vcpus = chance.choice([8, 16, 32] if cloud == ZONED else [4, 8, 16, 32])
    region = f"{cloud}-{place % 7}"
    name, count = "", ""
    if chance.random() < 0.7:
        name, count = chance.choice(sorted(CARDS)), chance.choice([1, 1, 2, 4, 8])
    machine = f"{cloud}_{place}_{count or 0}x{name or 'cpu'}"
    zone = (f"{region}-a",) if cloud == ZONED else ()
    return (machine, name, count, vcpus, vcpus * 4, usd, region, "", "", *zone)


def _write(path: Path, head: tuple[str, ...], lines: list[tuple[Any, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(head)
        writer.writerows(lines)


def questions(count: int, seed: int) -> list[dict[str, Any]]:
    """Ask for one of some cards, so many of them."""
    chance = random.Random(seed)
    asked = []
    for _ in range(count):
        number = chance.choice([1, 1, 2, 4])
        kinds = chance.sample(sorted(CARDS), chance.choice([1, 2, 3]))
        asked.append(
            {
                "accelerators": [f"{kind}:{number}" for kind in kinds],
                "cpus": f"{chance.choice([4, 8])}+",
                "memory": f"{chance.choice([16, 32])}+",
                "spot": False,
            }
        )
    return asked
