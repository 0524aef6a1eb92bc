"""Log a statement once more: an approval after its rejection, keys after they were taken out."""

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
from warrant.kernel.statement import leaf_of


def _log_again(world: World, index: int) -> None:
    data = world.envelopes[index]
    world.envelopes.append(data)
    world.leaves.append(leaf_of(data, world.now()))


def tell(place: Path) -> list[Lie]:
    world = honest()
    bundle = ("bundle", world.digests["bundle"])
    world.act("reject", bundle, world.approver, "approver")
    _log_again(world, 9)
    sentence = "(3) Entry 11 (act) is the statement of entry 9 (act) again: the log holds it twice."
    lies = [
        lie_in_bundle(place, world.members(), sentence),
        lie_in_workspace(place, world, sentence),
    ]

    world = honest()  # the condition of the second approval would be gone
    world.act("approve", bundle, world.approver, "approver", conditions=("in-house only",))
    _log_again(world, 9)
    lies.append(lie_in_bundle(place, world.members(), sentence))

    world = until_train()  # Ben's key was taken out; whoever has the log's key brings it back
    world.keys([(world.author, "Ann Alvarez", ("author", "operator"))])
    _log_again(world, 0)
    world.plan()
    train(world)
    bundle = ("bundle", world.digests["bundle"])
    world.act("approve", bundle, world.approver, "approver", stage_of_use="pilot")
    sentence = "(3) Entry 5 (keys) is the statement of entry 0 (keys) again: the log holds it twice"
    return [*lies, lie_in_bundle(place, world.members(), sentence)]
