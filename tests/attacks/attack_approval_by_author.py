"""Approve its own bundle, as author or under an approver's role."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, train, until_train


def tell(place: Path) -> list[Lie]:
    world = until_train()
    world.plan()
    train(world)
    bundle = ("bundle", world.digests["bundle"])
    world.act("approve", bundle, world.author, "author", stage_of_use="pilot")
    return [
        lie_in_bundle(
            place,
            world.members(),
            "(11) Approved for pilot by its author; no independent review: entry 9 (act).",
            result="holds",
        )
    ]
