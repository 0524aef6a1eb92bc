"""Bring two members of one name, with different bytes."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest_members, lie_in_bundle, packed


def tell(place: Path) -> list[Lie]:
    data = packed({**honest_members(), "card.md": b"# Other\n", "card.me": b"# Card\n"})
    return [
        lie_in_bundle(
            place,
            data.replace(b"card.me", b"card.md"),
            "(1) Member 'card.md' stands in the ZIP twice.",
        )
    ]
