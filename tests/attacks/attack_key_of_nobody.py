"""List an approver whose key is a point of small order: anybody can sign for it."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, World, honest, lie_in_bundle
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope, pae
from warrant.kernel.keys import PublicKey


def _members(world: World, raw: bytes) -> dict[str, bytes]:
    """Log keys in which another key stands for the approver's, and write the bundle."""
    world.keys([(world.approver, "Ben Brown", ("approver",)), (world.author, "Ann", ("author",))])
    # Our own reader would not take what follows, so that it stands in the bundle alone.
    payload = parse_canonical(Envelope.parse(world.envelopes.pop()).payload)
    assert isinstance(payload, dict)
    payload["predicate"]["persons"][0]["key"] = PublicKey(raw).text
    data = canonical(payload)
    envelope = Envelope(data, world.author.key_id, world.author.sign(pae(data))).to_bytes()
    leaf = parse_canonical(world.leaves.pop())
    assert isinstance(leaf, dict)
    digest = Digest.of(envelope).hex
    known = {"envelope": digest, "pae": Digest.of(pae(data)).hex}
    world.leaves.append(canonical({**leaf, **known}))
    return {**world.members(), f"evidence/statements/{digest}.json": envelope}


def tell(place: Path) -> list[Lie]:
    lies = []
    for raw in (bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 31):
        sentence = "the statement of entry 10 (keys) is not of its form."
        lies.append(lie_in_bundle(place, _members(honest(), raw), sentence))
    return lies
