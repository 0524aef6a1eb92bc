"""Let a claim name other inputs than the statement that carries it."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, World, lie_in_bundle, lie_in_workspace, train, until_train
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest


def _put_claim(world: World) -> None:
    """Say in the claim of the next training that it read the test rows too."""
    put = world.put

    def changed(data: bytes) -> Digest:
        if b'"warrant/claim/1"' in data and b'"stage":"train"' in data:
            claim = parse_canonical(data)
            assert isinstance(claim, dict)
            more = {"digest": "22" * 32, "fingerprint": None, "name": "more", "rows": None}
            data = canonical({**claim, "inputs": [more, *claim["inputs"]]})
        return put(data)

    world.put = changed  # type: ignore[method-assign]


def tell(place: Path) -> list[Lie]:
    world = until_train()
    world.plan()
    _put_claim(world)
    train(world)
    sentence = "(7) The claim of entry 5 (train) names other inputs than its statement."
    return [
        lie_in_bundle(place, world.members(), sentence),
        lie_in_workspace(place, world, sentence),
    ]
