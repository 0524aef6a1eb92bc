"""Where the races run: one folder, one environment, so many rounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.measure import Contender, Series, own, race, run_child

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GB = 1_000_000_000


@dataclass(frozen=True)
class Track:
    """Where, how often and on how much."""

    folder: Path
    """Everything made lies below it."""
    environment: Mapping[str, str]
    """Variables of every program."""
    rounds: int = 3
    """Of each race."""
    quick: bool = False
    """Small data, to see that everything runs."""
    full: bool = False
    """All 10 GB where memory is measured."""
    gb: float = 1.0
    """Size of the large library."""
    speeds: list[float] = field(default_factory=list)
    """How fast the machine was before each run."""

    def run(self, *contenders: Contender) -> dict[str, Series]:
        """Race contenders."""
        return race(contenders, self.rounds, self.environment, self.speeds)

    def make(self, *words: str | Path) -> None:
        """Do a piece of work unmeasured."""
        run_child(own(*words), self.environment)


def contracts(track: Track) -> Path:
    """Give a small workspace of generated contracts, made at the first call."""
    place = track.folder / "contracts"
    if not place.exists():
        place.mkdir(parents=True)
        track.make("contracts", place)
    return place
