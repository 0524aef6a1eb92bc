"""One run over a large library, from files and sheet to card, with memory of each stage."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from benchmarks.measure import Cost, Series, hashing_speed, own, run_child
from benchmarks.results import Line, memory_line
from benchmarks.track import GB

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "A large library"
REMARKS = """\
One round, only when it is asked for: `python -m benchmarks --only large --gb 10`. Generated
documents of 10 to 500 KB and a sheet of them; copies, near copies, another language, poor text and
personal data are planted. The recipe keeps originals by reference, drops exact copies, ties near
ones, keeps English, judges quality (Gopher, C4), masks personal data by patterns, holds one
hundredth of the clients back for validation and one for the test, and trains on 20 million
characters. `engine: processes`, two of them, beside the run itself. Peak: resident memory of all
processes together, looked at twice a second, shared pages counted for each; CPU seconds of all of
them. The table is a csv of a fifth of that size, each of its rows a document of 2 KB.

The run shared its two cores with tests, which changes neither memory nor CPU seconds by much.
"""
_ROOM = 3.5
"""Disk for each byte of the library: itself, documents and rows and parts, rows kept aside."""


def race(track: Track) -> list[Line]:
    """Run once over a large library."""
    size = GB // 50 if track.quick else int(track.gb * GB)
    what = f"{size / GB:g} GB from files to card"
    free = shutil.disk_usage(track.folder).free
    if free < _ROOM * size:
        words = f"{_ROOM * size / GB:.1f} GB of disk needed, {free / GB:.1f} free: not run"
        return [Line(what, "2,000 MB", words, met=False)]
    library = track.folder / "library"
    track.make("library", library, str(size))
    track.speeds.append(hashing_speed())
    command = [sys.executable, "-m", "benchmarks.large", str(track.folder / "run"), str(library)]
    stages = run_child(command, track.environment).answer["stages"]
    table = track.folder / "table.csv"
    track.make("table", table, str(size // 5))
    read = run_child(own("ingest", track.folder / "rows", table), track.environment)
    rows = f"peak: the rows of a csv of {size / 5 / GB:g} GB through ingest"
    return [
        *lines_of(what, size, stages),
        memory_line(rows, Series("ingest", [read]), 1.5 * GB),
    ]


def lines_of(what: str, size: int, stages: list[dict[str, float | str]]) -> list[Line]:
    """Make the lines of the table.

    Args:
        what: was done.
        size: bytes of the library.
        stages: as `benchmarks.large` gives them.

    Returns:
        One for the whole, one for each stage.
    """
    costs = {
        str(one["stage"]): Cost(float(one["cpu_s"]), int(float(one["peak_mb"]) * 1e6))
        for one in stages
    }
    whole = Cost(
        sum(one.cpu_s for one in costs.values()), max(c.peak_bytes for c in costs.values())
    )
    found = [memory_line(f"peak: {what}", Series("run", [whole]), 2 * GB)]
    for stage, cost in costs.items():
        rate = f"{size / 1e6 / max(0.01, cost.cpu_s):,.1f} MB of the library per CPU s"
        found.append(Line(f"of it {stage}", "", rate, None, Series(stage, [cost])))
    return found
