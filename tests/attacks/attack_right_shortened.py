"""Use a source that may not be trained on, or whose right was shortened since."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, lie_in_workspace, train, until_train

LONG = {"name": "contracts/", "rights": {"expires": "2030-01-01", "train": True}}
SHORT = {"name": "contracts/", "rights": {"expires": "2026-03-01", "train": True}}
ENDED = {"name": "contracts/", "rights": {"expires": "2026-05-01", "train": True}}
DENIED = {"name": "contracts/", "rights": {"expires": "never", "train": False}}


def tell(place: Path) -> list[Lie]:
    lies = []
    expired = (
        "(8) Entry 6 (train) was recorded no earlier than 2026-03-02T00:08:00Z and uses source "
        "'contracts/' of entry 5 (ingest), whose right ended on 2026-03-01 (1 such sources)."
    )
    denied = (
        "(8) Entry 6 (train) uses source 'contracts/' of entry 5 (ingest), whose right does not "
        "cover training (1 such sources)."
    )
    for first, second, sentence in ((LONG, SHORT, expired), (LONG, DENIED, denied)):
        world = until_train(sources=[first])
        world.plan()
        world.step("ingest", [], {"documents": world.digests["documents"]}, sources=[second])
        train(world)
        lies += [
            lie_in_bundle(place, world.members(), sentence),
            lie_in_workspace(place, world, sentence),
        ]
    world = until_train(sources=[DENIED])
    train(world)
    sentence = denied.replace("6 (train)", "4 (train)").replace("5 (ingest)", "1 (ingest)")
    lies.append(lie_in_bundle(place, world.members(), sentence))

    world = until_train(sources=[SHORT])  # what is renewed in time may be used
    world.step("ingest", [], {"documents": world.digests["documents"]}, sources=[LONG])
    train(world)
    sound = "(8) Each source was used within its right."
    lies.append(lie_in_bundle(place, world.members(), sound, result="holds"))
    world.step("ingest", [], {"documents": world.digests["documents"]}, sources=[ENDED])
    sentence = "(8) The right to source 'contracts/' of entry 9 (ingest) ended on 2026-05-01"
    lies.append(lie_in_bundle(place, world.members(), sentence, sound, result="holds"))
    return lies
