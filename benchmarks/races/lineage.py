"""Questions about lineage against bounds: a trace over fifty versions, an absence proof."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.measure import Contender, own
from benchmarks.results import Line, bound_line

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "Lineage"
REMARKS = """\
Against bounds; measured inside the process. What is asked was read before: the look-ups of a
version are made at the first question after a run, the tree of a part when it is signed. A proof's
own bytes are the path, the key and the digest asked for; the file has the two signed statements and
their log proofs besides. One round: the tree of twenty million tokens takes a minute to plant.
"""

_OWN_BYTES = 400
"""Of a proof beside its path: key, digest, end and names."""


def race(track: Track) -> list[Line]:
    """Questions about lineage against bounds."""
    rows, proved = (50_000, 100_000) if track.quick else (1_000_000, 10_000_000)
    found = replace(track, rounds=1).run(
        Contender("trace", own("figure", "lineage", "trace_versions", str(rows)), inside=True),
        Contender("absence", own("figure", "lineage", "absence_proof", str(proved)), inside=True),
    )
    size = found["absence"].costs[0].answer["n"] * 32 * 4 // 3 + _OWN_BYTES
    return [
        bound_line(f"`warrant trace`: {rows:,} rows in 50 versions", found["trace"], 1.0),
        bound_line(f"an absence proof of {proved:,} rows", found["absence"], 1.0),
        Line("its own bytes", "2,048 bytes", f"{size:,} bytes", size <= 2048),
    ]
