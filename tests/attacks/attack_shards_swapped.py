"""Swap two shards of a dataset in its layout."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_workspace


def tell(place: Path) -> list[Lie]:
    world = honest()
    digest = world.digests["documents"]
    layout = world.layouts[digest]
    world.layouts[digest] = replace(layout, shards=layout.shards[::-1])
    return [
        lie_in_workspace(
            place,
            world,
            "(9) Row 0 has other cells than 'documents' of entry 1 (ingest) says (6 such rows).",
            rows=world.reader(),
            alone="(9) Rows not decoded here.",
        )
    ]
