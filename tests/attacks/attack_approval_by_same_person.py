"""Approve one's own work under a second key, an operator's hands, or another spelling."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, World, lie_in_bundle, person, train, until_train

ALONE = "(11) Approved for pilot by its author; no independent review: entry "


def _approved(world: World) -> World:
    train(world)
    bundle = ("bundle", world.digests["bundle"])
    world.act("approve", bundle, world.approver, "approver", stage_of_use="pilot")
    return world


def tell(place: Path) -> list[Lie]:
    lies = []
    world = until_train()  # the workspace lists the approver's key under the author's name
    world.keys(
        [
            (world.author, "Ann Alvarez", ("author",)),
            (world.approver, "ann  ALVAREZ", ("approver",)),
        ]
    )
    world.plan()
    lies.append(lie_in_bundle(place, _approved(world).members(), ALONE, result="holds"))

    world = until_train()  # the reader does
    lie = lie_in_bundle(place / "reader", _approved(world).members(), ALONE, result="holds")
    signers = lie.trust / "signers"
    signers.write_text(signers.read_text().replace("Ben Brown", "Ann  Alvarez"))
    lies.append(lie)

    for hands in ("opener", "planner"):
        world = until_train() if hands == "planner" else World()
        operator = person("operator")
        listed = [
            (world.author, "Ann Alvarez", ("author", "approver")),
            (operator, "Olga Ortiz", ("author", "operator")),
        ]
        if hands == "opener":
            texts = [f"clause {number}" for number in range(6)]
            world.keys(listed)
            outputs = {"rows": world.dataset("rows", texts)}
            world.step("ingest", [], outputs, signer=operator, role="operator")
            halves = {"train": texts[:3], "test": texts[3:]}
            parts = {name: world.dataset(name, half) for name, half in halves.items()}
            world.step("split", ["rows"], parts, signer=operator, role="operator")
            train(world, signer=operator, role="operator")
        else:
            world.keys(
                [
                    (world.author, "Ann Alvarez", ("author",)),
                    *listed[1:],
                    (world.approver, "Ben Brown", ("author", "approver")),
                ]
            )
            world.plan(signer=world.approver)
            train(world)
        by = world.author if hands == "opener" else world.approver
        bundle = ("bundle", world.digests["bundle"])
        world.act("approve", bundle, by, "approver", stage_of_use="pilot")
        lie = lie_in_bundle(place / hands, world.members(), ALONE, result="holds")
        signers = lie.trust / "signers"
        wider = signers.read_text().replace(" author,operator", " author,approver,operator")
        wider = wider.replace(" approver,reviewer", " author,approver,reviewer")
        signers.write_text(f"{wider}{operator.public_key.text} Olga Ortiz author,operator\n")
        lies.append(lie)
    return lies
