"""Leave each statement out of the bundle in turn."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest_members, lie_in_bundle


def tell(place: Path) -> list[Lie]:
    members = honest_members()
    lies = []
    for name in members:
        if name.startswith("evidence/statements/"):
            kept = {one: data for one, data in members.items() if one != name}
            lies.append(lie_in_bundle(place, kept))
    return lies
