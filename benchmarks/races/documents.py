"""Text out of PDFs and Word documents, against the same libraries by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import Contender, own
from benchmarks.results import Line, ratio_line

if TYPE_CHECKING:
    from benchmarks.measure import Series
    from benchmarks.track import Track

HEADING = "Documents"
REMARKS = """\
Peers: pypdfium2 and lxml in one loop, which limit nothing, leave nothing out and count nothing.
Ours reads each document in a process apart, within limits of time and memory, as ingest does; its
start counts, and the import of the library on both sides. Generated prose, twelve pages a document.
Both sides must find the same words.

What is missed, and why. Measured apart on a busy machine, a worker costs 0.09 CPU s to start; it
took 0.34 while it loaded pydantic and the whole stage. The run imports the readers too, and looks
through the entry points of every package installed. The rest, under a millisecond a document, lies
between two processes: pipes, text as JSON, and a timer for each document, which takes 0.06 ms.
"""
PDF, DOCX = 1 / 1.1, 1 / 1.2
"""Within 10 % of the one, within 20 % of the other."""


def race(track: Track) -> list[Line]:
    """Text out of PDFs and Word documents, against the same libraries by hand."""
    sizes = {"pdf": 20 if track.quick else 250, "docx": 20 if track.quick else 800}
    found = track.run(
        *(
            Contender(
                f"{kind}_{who}", own("figure", "documents", f"{kind}_{who}", str(size)), inside=True
            )
            for kind, size in sizes.items()
            for who in ("bare", "ours")
        )
    )
    goals = {"pdf": PDF, "docx": DOCX}
    peers = {"pdf": "pypdfium2", "docx": "lxml"}
    return [
        _line(
            f"{size:,} {kind}",
            peers[kind],
            found[f"{kind}_ours"],
            found[f"{kind}_bare"],
            goals[kind],
        )
        for kind, size in sizes.items()
    ]


def _line(what: str, library: str, ours: Series, peer: Series, goal: float) -> Line:
    same = ours.costs[0].answer["digest"] == peer.costs[0].answer["digest"]
    mega = ours.costs[0].answer["n"] / 1e6
    words = f"{what}, {mega:,.0f} MB, the same words: {'yes' if same else 'NO'}"
    line = ratio_line(words, ours, peer, goal)
    reached = f"{1 / float(line.reached.split()[0]):.2f} times the CPU"
    aim = f"at most {1 / goal:.2f} times the CPU of {library}"
    at_least = same and peer.spread[0] / ours.spread[0] >= goal
    return Line(words, aim, reached, bool(line.met) and same, ours, peer, at_least)
