"""Put the row commitments of another dataset, or those of this one in another order, in place."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_workspace
from warrant.kernel.layout import Layout


def tell(place: Path) -> list[Lie]:
    lies = []
    world = honest()
    rows, other = (world.layouts[world.digests[name]] for name in ("train", "test"))
    world.layouts[rows.dataset] = Layout(rows.dataset, other.commitments, rows.shards)
    lies.append(lie_in_workspace(place, world, "(9) File 'store/layouts/"))
    world = honest()
    data = world.blobs[rows.commitments]
    turned = world.put(data[32:] + data[:32])
    world.layouts[rows.dataset] = Layout(rows.dataset, turned, rows.shards)
    sentence = "(9) The row commitments give another root than 'train' of entry 3 (split) says."
    return [*lies, lie_in_workspace(place, world, sentence)]
