"""A folder of contracts answered, against scikit-learn by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.measure import ROUND, Contender, own, program
from benchmarks.results import Line, ratio_line
from benchmarks.track import contracts

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "Answers"
REMARKS = """\
Peer: the same kinds of terms and fit in scikit-learn by hand, which reads the files and
writes a sheet. Ours verifies the bundle first, asks policy, keeps parts for a restart, and
ends in a root over all lines. The ratio is that of rows per CPU second. `--full` asks 10,000.
"""


def race(track: Track) -> list[Line]:
    """A folder of contracts answered, against scikit-learn by hand."""
    place, count = contracts(track), 1_000 if track.quick else 10_000 if track.full else 3_000
    asked, model = track.folder / "questions", track.folder / "bare.joblib"
    track.make("questions", asked, str(count))
    track.make("bare", "fit", place / "contracts", model)
    environment = {**track.environment, "WARRANT_CONFIG_DIR": str(place / "reader")}
    ask = [program("warrant"), "predict", place / "bench.bundle", asked, "-o"]
    plain = ["--no-words", "--no-neighbours"]
    out = {name: track.folder / f"{name}-{ROUND}.csv" for name in ("bare", "plain", "whole")}
    found = replace(track, environment=environment).run(
        Contender("bare scikit-learn", own("bare", "answer", model, asked, out["bare"])),
        Contender("predict", [*ask, out["plain"], *plain]),
        Contender("predict, words and nearest rows", [*ask, out["whole"]]),
    )
    what, peer = f"{count:,} contracts answered", found["bare scikit-learn"]
    return [
        ratio_line(f"{what}, `--no-words --no-neighbours`", found["predict"], peer, 0.5),
        ratio_line(
            f"{what}, with words and nearest rows", found["predict, words and nearest rows"], peer
        ),
    ]
