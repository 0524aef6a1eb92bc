"""Sign before a key is listed or after it was taken out, or take over the keys as an approver."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, person, train, until_train
from warrant.kernel.draft import Person, keys_statement
from warrant.kernel.statement import Actor


def tell(place: Path) -> list[Lie]:
    world, carl = until_train(), person("carl")
    world.step("train", ["train"], {"model": world.put(b"first")}, signer=carl)
    ann, ben = (world.author, "Ann Alvarez", ("author",)), (world.approver, "Ben", ("approver",))
    world.keys([ann, ben, (carl, "Carl", ("author",))])
    world.plan()
    train(world)
    sentence = "(6) Entry 4 (train) is signed by key {}, which is not among the keys in force."
    lies = [lie_in_bundle(place, world.members(), sentence.format(carl.key_id[:12]))]

    world = until_train()
    world.plan()
    train(world)
    world.keys([ann])
    bundle = ("bundle", world.digests["bundle"])
    world.act("approve", bundle, world.approver, "approver", stage_of_use="pilot")
    sentence = "(6) Entry 10 (act) is signed by key {}, which is not among the keys in force."
    lies.append(lie_in_bundle(place, world.members(), sentence.format(world.approver.key_id[:12])))

    world = until_train()
    world.plan()
    train(world)
    alone = keys_statement(
        Actor.of(world.approver, "author"),
        world.log.public_key,
        [Person(world.approver.public_key, "Ben Brown", ("author", "approver"))],
        recorded_at=world.now(),
        models=[world.model.public_key],
        reason="rotated",
    )
    world.record(alone, world.approver)
    sentence = "(6) Entry 9 (keys) was signed as author, a role that the keys in force do not give"
    return [*lies, lie_in_bundle(place, world.members(), sentence)]
