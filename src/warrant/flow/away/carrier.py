"""Who carries a job away: the protocol, an archive to carry by hand, and its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from warrant.flow.words import shown_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.spend import Meter
    from warrant.flow.workers import Sent
    from warrant.records.interfaces import Elsewhere
    from warrant.stages.train import Job
    from warrant.stages.train.away import Away, Ceiling, Packed


class Carrier(Protocol):
    """Has training done on another machine."""

    @property
    def name(self) -> str:
        """As `train: {elsewhere: …}` of the recipe must name it."""
        ...

    def bound(self, meter: Meter, sent: Sent) -> Elsewhere:
        """Give what a training step calls, with what was spent so far.

        Args:
            meter: counts what the step spends.
            sent: counts what leaves this machine for it.

        Returns:
            A function from the job to what came back.
        """
        ...


class PackedAway(Exception):  # noqa: N818 - no error: the step ends here for now
    """The job lies in an archive; it is trained elsewhere, later.

    Args:
        packed: its name and size.
        place: the archive.
    """

    def __init__(self, packed: Packed, place: Path) -> None:
        super().__init__(packed, place)
        self.packed = packed
        self.place = place

    @property
    def words(self) -> str:
        """Say what was packed, and what it may hold."""
        return (
            f"Packed {self.packed.rows:,} rows into {self.place} "
            f"({shown_bytes(self.packed.size)}). They may hold personal data: whoever has the "
            "archive has them."
        )


@dataclass(frozen=True)
class Pack:
    """Writes an archive that is carried by hand."""

    target: Path
    """The archive."""
    name: str = "pack"
    """As the recipe must name it."""

    def bound(self, meter: Meter, sent: Sent) -> Elsewhere:
        """Give a function that packs, and ends the step; `Collect` counts what was carried."""
        del sent

        def pack(job: Job) -> Away:
            from warrant.stages.train.away import pack_job

            raise PackedAway(pack_job(job, self.target, ceiling_of(meter)), self.target)

        return pack


@dataclass(frozen=True)
class Collect:
    """Takes over the result of an archive that was carried away."""

    result: Path
    """`result.zip`."""
    name: str = "pack"
    """As the recipe must name it."""

    def bound(self, meter: Meter, sent: Sent) -> Elsewhere:
        """Give a function that reads the result of the job."""

        def collect(job: Job) -> Away:
            found = taken_back(self.result, job, meter)
            sent.carry("archive carried by hand", size_of(job))
            return found

        return collect


def ceiling_of(meter: Meter) -> Ceiling:
    """Give a job its ceiling, with what was spent before.

    Args:
        meter: of the step.

    Returns:
        A `Ceiling`.
    """
    from warrant.stages.train.away import Ceiling

    budget = meter.budget
    return Ceiling(budget.usd, budget.usd_per_hour, round(meter.usd, 6))


def taken_back(result: Path, job: Job, meter: Meter) -> Away:
    """Take over a result, and count what it cost.

    Args:
        result: `result.zip`.
        job: as it would be trained here.
        meter: of the step; it takes over time and dollars of the far side.

    Returns:
        What was made.
    """
    from warrant.stages.train.away import read_result

    found = read_result(result, job)
    meter.take_over(found.seconds, found.usd)
    return found


def size_of(job: Job) -> int:
    """Count the bytes of a job's rows, as they travel."""
    from warrant.stages.train.lines import to_lines

    return sum(len(line) for rows in (job.train, job.validation) for line in to_lines(rows))
