"""One row's decisions found among ten million, against bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.measure import Contender, own
from benchmarks.results import Line

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "Decisions looked up"
REMARKS = """\
Against bounds; measured inside the process. A ledger of ten million lines, each with a value and
the row that decided, over forty million rows. The slowest of twenty rows, once the ledger is open;
opening checks the digest of all of it, and is told beside it. One round.
"""
LINES = 10_000_000


def race(track: Track) -> list[Line]:
    """One row's decisions found among ten million, against bounds."""
    lines = LINES // 100 if track.quick else LINES
    seek = Contender("look up", own("figure", "lineage", "look_up", str(lines)), inside=True)
    sought = replace(track, rounds=1).run(seek)["look up"]
    told = sought.costs[0].answer
    each = told["bytes"] / lines
    return [
        Line(
            f"a row's lines found among {lines:,}; opening took {told['opened_s'] * 1e3:.0f} ms",
            "10 ms",
            f"{sought.cpu_s * 1e3:.1f} ms",
            sought.cpu_s <= 0.01,
        ),
        Line("a line of that ledger", "10 bytes", f"{each:.1f} bytes", each <= 10),
    ]
