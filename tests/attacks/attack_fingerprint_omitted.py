"""Make an opened test set again, without its fingerprint, and plan anew."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, lie_in_workspace, train, until_train
from warrant.kernel.canon import canonical, parse_canonical


def tell(place: Path) -> list[Lie]:
    world = until_train()
    world.plan(0.9)
    world.step("train", ["train"], {"model": world.put(b"first")})
    world.step("evaluate", ["model", "test"], {"evaluation": world.put(world.evaluation())})
    manifest = parse_canonical(world.blobs[world.digests["test"]])
    assert isinstance(manifest, dict)
    unprinted = world.put(canonical({**manifest, "counts": {"kept": 99}}))
    world.step("split", ["rows"], {"test": unprinted})
    world.plan(0.1)
    train(world)
    sentence = "(7) Entry 10 (evaluate) read a test set for whose rows no statement signs a"
    return [
        lie_in_bundle(place, world.members(), sentence),
        lie_in_workspace(place, world, sentence),
    ]
