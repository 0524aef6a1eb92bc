"""Near duplicates found and counted, against a bound and the MinHash of Daft and datatrove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import Contender, own
from benchmarks.near import EACH
from benchmarks.results import Line, ratio_line

if TYPE_CHECKING:
    from benchmarks.measure import Series
    from benchmarks.track import Track

HEADING = "Near duplicates"
REMARKS = """\
Peers: the MinHash of Daft and of datatrove, 128 hashes over five words in a row, signatures alone.
Ours besides finds the candidates, counts every one of them exactly and ties what is similar. Texts
in memory; libraries and compiled code loaded (ours takes 0.7 CPU s for that, and does it once 96 MB
of text have gone by). The extra `fast` compiles our loops; without it numpy gives the same numbers.
datatrove signs a thirtieth of the texts, and its figure is that of the same bytes of ours.
"""
GOAL_MB = 100
TROVE_SHARE = 30


def race(track: Track) -> list[Line]:
    """Near duplicates among contracts, of which each twentieth is a copy with one edit."""
    count = 1_000 if track.quick else 6_000
    found = track.run(
        *(
            Contender(who, own("figure", "near", f"near_{who}", str(number)), inside=True)
            for who, number in (
                ("daft", count),
                ("datatrove", count // TROVE_SHARE),
                ("ours", count),
                ("numpy", count),
            )
        )
    )
    ours = found["ours"]
    (pairs,) = {one.answer["found"] for who in ("ours", "numpy") for one in found[who].costs}
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
    return [
        bound,
        ratio_line(what, ours, found["daft"], 2),
        _trove_line(what, ours, found["datatrove"]),
        ratio_line(f"{what}, without `fast`", found["numpy"], found["daft"]),
    ]


def _trove_line(what: str, ours: Series, trove: Series) -> Line:
    """Compare by bytes: the peer signed fewer."""
    share = trove.costs[0].answer["n"] / ours.costs[0].answer["n"]
    ratio = min(one / other for one, other in _pairs(trove, ours)) / share
    goal = "100 times cheaper than datatrove, a byte"
    return Line(what, goal, f"{ratio:,.0f} times", ratio >= 100, ours, trove)


def _pairs(one: Series, other: Series) -> list[tuple[float, float]]:
    return [(one.cpu_s, other.cpu_s), (one.spread[0], other.spread[0])]
