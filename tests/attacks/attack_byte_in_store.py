"""Flip a byte of each file of a store."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, flipped_in, honest


def tell(place: Path) -> list[Lie]:
    return flipped_in(place, honest(), "store", 25)
