"""Contracts from files to a card, against scikit-learn doing the same fit on the same texts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.measure import ROUND, Contender, own
from benchmarks.results import Line, ratio_line

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "From files to a card"
REMARKS = """\
Peer: scikit-learn by hand, one thread: it reads the same files and sheet, divides them by the
same shares, counts the same kinds of terms, tries the same strengths, and measures accuracy and
macro-F1 on the test part. Ours is `warrant run` in an empty workspace: everything kept, looked
through for copies and personal data, signed and logged, intervals, card, page and bundle. The
goal is 1.5 times the peer's CPU seconds. One round: a run takes minutes. `--full` reads 10,000
contracts, else 2,000 stand for them.
"""


def race(track: Track) -> list[Line]:
    """Contracts from files to a card, against scikit-learn by hand."""
    count = 300 if track.quick else 10_000 if track.full else 2_000
    texts = track.folder / "labelled"
    track.make("labelled", texts, str(count), "10000")
    found = replace(track, rounds=1).run(
        Contender("bare scikit-learn", own("bare", "fit_whole", texts)),
        Contender("warrant run", own("whole", track.folder / f"whole-{ROUND}", texts)),
    )
    what = f"{count:,} contracts of 10 KB, from files to card and bundle"
    return [ratio_line(what, found["warrant run"], found["bare scikit-learn"], 1 / 1.5)]
