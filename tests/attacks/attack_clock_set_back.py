"""Set the clock back, so that a right that has ended seems to last."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, lie_in_workspace, train, until_train

ENDED = {"name": "contracts/", "rights": {"expires": "2026-03-01", "train": True}}


def tell(place: Path) -> list[Lie]:
    world = until_train(sources=[ENDED])
    world.plan()
    train(world, at="2026-02-20T00:00:00Z")
    sentence = (
        "(8) Entry 5 (train) was recorded no earlier than 2026-03-02T00:06:00Z and uses source "
        "'contracts/' of entry 1 (ingest), whose right ended on 2026-03-01 (1 such sources)."
    )
    return [
        lie_in_bundle(place, world.members(), sentence),
        lie_in_workspace(place, world, sentence),
    ]
