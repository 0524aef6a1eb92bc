"""The log, a tree over a million rows, and proofs of its rows, against bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import ROUND, Contender, own, run_child
from benchmarks.results import Line, bound_line
from benchmarks.track import contracts

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "Log, row tree, row proofs"
REMARKS = """\
Against bounds; measured inside the process, so that only the work named counts.
"""


def race(track: Track) -> list[Line]:
    """The log, a tree over a million rows, and proofs of its rows, against bounds."""
    rows = 100_000 if track.quick else 1_000_000
    names = ("tree_from_commitments", "tree_from_digests", "tree_from_cells")
    proofs = ("proofs_made", "proofs_checked")
    found = track.run(
        Contender("log append", own("append", track.folder / f"log-{ROUND}"), inside=True),
        *(
            Contender(name, own("figure", "kernel_rows", name, str(rows)), inside=True)
            for name in (*names, *proofs)
        ),
    )
    log = found["log append"]
    leaves = log.costs[0].answer["n"]
    rate = leaves / log.cpu_s
    goal = "200,000 leaves per CPU s"
    lines = [
        Line(
            f"{leaves:,} leaves appended durably, 4 batches",
            goal,
            f"{rate:,.0f}",
            rate >= 200_000,
            log,
            met_at_least=leaves / log.spread[0] >= 200_000,
        )
    ]
    starts = ("commitments", "row ids and digests", "typed cells")
    for name, start, most in zip(names, starts, (1.0, 3.0, 6.0), strict=True):
        lines.append(
            bound_line(f"tree over {rows:,} rows, from {start}", found[name], most * rows / 1e6)
        )
    for name, verb, most_ms in zip(proofs, ("made", "checked"), (1.0, 0.2), strict=True):
        series = found[name]
        each_ms = series.cpu_s / series.costs[0].answer["n"] * 1e3
        what = f"a row proof {verb} ({rows:,} rows, tree in memory)"
        lines.append(Line(what, f"{most_ms:g} ms", f"{each_ms:.3f} ms", each_ms < most_ms, series))
    return [*lines, *_proof_sizes(track, rows)]


def _proof_sizes(track: Track, rows: int) -> list[Line]:
    place = contracts(track)
    size = run_child(own("proof_sizes", place, str(rows)), track.environment).answer
    alone, whole = size["alone"], size["file"]
    return [
        Line(f"a row proof of {rows:,} rows", "1,500 bytes", f"{alone:,} bytes", alone < 1_500),
        Line(
            "the file of `warrant prove`, with statement, manifest and log proof",
            "",
            f"{whole:,} bytes",
            None,
        ),
    ]
