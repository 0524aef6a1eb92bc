"""The start of the program, and a small bundle verified, against bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.measure import Contender, program
from benchmarks.results import Line, bound_line
from benchmarks.track import contracts

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "Start"
REMARKS = """\
Against a bound; beside it what `dvc --help` and `model_signing --help` cost. Two rounds
more.
"""


def race(track: Track) -> list[Line]:
    """The start of the program, and a small bundle verified, against bounds."""
    place = contracts(track)
    bundle = place / "bench.bundle"
    environment = {**track.environment, "WARRANT_CONFIG_DIR": str(place / "reader")}
    found = replace(track, environment=environment, rounds=track.rounds + 2).run(
        Contender("model_signing --help", [program("model_signing"), "--help"]),
        Contender("dvc --help", [program("dvc"), "--help"]),
        Contender("help", [program("warrant"), "--help"]),
        Contender("verify", [program("warrant"), "verify", bundle]),
    )
    what = f"`warrant verify` of a bundle of {bundle.stat().st_size / 1e3:,.0f} KB"
    return [
        bound_line("`warrant --help`", found["help"], 0.3, found["dvc --help"]),
        bound_line(what, found["verify"], 0.3, found["model_signing --help"]),
    ]
