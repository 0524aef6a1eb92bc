"""The table of one race: what was reached, beside the goal, met or not."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Series

LIBRARIES = (
    "dvc",
    "model-signing",
    "daft",
    "datatrove",
    "presidio-analyzer",
    "cryptography",
    "pyarrow",
    "numpy",
    "scikit-learn",
    "lightgbm",
    "rfc8785",
)


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    """What was done."""
    goal: str
    """In words; empty for a figure that is only told."""
    reached: str
    """In words."""
    met: bool | None
    """None when there is no goal."""
    ours: Series | None = None
    """Our series."""
    peer: Series | None = None
    """The peer's series."""
    met_at_least: bool = False
    """Missed by the median, met by the least disturbed round."""


def ratio_line(what: str, ours: Series, peer: Series, at_least: float | None = None) -> Line:
    """Compare with a peer.

    Args:
        what: was done.
        ours: our series.
        peer: the peer's.
        at_least: the goal.

    Returns:
        The line.
    """
    ratio = min(peer.cpu_s / ours.cpu_s, peer.spread[0] / ours.spread[0])
    goal = f"{at_least:g} times cheaper than {peer.name}" if at_least else ""
    if at_least and at_least < 1:
        goal = f"{at_least:g} of the speed of {peer.name}"
    met = ratio >= at_least if at_least else None
    return Line(what, goal, f"{ratio:.2f} times", met, ours, peer)


def bound_line(what: str, ours: Series, at_most_s: float, peer: Series | None = None) -> Line:
    """Compare with a bound in CPU seconds.

    Args:
        what: was done.
        ours: our series.
        at_most_s: the goal.
        peer: told beside it.

    Returns:
        The line.
    """
    met = ours.cpu_s <= at_most_s
    at_least = ours.spread[0] <= at_most_s
    reached = f"{ours.cpu_s:.3g} CPU s"
    return Line(what, f"{at_most_s:g} CPU s", reached, met, ours, peer, at_least)


def memory_line(what: str, ours: Series, at_most_bytes: float) -> Line:
    """Compare peak memory with a bound."""
    met = ours.peak_bytes <= at_most_bytes
    goal = f"{at_most_bytes / 1e6:,.0f} MB"
    return Line(what, goal, f"{ours.peak_bytes / 1e6:,.0f} MB", met, ours)


def write_section(
    heading: str, remarks: str, lines: Sequence[Line], rounds: int, speeds: Sequence[float]
) -> str:
    """Write the section of one race.

    Args:
        heading: of the race.
        remarks: who is raced, and what each side does.
        lines: of the table.
        rounds: of the race.
        speeds: `hashing_speed` before each run.

    Returns:
        Markdown, from the heading on.
    """
    section = f"## {heading}\n\n{remarks.strip()}\n\n{_conditions(rounds, speeds)}\n"
    section += "| what | goal | reached | met | ours, CPU s | peak | peer, CPU s | peak |\n"
    section += "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
    return section + "".join(map(_row, lines))


def _row(line: Line) -> str:
    met = {True: "yes", False: "**no**", None: ""}[line.met]
    if line.met is False and line.met_at_least:
        met = "at its least"
    cells = [line.what, line.goal, line.reached, met, *_shown(line.ours), *_shown(line.peer)]
    return "| " + " | ".join(cells) + " |\n"


def _shown(series: Series | None) -> tuple[str, str]:
    if series is None:
        return "", ""
    low, high = series.spread
    return (
        f"{_seconds(series.cpu_s)} ({_seconds(low)}–{_seconds(high)})",
        f"{series.peak_bytes / 1e6:,.0f} MB",
    )


def _seconds(value: float) -> str:
    """Write three figures, and all of those before the point."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _conditions(rounds: int, speeds: Sequence[float]) -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    found = [f"warrant {_revision()}", f"Python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} absent")
    return (
        f"- Measured: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {rounds} rounds\n"
        f"- Versions: {', '.join(found)}\n"
        f"- Machine: {platform.system()} {platform.machine()}, {_processor()}, "
        f"{os.cpu_count()} cores; load average at the end (1, 5, 15 minutes): {load}\n"
        "- What a CPU second was worth, in thousands of small SHA-256 from Python: "
        f"{max(speeds):,.0f} at best, {median(speeds):,.0f} in the middle, "
        f"{min(speeds):,.0f} at worst\n"
    )


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:  # noqa: PTH123 - POSIX
            return next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"


def _revision() -> str:
    done = subprocess.run(
        ["git", "describe", "--always"], capture_output=True, text=True, check=False
    )
    return f"{version('warrant-ml')} ({done.stdout.strip() or 'no repository'})"
