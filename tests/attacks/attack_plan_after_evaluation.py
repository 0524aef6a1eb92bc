"""Sign the evaluation plan after the evaluation."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, lie_in_workspace, train, until_train


def tell(place: Path) -> list[Lie]:
    world = train(until_train())
    world.plan()
    sentence = (
        "(7) Entry 5 (evaluate) comes before the plan of entry 8 (plan) for the same test rows."
    )
    return [
        lie_in_bundle(place, world.members(), sentence),
        lie_in_workspace(place, world, sentence),
    ]
