"""How far a run is: a bar with rate and time left on a terminal, a line per step otherwise."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Protocol

import typer

from warrant.cli.screen import has_colour, is_terminal, say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from warrant.flow.report import StepState

NAME_WIDTH = 9
"""Room for the longest stage name."""


class Shown(Protocol):
    """A reporter that remembers which steps are finished."""

    finished: list[str]
    """Steps done or kept, in order."""

    def step(self, stage: str, state: StepState) -> None:
        """Say that a step started, was done, or was kept."""

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """Say how far the running step is."""

    def note(self, text: str) -> None:
        """Say one sentence."""

    def spent(self, usd: float, ceiling_usd: float | None) -> None:
        """Say what the running step has cost."""

    def close(self) -> None:
        """Leave the screen tidy."""


def reporter(*, quiet: bool = False) -> Shown:
    """Choose a reporter for standard error.

    Args:
        quiet: True says only what must not be lost.

    Returns:
        A bar when a person looks on, lines otherwise.
    """
    if is_terminal(sys.stderr) and not quiet:
        return Bar()
    return Lines(quiet=quiet)


class Lines:
    """One line per step, for logs and pipes."""

    finished: list[str]
    """Steps done or kept, in order."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.finished = []
        self._quiet = quiet
        self._started = monotonic()
        self._counted = self._cost = ""

    def step(self, stage: str, state: StepState) -> None:
        """Print a line when a step ends."""
        if state == "started":
            self._started, self._counted, self._cost = monotonic(), "", ""
            return
        self.finished.append(stage)
        if not self._quiet:
            line = ended(stage, state, self._counted, monotonic() - self._started)
            typer.echo(f"{line}{self._cost}", err=True)

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """Remember the count for the line."""
        self._counted = counted(total or done, unit)

    def note(self, text: str) -> None:
        """Print a sentence."""
        typer.echo(text, err=True)

    def spent(self, usd: float, ceiling_usd: float | None) -> None:
        """Remember the cost for the line."""
        self._cost = f"  {shown_cost(usd, ceiling_usd)}"

    def close(self) -> None:
        """Do nothing: lines are tidy."""


class Bar:
    """A bar with rate and time left for the running step, a line for each finished one."""

    finished: list[str]
    """Steps done or kept, in order."""

    def __init__(self) -> None:
        self.finished = []
        self._bars: Progress | None = None
        self._task: TaskID | None = None
        self._started = monotonic()
        self._counted = self._cost = ""

    def step(self, stage: str, state: StepState) -> None:
        """Start a bar, or put a line in its place."""
        if state == "started":
            self._started, self._counted, self._cost = monotonic(), "", ""
            self._open(stage)
            return
        self.close()
        self.finished.append(stage)
        line = ended(stage, state, self._counted, monotonic() - self._started)
        mark = typer.style("✓", fg="green") if has_colour(sys.stderr) else "✓"
        typer.echo(f"{mark} {line}{self._cost}", err=True)

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """Move the bar."""
        self._counted = counted(total or done, unit)
        if self._bars is not None and self._task is not None:
            rate = paced(done, monotonic() - self._started, unit)
            if total is None and rate.endswith("/s"):
                rate = f"{counted(done, unit)}, {rate}"
            self._bars.update(self._task, completed=done, total=total, unit=unit, rate=rate)

    def note(self, text: str) -> None:
        """Print a sentence above the bar."""
        if self._bars is not None:
            self._bars.console.print(text, markup=False, highlight=False)
        else:
            say(text, err=True)

    def spent(self, usd: float, ceiling_usd: float | None) -> None:
        """Show the cost beside the bar."""
        self._cost = f"  {shown_cost(usd, ceiling_usd)}"
        if self._bars is not None and self._task is not None:
            self._bars.update(self._task, cost=self._cost)

    def close(self) -> None:
        """Take the bar away."""
        if self._bars is not None:
            self._bars.stop()
        self._bars = self._task = None

    def _open(self, stage: str) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        self.close()
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn(f"{{task.description:{NAME_WIDTH}}}"),
            BarColumn(30),
            TextColumn("{task.fields[rate]}{task.fields[cost]}"),
            TimeRemainingColumn(compact=True),
            console=Console(stderr=True, no_color=not has_colour(sys.stderr)),
            transient=True,
        )
        self._task = self._bars.add_task(stage, total=None, unit="", rate="", cost="")
        self._bars.start()


def ended(stage: str, state: StepState, counted: str, took_s: float) -> str:
    """Write the line of a finished step."""
    if state == "kept":
        return f"{stage:{NAME_WIDTH}}  kept: nothing it depends on has changed"
    return f"{stage:{NAME_WIDTH}}  {counted:<18}  {lasted(took_s)}"


def counted(number: int, unit: str) -> str:
    """Write a number with its unit, a plural: `1 fit`, `3 fits`."""
    if number == 1:
        unit = f"{unit[:-3]}y" if unit.endswith("ies") else unit.removesuffix("s")
    return f"{number:,} {unit}"


def paced(done: int, seconds: float, unit: str) -> str:
    """Write how fast it goes: `12 rows/s`, `2 updates, 4.5 s each`; at first the unit."""
    if not done:
        return unit
    rate = done / max(seconds, 1e-3)
    return f"{rate:,.0f} {unit}/s" if rate >= 1 else f"{counted(done, unit)}, {1 / rate:.1f} s each"


def shown_cost(usd: float, ceiling_usd: float | None) -> str:
    """Write what is spent: `$0.12 of $5.00`."""
    return f"${usd:,.2f}" + ("" if ceiling_usd is None else f" of ${ceiling_usd:,.2f}")


def lasted(seconds: float) -> str:
    """Write a span of time: `0.4 s`, `12 s`, `3 min`, `2 h 5 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, hours = round(seconds / 60), round(seconds) // 3600
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{hours} h {minutes - hours * 60} min" if hours else f"{minutes} min"
