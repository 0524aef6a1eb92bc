"""Swap the bytes of two shards in the store."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_workspace


def tell(place: Path) -> list[Lie]:
    world = honest()
    first, second = world.layouts[world.digests["documents"]].shards
    blobs = world.blobs
    blobs[first.sha256], blobs[second.sha256] = blobs[second.sha256], blobs[first.sha256]
    return [
        lie_in_workspace(
            place,
            world,
            "It is shard 0 of 'documents' of entry 1 (ingest), signed by 'Ann Alvarez'.",
        )
    ]
