"""Leave statement and leaf of a revocation out and sign the shorter log again."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_bundle, write


def tell(place: Path) -> list[Lie]:
    world = honest()
    bundle = ("bundle", world.digests["bundle"])
    world.act("revoke", bundle, world.approver, "approver")
    lies = [
        lie_in_bundle(
            place, world.members(), "(11) The bundle was revoked by 'Ben Brown' at entry 10"
        )
    ]
    write(place / "seen" / world.origin.replace("/", "_"), world.checkpoint().encode())
    shorter = honest()
    sentence = "(4) The log has 10 entries, but a checkpoint of 11 was seen before"
    return [*lies, lie_in_bundle(place, shorter.members(), sentence, seen=place / "seen")]
