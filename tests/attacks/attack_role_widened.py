"""List the author as an approver, whom the reader knows as an author only."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, lie_in_workspace, train, until_train


def tell(place: Path) -> list[Lie]:
    world = until_train()
    both = (world.author, "Ann Alvarez", ("author", "approver"))
    world.keys([both])
    world.plan()
    train(world)
    bundle = ("bundle", world.digests["bundle"])
    world.act("approve", bundle, world.author, "approver", stage_of_use="pilot")
    denied = "was signed as approver, a role that you do not grant to 'Ann Alvarez'."
    return [
        lie_in_bundle(place, world.members(), denied),
        lie_in_workspace(place, world, denied),
    ]
