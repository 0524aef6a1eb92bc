"""Make everything again with fresh keys."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest, lie_in_bundle, lie_in_workspace


def tell(place: Path) -> list[Lie]:
    other = honest("impostor")
    unknown = "does not stand in your log.policy."
    return [
        lie_in_bundle(
            place, other.members(), unknown, "by key", result="consistent, signer unknown"
        ),
        lie_in_workspace(place, other, unknown, result="consistent, signer unknown"),
    ]
