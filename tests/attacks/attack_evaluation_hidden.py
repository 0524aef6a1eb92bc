"""Leave a step out of a bundle that would speak against it."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, World, lie_in_bundle, train, until_train
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope
from warrant.kernel.statement import Statement


def _without(world: World, *hidden: int) -> dict[str, bytes]:
    """Give the members without the statements, proofs and records of some steps."""
    members = world.members()
    statements = [Statement.open(Envelope.parse(data)) for data in world.envelopes]
    named = {
        subject.digest
        for index, statement in enumerate(statements)
        if index not in hidden
        for subject in (*statement.subjects, *statement.dependencies)
    }
    for index in hidden:
        del members[f"evidence/statements/{Digest.of(world.envelopes[index]).hex}.json"]
        del members[f"evidence/proofs/{index}.tlog-proof"]
        for subject in statements[index].subjects:
            if subject.digest not in named:
                members.pop(f"evidence/records/{subject.digest.hex}.json", None)
    return members


def tell(place: Path) -> list[Lie]:
    lies = []
    world = until_train()
    world.step("train", ["train"], {"model": world.put(b"first")})
    world.step("evaluate", ["model", "test"], {"evaluation": world.put(b"first scores")})
    world.plan()
    train(world)
    sentence = "(6) The statement of entry 5 (evaluate) is absent: it may take something back."
    lies.append(lie_in_bundle(place, _without(world, 4, 5), sentence))

    world = until_train()
    world.step("ingest", [], {"documents": world.digests["documents"]})
    train(world)
    sentence = "(6) The statement of entry 4 (ingest) is absent: it may take something back."
    lies.append(lie_in_bundle(place, _without(world, 4), sentence))

    world = until_train()
    train(world)
    world.deploy()
    sentence = "(6) The statement of entry 7 (deploy) is absent: it may take something back."
    lies.append(lie_in_bundle(place, _without(world, 7), sentence))

    world = train(until_train())
    again = world.step("train", ["train"], {"model": world.digests["model"]})
    world.act("revoke", ("statement", again.digest), world.approver, "approver")
    sentence = "(6) The statement of entry 8 (train) is absent: it may take something back."
    return [*lies, lie_in_bundle(place, _without(world, 8), sentence)]
