"""The table of results: what was reached, beside the goal, met or not."""

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

LIBRARIES = ("dvc", "model-signing", "cryptography", "pyarrow", "numpy", "scikit-learn", "rfc8785")

INTRODUCTION = """\
# Results

Written by `make bench` (`python -m benchmarks`); every figure of this page comes from one run on
one machine. Contenders run in turn on the same data, {rounds} rounds, each in a process of its own.
CPU seconds are user and system together, the start of the program included, as the operating
system counts them; medians, with the least and the most in brackets. A ratio is the smaller of
two, that of the medians and that of the least, so that a disturbed round helps nobody. Absolute
seconds mean little on a shared machine; ratios and CPU seconds do.

"""


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


def write_page(
    sections: Sequence[tuple[str, str, Sequence[Line]]], rounds: int, speeds: Sequence[float]
) -> str:
    """Write the page.

    Args:
        sections: heading, remarks, lines.
        rounds: of each race.
        speeds: `hashing_speed` before each run.

    Returns:
        Markdown.
    """
    page = INTRODUCTION.format(rounds=rounds) + _conditions(speeds)
    for heading, remarks, lines in sections:
        page += f"\n## {heading}\n\n{remarks.strip()}\n\n"
        page += "| what | goal | reached | met | ours, CPU s | peak | peer, CPU s | peak |\n"
        page += "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
        page += "".join(map(_row, lines))
    every = [line for _, _, lines in sections for line in lines if line.met is not None]
    close = [line.what for line in every if not line.met and line.met_at_least]
    missed = [line.what for line in every if not line.met and not line.met_at_least]
    page += f"\n{sum(line.met is True for line in every)} of {len(every)} goals met.\n"
    page += f"\nMissed by the median, met by the least: {'; '.join(close)}.\n" if close else ""
    return page + (f"\nMissed: {'; '.join(missed)}.\n" if missed else "")


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
        f"{series.cpu_s:.3g} ({low:.3g}–{high:.3g})",
        f"{series.peak_bytes / 1e6:,.0f} MB",
    )


def _conditions(speeds: Sequence[float]) -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    found = [f"warrant {_revision()}", f"Python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} absent")
    return (
        f"- Date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n"
        f"- Versions: {', '.join(found)}\n"
        f"- Machine: {platform.system()} {platform.machine()}, {_processor()}, "
        f"{os.cpu_count()} cores\n"
        f"- Load average at the end (1, 5, 15 minutes): {load}\n"
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
