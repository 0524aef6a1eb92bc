"""Hold the key of the log and log another history of the same length."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import (
    Lie,
    honest,
    lie_in_bundle,
    lie_in_workspace,
    train,
    until_train,
    write,
)
from warrant.kernel.digest import Digest

ANSWER = {"question": "who?", "answer": "not answered"}


def tell(place: Path) -> list[Lie]:
    true, other = honest(), until_train()
    other.plan()
    train(other)
    other.act("answer", ("question", Digest.of(b"q")), other.author, "author", detail=ANSWER)
    write(place / "seen" / true.origin.replace("/", "_"), true.checkpoint().encode())
    sentence = "(4) The log does not continue the checkpoint of 10 entries seen before"
    return [
        lie_in_bundle(place, other.members(), sentence, seen=place / "seen"),
        lie_in_workspace(place, other, sentence, seen=place / "seen"),
    ]
