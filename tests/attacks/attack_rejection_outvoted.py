"""Approve beside a standing rejection, or take back the rejection of somebody else."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_bundle


def tell(place: Path) -> list[Lie]:
    world = honest()
    bundle = ("bundle", world.digests["bundle"])
    world.act("approve", bundle, world.author, "author")
    rejection = world.act("reject", bundle, world.approver, "approver")
    rejected = "(11) Rejected by 'Ben Brown' (approver) at entry 11 (act)."
    lies = [lie_in_bundle(place, world.members(), rejected, result="holds")]
    world.act("revoke", ("statement", rejection.digest), world.author, "author")
    lies.append(lie_in_bundle(place, world.members(), rejected, result="holds"))
    world.act("revoke", ("statement", rejection.digest), world.approver, "approver")
    taken_back = "(11) Approved for pilot by 'Ben Brown' (approver) at entry 9 (act)."
    lies.append(lie_in_bundle(place, world.members(), taken_back, result="holds"))
    rows = ("train", world.digests["train"])
    world.act("except", rows, world.approver, "approver", detail={"rule": "core.personal-data"})
    world.act(
        "except",
        rows,
        world.approver,
        "approver",
        detail={"rule": "b"},
        expires_at="2026-04-01T00:00:00Z",
    )
    elsewhere = ("rows", world.put(b"elsewhere"))
    world.act("except", elsewhere, world.approver, "approver", detail={"rule": "c"})
    told = (
        "(11) Rule 'core.personal-data' was excepted by 'Ben Brown' until it is revoked: entry 14",
        "(11) Rule 'b' was excepted by 'Ben Brown' until 2026-04-01T00:00:00Z: entry 15 (act).",
    )
    return [*lies, lie_in_bundle(place, world.members(), *told, result="holds")]
