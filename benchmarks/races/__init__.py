"""The races: one file each, with `HEADING`, `REMARKS` and `race`.

`race` takes a `Track`, puts everything it makes below the track's folder, and gives the lines of
its table. `REMARKS` says who is raced and what each side does, and of a goal that is missed, why.
A new race is a new file here and its name in `RACES`.
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
    "memory",
    "large",
    "prices",
    "estimates",
)
"""In the order of the page."""

APART = ("large",)
"""Those that run only when they are named: they take long, and much disk."""
