"""Take a row out without a logged erasure."""

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
        lines = world.blobs.pop(shard.sha256).splitlines()
        data = b"\n".join(b"null" if b"clause 1" in line else line for line in lines)
        shards.append(replace(shard, sha256=world.put(data), size=len(data)))
    world.layouts[digest] = replace(layout, shards=tuple(shards))
    lie = lie_in_workspace(
        place,
        world,
        "(9) Row 1 is missing and no logged erasure names it; it belongs to 'train' of entry 3",
        rows=world.reader(),
        alone="(9) Rows not decoded here.",
    )
    world.erase("train", [1])
    told = lie_in_workspace(
        place,
        world,
        "3 rows are those of 'train' of entry 3 (split); 1 were erased.",
        rows=world.reader(),
        result="holds",
        alone="(9) Rows not decoded here.",
    )
    return [lie, told]
