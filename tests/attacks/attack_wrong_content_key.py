"""Sign a content key that does not follow from configuration and inputs."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, lie_in_workspace, train, until_train
from warrant.kernel.digest import Digest


def tell(place: Path) -> list[Lie]:
    world = until_train()
    world.plan()
    world.content = {"card.md": b"x"}
    world.step("train", ["train"], {"model": world.put(b"{}")}, content_key=Digest.of(b"wanted"))
    train(world)
    sentence = "(7) The content key of entry 5 (train) does not follow from"
    return [
        lie_in_bundle(place, world.members(), sentence),
        lie_in_workspace(place, world, sentence),
    ]
