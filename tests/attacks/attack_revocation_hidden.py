"""Leave the statement of a revocation out, or show it."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_bundle, lie_in_workspace
from warrant.kernel.digest import Digest


def tell(place: Path) -> list[Lie]:
    world = honest()
    envelope = world.act(
        "revoke", ("statement", Digest.of(world.envelopes[5])), world.approver, "approver"
    )
    members = world.members()
    hidden = f"evidence/statements/{envelope.digest.hex}.json"
    lies = [
        lie_in_bundle(
            place, members, "(11) Entry 5 (train) was revoked by 'Ben Brown' at entry 10"
        ),
        lie_in_bundle(
            place,
            {name: data for name, data in members.items() if name != hidden},
            "(6) The statement of entry 10 (act) is absent: it may take something back.",
        ),
    ]
    del world.blobs[envelope.digest]
    return [*lies, lie_in_workspace(place, world, "(6) The statement of entry 10 (act) is absent")]
