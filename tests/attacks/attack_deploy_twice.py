"""Make what was revoked again, or sign it again by a shorter way."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_bundle
from warrant.kernel.digest import Digest


def tell(place: Path) -> list[Lie]:
    lies = []
    world = honest()
    revoked = Digest.of(world.envelopes[5])
    world.act("revoke", ("statement", revoked), world.approver, "approver")
    world.deploy()
    sentence = "(11) Entry 5 (train) was revoked by 'Ben Brown' at entry 10 (act)."
    lies.append(lie_in_bundle(place, world.members(), sentence))

    world = honest()
    revoked = Digest.of(world.envelopes[8])
    world.act("revoke", ("statement", revoked), world.approver, "approver")
    world.deploy()
    sentence = "(11) Entry 8 (deploy) was revoked by 'Ben Brown' at entry 10 (act)."
    lies.append(lie_in_bundle(place, world.members(), sentence))

    world = honest()  # the first maker stays, the second one is revoked
    again = world.step("train", ["train"], {"model": world.digests["model"]})
    world.act("revoke", ("statement", again.digest), world.approver, "approver")
    sentence = (
        "(11) 'model' of entry 5 (train) was withdrawn: entry 10 (train) made it too and was "
        "revoked by 'Ben Brown' at entry 11 (act)."
    )
    return [*lies, lie_in_bundle(place, world.members(), sentence)]
