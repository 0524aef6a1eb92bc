"""Sign as somebody who may not: keys as a reviewer, a step as an approver, and so on."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import (
    Lie,
    World,
    honest,
    lie_in_bundle,
    lie_in_workspace,
    train,
    until_train,
)
from warrant.kernel.draft import Person, keys_statement
from warrant.kernel.statement import Actor


def tell(place: Path) -> list[Lie]:
    lies = []
    world = honest()
    statement = keys_statement(
        Actor.of(world.approver, "reviewer"),
        world.log.public_key,
        [Person(world.approver.public_key, "Ben Brown", ("author", "approver", "reviewer"))],
        recorded_at=world.now(),
        reason="rotated",
    )
    world.record(statement, world.approver)
    sentence = "(6) Entry 10 (keys) was signed as reviewer; it may be signed as author."
    lies += [
        lie_in_bundle(place, world.members(), sentence),
        lie_in_workspace(place, world, sentence),
    ]

    world = until_train()
    train(world, signer=world.approver, role="approver")
    sentence = "(6) Entry 4 (train) was signed as approver; it may be signed as author or operator."
    lies.append(lie_in_bundle(place, world.members(), sentence))

    world = honest()
    bundle, detail = ("bundle", world.digests["bundle"]), {"rule": "core.rights"}
    world.act("approve", bundle, world.author, "operator")
    sentence = "(6) Entry 10 (act) was signed as operator; it may be signed as approver or author."
    lies.append(lie_in_bundle(place, world.members(), sentence))

    world = honest()
    world.act("except", bundle, world.author, "author", detail=detail)
    sentence = "(6) Entry 10 (act) was signed as author; it may be signed as approver."
    lies.append(lie_in_bundle(place, world.members(), sentence))

    world = World()
    world.keys([(world.author, "Ann Alvarez", ("operator",))])
    sentence = "(5) Entry 0 is signed by a person whom it does not list as author."
    lies.append(lie_in_workspace(place, world, sentence))

    world = honest()
    world.act("approve", ("claim", world.digests["documents"]), world.approver, "reviewer")
    return [*lies, lie_in_bundle(place, world.members(), result="holds")]
