"""List and use an approver whom the reader does not know."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, person, train, until_train


def tell(place: Path) -> list[Lie]:
    world = until_train()
    stranger = person("stranger")
    world.keys(
        [
            (world.author, "Ann Alvarez", ("author",)),
            (stranger, "Ben Brown", ("approver",)),
        ]
    )
    world.plan()
    train(world)
    bundle = ("bundle", world.digests["bundle"])
    world.act("approve", bundle, stranger, "approver", stage_of_use="pilot")
    return [
        lie_in_bundle(
            place,
            world.members(),
            "does not count: you do not know the signer.",
            "(11) Approval: none.",
            result="holds",
        )
    ]
