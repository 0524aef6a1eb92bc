"""Give an old checkpoint with the leaves of its time."""

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


def tell(place: Path) -> list[Lie]:
    old = until_train()
    old.plan()
    train(old)
    now = honest()
    lies = []
    for seen, result, sentence in (
        (place / "seen", "refused", "(4) The log has 9 entries, but a checkpoint of 10 was seen"),
        (place / "nothing", "holds", "(4) As of entry 8; later withdrawals unknown: no checkpoint"),
    ):
        lies += [
            lie_in_bundle(place, old.members(), sentence, seen=seen, result=result),
            lie_in_workspace(place, old, sentence, seen=seen, result=result),
        ]
    write(place / "seen" / now.origin.replace("/", "_"), now.checkpoint().encode())
    return lies
