"""The races: one file each, with `HEADING`, `REMARKS` and `race`.

`race` takes a `Track`, puts everything it makes below the track's folder, and gives the lines of
its table. `REMARKS` says who is raced and what each side does, and of a goal that is missed, why.
A new race is a new file here, its name in `RACES`, and the seconds that it may take in `BUDGET_S`.
A race that needs what the environment of `make bench` has not says so in `absent`: it then runs
only when it is named, and its section stays.
"""

from __future__ import annotations

RACES = (
    "ingest",
    "model",
    "rows",
    "lineage",
    "start",
    "whole",
    "answers",
    "trees",
    "encoder",
    "near",
    "documents",
    "personal_data",
    "pipeline",
    "ledger",
    "memory",
    "large",
    "prices",
    "estimates",
)
"""In the order of the page."""

APART = ("large",)
"""Those that run only when they are named: they take long, and much disk."""

BUDGET_S: dict[str, int] = {
    "ingest": 100,
    "model": 30,
    "rows": 60,
    "lineage": 100,
    "start": 15,
    "whole": 110,
    "answers": 80,
    "trees": 35,
    "encoder": 10,
    "near": 95,
    "documents": 55,
    "personal_data": 30,
    "pipeline": 75,
    "ledger": 10,
    "memory": 20,
    "prices": 15,
    "estimates": 60,
}
"""Seconds that each race may take on two quiet cores, made things included: `make bench` stays
within 15 minutes. Sizes and rounds are chosen for that; `--full` takes full sizes."""
