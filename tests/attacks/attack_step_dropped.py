"""Leave the statement of a step out of a workspace."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_workspace
from warrant.kernel.digest import Digest


def tell(place: Path) -> list[Lie]:
    world = honest()
    del world.blobs[Digest.of(world.envelopes[2])]
    return [lie_in_workspace(place, world, "(6) The statement of entry 2 (curate) is absent.")]
