"""Change a row and write shard and layout anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_workspace


def tell(place: Path) -> list[Lie]:
    world = honest()
    digest = world.digests["train"]
    layout = world.layouts[digest]
    shards = []
    for shard in layout.shards:
        data = world.blobs.pop(shard.sha256).replace(b"clause 1", b"clause X")
        shards.append(replace(shard, sha256=world.put(data), size=len(data)))
    world.layouts[digest] = replace(layout, shards=tuple(shards))
    return [
        lie_in_workspace(
            place,
            world,
            "(9) Row 1 has other cells than 'train' of entry 3 (split) says (1 such rows).",
            rows=world.reader(),
            alone="(9) Rows not decoded here.",
        )
    ]
