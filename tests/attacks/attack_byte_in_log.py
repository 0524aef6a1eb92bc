"""Flip a byte of each file of a log that is large enough for two levels of tiles."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, flipped_in, honest
from warrant.kernel.digest import Digest

ANSWER = {"question": "who?", "answer": "not answered"}


def tell(place: Path) -> list[Lie]:
    world = honest()
    for number in range(260):
        world.act("answer", ("question", Digest.of(b"q")), world.author, "author", detail=ANSWER)
        del number
    return flipped_in(place, world, "log", 3)
