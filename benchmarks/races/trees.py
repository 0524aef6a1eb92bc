"""Trees grown and asked, against LightGBM by hand on the same table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import Contender, own
from benchmarks.results import Line, ratio_line

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "Trees"
REMARKS = """\
Peer: LightGBM by hand on the same table of text cells, which checks no file, asks no
process apart and doubts no cell. Measured inside the process, child processes included.
"""


def race(track: Track) -> list[Line]:
    """Trees grown and asked, against LightGBM by hand on the same table."""
    trained, asked = (2_000, 5_000) if track.quick else (20_000, 100_000)
    sizes = {"train": trained, "predict": asked}
    found = track.run(
        *(
            Contender(
                f"{verb}_{who}", own("figure", "trees", f"{verb}_{who}", str(size)), inside=True
            )
            for verb, size in sizes.items()
            for who in ("bare", "ours")
        )
    )
    what = {
        "train": f"{trained:,} rows of 7 columns learnt, 100 rounds",
        "predict": f"{asked:,} rows answered, explanations off",
    }
    goals = {"train": None, "predict": 0.5}
    return [
        ratio_line(what[verb], found[f"{verb}_ours"], found[f"{verb}_bare"], goals[verb])
        for verb in sizes
    ]
