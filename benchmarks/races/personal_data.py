"""Patterns of personal data with their places, against separate passes and Presidio."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from benchmarks.measure import Contender, own
from benchmarks.results import Line, ratio_line

if TYPE_CHECKING:
    from benchmarks.measure import Series
    from benchmarks.track import Track

HEADING = "Patterns of personal data"
REMARKS = """\
Generated prose with invented numbers and addresses in it, some three a text; places found, in
characters. Separate passes search with the same RE2, rule by rule over the whole text, and must
find the same places. Presidio runs its own recognisers on a blank pipeline, where it is installed.
"""


def race(track: Track) -> list[Line]:
    """Patterns with places, against separate passes and Presidio."""
    texts, fewer = (200, 20) if track.quick else (2000, 200)
    has_presidio = find_spec("presidio_analyzer") is not None
    found = track.run(
        *(_contender(name, texts) for name in ("at_once", "separately")),
        *([_contender("presidio", fewer)] if has_presidio else []),
    )
    ours, separate = found["at_once"], found["separately"]
    size = ours.costs[0].answer["n"]
    rate, best = size / 1e6 / ours.cpu_s, size / 1e6 / ours.spread[0]
    same = ours.costs[0].answer["digest"] == separate.costs[0].answer["digest"]
    places = ours.costs[0].answer["places"]
    what = f"{size / 1e6:,.0f} MB, {places:,} places, the same as by separate passes: "
    lines = [
        Line(
            f"{what}{'yes' if same else 'NO'}",
            "40 MB per CPU s, the same places",
            f"{rate:.0f} MB per CPU s",
            same and rate >= 40,
            ours,
            separate,
            met_at_least=same and best >= 40,
        ),
        ratio_line("the same, against separate passes", ours, separate),
    ]
    if has_presidio:
        lines.append(_against_presidio(ours, found["presidio"]))
    return lines


def _contender(name: str, texts: int) -> Contender:
    return Contender(name, own("figure", "patterns", name, str(texts)), inside=True)


def _against_presidio(ours: Series, peer: Series) -> Line:
    """Compare bytes per CPU second: Presidio reads fewer texts, or the race would never end."""
    ours_rate = ours.costs[0].answer["n"] / ours.cpu_s
    ratio = ours_rate / (peer.costs[0].answer["n"] / peer.cpu_s)
    what = "bytes per CPU second, against Presidio's recognisers"
    return Line(what, "100 times Presidio", f"{ratio:.0f} times", ratio >= 100, ours, peer)
