"""Flip a byte of a bundle: header, content, evidence, directory or end."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest_members, lie_in_bundle, packed


def tell(place: Path) -> list[Lie]:
    data = packed(honest_members())
    step = max(1, len(data) // 250)
    lies = []
    for position in [*range(0, len(data), step), *range(len(data) - 22, len(data))]:
        forged = bytearray(data)
        forged[position] ^= 1 + position % 255
        lies.append(lie_in_bundle(place, bytes(forged)))
    return lies
