"""Bring a trust folder in the bundle."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_bundle


def tell(place: Path) -> list[Lie]:
    other = honest("impostor")
    other.trust(place / "own")
    lies = []
    for name in ("evidence/trust/signers", "evidence/trust/log.policy", "evidence/signers"):
        members = other.members()
        members[name] = (place / "own" / name.rpartition("/")[2]).read_bytes()
        lies.append(lie_in_bundle(place, members, f"(1) Member '{name}' is no kind of evidence"))
    return lies
