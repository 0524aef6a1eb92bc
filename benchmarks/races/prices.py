"""The cheapest machine that fits, on the same catalogue as SkyPilot's optimizer."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any

from benchmarks.catalogues import CLOUDS, questions, write_catalogue
from benchmarks.measure import hashing_speed
from benchmarks.results import Line

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "Prices"
PEER = Path(__file__).parents[1] / "sky_peer.py"
VARIABLE = "WARRANT_BENCH_SKY"
REMARKS = f"""\
Generated catalogues of 2,000 rows over three clouds, in SkyPilot's form; questions for one of up to
three cards, so many of them, with memory and processors. SkyPilot runs in an environment of its
own, named by `{VARIABLE}` (its Python); without it this race tells of ours alone. It is told which
clouds are enabled. Warm: both have the catalogue in memory; SkyPilot's first answer, which reads
it, is left out. First answer: both read it, imports left out. CPU seconds of the median answer.
SkyPilot 0.14 holds RunPod's machines against no memory: there each has enough for every question.
"""


def absent() -> str:
    """Name the variable that is not set: without the peer, a whole section would be lost."""
    return "" if VARIABLE in os.environ else VARIABLE


def race(track: Track) -> list[Line]:
    """Answer the same questions on the same catalogues, and compare choices and time."""
    track.speeds.append(hashing_speed())
    python = os.environ.get(VARIABLE)
    catalogues, asked = (1, 5) if track.quick else (5, 20)
    ours: list[dict[str, Any]] = []
    peers: list[dict[str, Any]] = []
    for seed in range(catalogues):
        home = track.folder / f"home-{seed}"
        write_catalogue(home / ".sky" / "catalogs" / "v8", 2000, seed)
        cases = questions(asked, seed)
        ours.append(_ours(home / ".sky" / "catalogs" / "v8", cases))
        if python:
            peers.append(_peer(python, home, cases, track))
    what = f"{catalogues} catalogues of 2,000 rows, {asked} questions each"
    warm = median(one for found in ours for one in found["warm"])
    first = median(found["first"] for found in ours)
    if not python:
        told = f"{1e3 * warm:.2f} ms an answer, {1e3 * first:.1f} ms the first; no SkyPilot here"
        return [Line(what, "", told, None)]
    return [*_lines(what, ours, peers, warm, first)]


def _lines(
    what: str,
    ours: list[dict[str, Any]],
    peers: list[dict[str, Any]],
    warm: float,
    first: float,
) -> list[Line]:
    pairs = [
        (mine, theirs["machine"])
        for found, peer in zip(ours, peers, strict=True)
        for mine, theirs in zip(found["chosen"], peer["chosen"], strict=True)
    ]
    same = sum(mine == theirs for mine, theirs in pairs)
    peer_warm = median(one["cpu_s"] for peer in peers for one in peer["chosen"][1:])
    peer_first = median(peer["chosen"][0]["cpu_s"] for peer in peers)
    imported = median(peer["import_s"] for peer in peers)
    return [
        Line(
            f"{what}: the same choice",
            "the same machine for every question",
            f"{same} of {len(pairs)}",
            same == len(pairs),
        ),
        Line(
            f"{what}: warm",
            "50 times cheaper than SkyPilot's optimizer",
            f"{peer_warm / warm:,.0f} times ({1e3 * warm:.2f} ms, {1e3 * peer_warm:.0f} ms)",
            peer_warm / warm >= 50,
        ),
        Line(
            f"{what}: first answer; SkyPilot's import, {imported:.1f} CPU s, left out",
            "",
            f"{peer_first / first:,.0f} times ({1e3 * first:.1f} ms, {1e3 * peer_first:.0f} ms)",
            None,
        ),
    ]


def _ours(folder: Path, cases: list[dict[str, Any]]) -> dict[str, Any]:
    from warrant.backends.prices import Needs, cheapest, read_catalogue

    began = process_time()
    offers = read_catalogue(folder).offers
    found: dict[str, Any] = {"warm": [], "chosen": []}
    for place, case in enumerate(cases):
        started = process_time()
        kinds = frozenset(one.split(":")[0] for one in case["accelerators"])
        number = int(case["accelerators"][0].split(":")[1])
        memory, cpus = (float(case[name].rstrip("+")) for name in ("memory", "cpus"))
        best = cheapest(offers, Needs(memory, cpus, number, 0.0, kinds))
        found["warm"].append(process_time() - started)
        found["chosen"].append(best[0].machine if best else None)
        if not place:
            found["first"] = process_time() - began
    return found


def _peer(python: str, home: Path, cases: list[dict[str, Any]], track: Track) -> dict[str, Any]:
    told = subprocess.run(
        [python, str(PEER)],
        input=json.dumps({"clouds": CLOUDS, "cases": cases}),
        env={**track.environment, "HOME": str(home), "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(told.stdout.splitlines()[-1]))
