"""Bury the answer under thousands of sentences of one sort."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_bundle, lie_in_workspace, train, until_train
from warrant.kernel.digest import Digest


def tell(place: Path) -> list[Lie]:
    ended = [
        {"name": f"source {number}", "rights": {"expires": "2026-05-01", "train": True}}
        for number in range(250)
    ]
    world = train(until_train(sources=ended))
    sentence = "(8) And 150 more sentences of the sort 'right-ended'."
    lies = [lie_in_bundle(place, world.members(), sentence, result="holds")]
    world = honest()
    for number in range(150):
        del world.blobs[world.put(b"%d" % number)]
        world.step("curate", ["documents"], {"rows": Digest.of(b"%d" % number)})
    sentence = "(9) And 50 more sentences of the sort 'blob-absent'."
    return [*lies, lie_in_workspace(place, world, sentence)]
