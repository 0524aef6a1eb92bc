"""Plant a step with a wanted content key, signed by a key that is not in force."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, lie_in_workspace, person, train, until_train


def tell(place: Path) -> list[Lie]:
    world = until_train()
    world.plan()
    stranger = person("stranger")
    world.content = {"card.md": b"x"}
    world.step("train", ["train"], {"model": world.put(b"{}")}, signer=stranger)
    train(world)
    sentence = "(6) Entry 5 (train) is signed by key"
    return [
        lie_in_bundle(place, world.members(), sentence, "not among the keys in force"),
        lie_in_workspace(place, world, sentence, "not among the keys in force"),
    ]
