"""Evaluate a model on the rows that it has learned from."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, lie_in_workspace, train, until_train
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.layout import Layout


def tell(place: Path) -> list[Lie]:
    lies = []
    world = until_train()
    world.digests["test"] = world.digests["train"]
    world.plan()
    train(world)
    sentence = "(7) Entry 6 (evaluate) has a test set of rows that entry 5 (train) read, which"
    lies += [
        lie_in_bundle(place, world.members(), sentence),
        lie_in_workspace(place, world, sentence),
    ]
    world = until_train()  # the same rows, called a test set
    known = world.digests["train"]
    manifest = parse_canonical(world.blobs[known])
    assert isinstance(manifest, dict)
    renamed = world.put(canonical({**manifest, "name": "test"}))
    world.layouts[renamed] = Layout(
        renamed, world.layouts[known].commitments, world.layouts[known].shards
    )
    world.fingerprints[renamed] = world.fingerprints[known]
    world.step("split", ["rows"], {"test": renamed})
    world.plan()
    train(world)
    sentence = "(7) Entry 7 (evaluate) has a test set of rows that entry 6 (train) read, which"
    return [*lies, lie_in_bundle(place, world.members(), sentence)]
