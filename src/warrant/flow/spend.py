"""Live spend of a training step, and the stop at its ceiling.

Seconds times the price that the recipe states. What earlier tries of the same content key spent is
kept beside their checkpoints, in `.warrant/runs/spent/KEY.json`: a stop, a kill and another try
never begin the count again. It goes once the step is committed.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from warrant.errors import CeilingReached
from warrant.kernel.durable import write_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warrant.flow.recipe_budget import Budget
    from warrant.flow.report import Reporter
    from warrant.flow.workspace import Workspace
    from warrant.kernel.digest import Digest
    from warrant.records.interfaces import StageResult
    from warrant.stages.train import Resumes

HEARTBEAT_S = 1.0
"""So often what was spent is written down: a kill forgets no more."""


class Timer(Protocol):
    """A clock that only goes forward."""

    def __call__(self) -> float:
        """Give seconds since any moment."""


@dataclass
class Meter:
    """Counts what one step spends.

    Args:
        budget: of the recipe.
        place: where the count is kept.
        timer: gives seconds.
    """

    budget: Budget
    """Of the recipe."""
    place: Path
    """Where the count is kept."""
    timer: Timer = monotonic
    """Gives seconds."""
    earlier_s: float = 0.0
    """Seconds of earlier tries."""
    earlier_usd: float = 0.0
    """Spent by earlier tries, at the prices of then."""
    is_away: bool = field(default=False, init=False)
    """True once another machine has counted."""
    _started: float = field(default=0.0, init=False)
    _written: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._started = self._written = self.timer()
        if self.place.is_file():
            told = json.loads(self.place.read_bytes())
            self.earlier_s, self.earlier_usd = float(told["seconds"]), float(told["usd"])

    @property
    def seconds(self) -> float:
        """Seconds so far, earlier tries among them."""
        return self.earlier_s + self._now_s

    @property
    def usd(self) -> float:
        """Dollars so far, earlier tries among them."""
        return self.earlier_usd + self._now_s * self.budget.usd_per_hour / 3600

    @property
    def _now_s(self) -> float:
        """Seconds of this try, while it is counted here."""
        return 0.0 if self.is_away else self.timer() - self._started

    def take_over(self, seconds: float, usd: float) -> None:
        """Count what another machine spent, in place of the time that passed here.

        Args:
            seconds: of this try there.
            usd: of all tries, those here among them.
        """
        self.is_away = True
        self.earlier_s += seconds
        self.earlier_usd = max(usd, self.earlier_usd)

    @property
    def is_over(self) -> bool:
        """Whether the ceiling is reached; never where an hour costs nothing."""
        ceiling = self.budget.usd
        return ceiling is not None and self.budget.usd_per_hour > 0 and self.usd >= ceiling

    def keep(self) -> None:
        """Write the count down."""
        if self.usd or self.place.is_file():
            self.place.parent.mkdir(mode=0o700, exist_ok=True)
            told = {"seconds": round(self.seconds, 3), "usd": round(self.usd, 6)}
            write_file(self.place, json.dumps(told).encode())
        self._written = self.timer()

    def beat(self) -> None:
        """Write the count down, if that was not done a moment ago."""
        if self.timer() - self._written >= HEARTBEAT_S:
            self.keep()

    def drop(self) -> None:
        """Forget the count, once the step is committed."""
        self.place.unlink(missing_ok=True)

    def stated(self, result: StageResult) -> StageResult:
        """Let a step's claim say what it cost.

        Args:
            result: of the step.

        Returns:
            The result with cost, price, seconds and energy among the measures of its claim; as it
            was where the recipe states no budget, so that the same step claims the same bytes.
        """
        if not self.budget.model_fields_set:
            return result
        # Training is loaded by now; a run that keeps it loads none of this.
        from warrant.flow.cost.priced import energy_of
        from warrant.stages.train.estimates import Range

        energy = energy_of(Range(self.seconds, self.seconds, self.seconds), "")
        measures = {
            **result.claim.measures,
            "cost_usd": round(self.usd, 4),
            "usd_per_hour": self.budget.usd_per_hour,
            "cost_seconds": round(self.seconds, 1),
            "energy_wh": round(energy.expected, 6),
            "energy_basis": "15 W for one busy core with its share of the machine, assumed",
        }
        return type(result)(result.outputs, result.claim.model_copy(update={"measures": measures}))


@dataclass(frozen=True)
class Watch:
    """Stops a training step at its ceiling, and tells a reporter what is spent."""

    meter: Meter
    """Counts."""
    reporter: Reporter
    """Told what is spent."""
    root: Path
    """The workspace, for the command that goes on."""
    resumes: Resumes
    """What going on after a stop gives."""

    def stop(self) -> CeilingReached | None:
        """Say whether to stop; asked by the backend after every step of work.

        Returns:
            The error to raise at the ceiling; else None.
        """
        self.meter.beat()
        self._tell()
        return self.reached() if self.meter.is_over else None

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """Hand on how far the step is, with what is spent; long work may tell only this."""
        self.meter.beat()
        self._tell()
        self.reporter.progress(done, total, unit)

    def _tell(self) -> None:
        budget = self.meter.budget
        if budget.usd_per_hour:
            self.reporter.spent(self.meter.usd, budget.usd)

    def reached(self) -> CeilingReached:
        """Say what was spent, what is kept, and how to go on.

        Returns:
            The error.
        """
        meter = self.meter
        budget = meter.budget
        earlier = f", {_usd(meter.earlier_usd)} of it by earlier tries" if meter.earlier_usd else ""
        kept = (
            "Training goes on from its last checkpoint"
            if self.resumes != "from the start"
            else "This tier keeps no checkpoint and begins again, with what was spent still counted"
        )
        return CeilingReached(
            f"Training reached its ceiling: {_usd(meter.usd)} of {_usd(budget.usd or 0)} spent in "
            f"{meter.seconds:,.0f} s at ${budget.usd_per_hour:,.2f} an hour{earlier}. "
            "The steps before it are kept.",
            do=f"Write a higher usd under train: budget: in the recipe, and go on with: "
            f"warrant run {shlex.quote(str(self.root))}. {kept}.",
        )


def _usd(value: float) -> str:
    """Write an amount; below a cent with four digits, so that it is not called nothing."""
    return f"${value:,.2f}" if value >= 0.01 or not value else f"${value:.4f}"


def resumes_of(config: object) -> Resumes:
    """Say what going on after a stop gives, of the backend that some settings name."""
    from warrant.stages.train import TRAINERS

    tier = getattr(config, "tier", None)
    if tier is None:  # a model is taken over: nothing is trained
        return "from the start"
    return TRAINERS.load(tier).resumes


def open_meter(
    workspace: Workspace, key: Digest, budget: Budget, timer: Callable[[], float] = monotonic
) -> Meter:
    """Begin to count what a step spends.

    Args:
        workspace: whose lock is held.
        key: content key of the step.
        budget: of the recipe; it is no part of the key.
        timer: gives seconds.

    Returns:
        The count, with what earlier tries spent.
    """
    return Meter(budget, workspace.state / "runs" / "spent" / f"{key.hex}.json", timer)
