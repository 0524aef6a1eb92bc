"""Flip a byte of a model file and mend the checksum of the ZIP."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest_members, lie_in_bundle


def tell(place: Path) -> list[Lie]:
    members = dict(honest_members())
    weights = bytearray(members["model/weights.json"])
    weights[5] ^= 1
    members["model/weights.json"] = bytes(weights)
    return [
        lie_in_bundle(
            place,
            members,
            "(9) 'model/weights.json' has ",
            "but entry 8 (deploy), signed by 'Ann Alvarez', says",
        )
    ]
