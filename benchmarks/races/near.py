"""Near duplicates found and counted, against a bound and Daft's MinHash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import Contender, own
from benchmarks.near import EACH
from benchmarks.results import Line, ratio_line

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "Near duplicates"
REMARKS = """\
Peer: the MinHash of Daft, 128 hashes over five words in a row, signatures alone. Ours besides
finds the candidates, counts every one of them exactly and ties what is similar. Texts in
memory.

What is missed, and why. The peer's share is only the first of our four steps, and it is
compiled; ours is numpy and Arrow.
"""
GOAL_MB = 100


def race(track: Track) -> list[Line]:
    """Near duplicates among contracts, of which each twentieth is a copy with one edit."""
    count = 1_000 if track.quick else 10_000
    found = track.run(
        *(
            Contender(who, own("figure", "near", f"near_{who}", str(count)), inside=True)
            for who in ("daft", "ours")
        )
    )
    ours = found["ours"]
    (pairs,) = {one.answer["found"] for one in ours.costs}
    assert pairs >= count // EACH - 1, pairs
    size = ours.costs[0].answer["n"]
    what = f"near duplicates among {count:,} texts, {size / 1e6:,.0f} MB"
    rate, best = (size / 1e6 / cpu_s for cpu_s in (ours.cpu_s, ours.spread[0]))
    bound = Line(
        what,
        f"{GOAL_MB} MB per CPU s",
        f"{rate:,.0f} MB",
        rate >= GOAL_MB,
        ours,
        met_at_least=best >= GOAL_MB,
    )
    return [bound, ratio_line(what, ours, found["daft"], 2)]
