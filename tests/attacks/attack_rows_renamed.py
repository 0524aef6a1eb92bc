"""Bring denied or revoked rows under another manifest."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, World, lie_in_bundle, lie_in_workspace, train, until_train
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest
from warrant.kernel.layout import Layout

DENIED = {"name": "contracts/", "rights": {"expires": "never", "train": False}}


def _rename(world: World, name: str) -> Digest:
    """Give a dataset's rows another manifest."""
    known = world.digests[name]
    manifest = parse_canonical(world.blobs[known])
    assert isinstance(manifest, dict)
    renamed = world.put(canonical({**manifest, "counts": {"kept": 99}}))
    layout = world.layouts[known]
    world.layouts[renamed] = Layout(renamed, layout.commitments, layout.shards)
    world.fingerprints[renamed] = world.fingerprints[known]
    return renamed


def tell(place: Path) -> list[Lie]:
    world = until_train()
    world.plan()
    world.step("ingest", [], {"documents": _rename(world, "documents")}, sources=[DENIED])
    train(world)
    denied = (
        "(8) Entry 6 (train) uses source 'contracts/' of entry 5 (ingest), whose right does not "
        "cover training (1 such sources)."
    )
    lies = [
        lie_in_bundle(place, world.members(), denied),
        lie_in_workspace(place, world, denied),
    ]
    world = until_train()
    split = ("statement", Digest.of(world.envelopes[3]))
    world.act("revoke", split, world.approver, "approver")
    world.step("split", ["rows"], {name: _rename(world, name) for name in ("train", "test")})
    world.plan()
    train(world)
    withdrawn = (
        "(11) 'train' of entry 5 (split) was withdrawn: entry 3 (split) made it too and was "
        "revoked by 'Ben Brown' at entry 4 (act)."
    )
    return [*lies, lie_in_bundle(place, world.members(), withdrawn)]
