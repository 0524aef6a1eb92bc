"""Train after the right to a source has ended, from an ingest that is only cached."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, lie_in_workspace, train, until_train


def tell(place: Path) -> list[Lie]:
    source = {"name": "contracts/", "rights": {"expires": "2026-03-31", "train": True}}
    world = until_train(sources=[source])
    world.plan()
    train(world, at="2026-04-01T00:00:00Z")
    sentence = (
        "(8) Entry 5 (train) was recorded no earlier than 2026-04-01T00:00:00Z and uses source "
        "'contracts/' of entry 1 (ingest), whose right ended on 2026-03-31 (1 such sources)."
    )
    return [
        lie_in_bundle(place, world.members(), sentence),
        lie_in_workspace(place, world, sentence),
    ]
