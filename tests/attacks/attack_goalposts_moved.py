"""Lower the bounds after the test set was opened, or leave them out of the evaluation."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, World, lie_in_bundle, lie_in_workspace, train, until_train
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.layout import Layout


def _opened(world: World) -> World:
    """Train a first model and open the test set for it."""
    world.step("train", ["train"], {"model": world.put(b"first")})
    world.step("evaluate", ["model", "test"], {"evaluation": world.put(world.evaluation())})
    return world


def _other_manifest(world: World) -> None:
    """Give the same test rows under another manifest."""
    old = world.digests["test"]
    manifest = parse_canonical(world.blobs[old])
    assert isinstance(manifest, dict)
    new = world.put(canonical({**manifest, "counts": {"kept": 99}}))
    layout = world.layouts[old]
    world.layouts[new] = Layout(new, layout.commitments, layout.shards)
    world.fingerprints[new] = world.fingerprints[old]
    world.step("split", ["rows"], {"test": new})


def tell(place: Path) -> list[Lie]:
    lies = []
    world = until_train()
    world.plan(0.9)
    _opened(world)
    world.plan(0.1)
    train(world)
    sentence = "(7) Entry 6 (evaluate) comes before the plan of entry 7 (plan) for the same test"
    lies += [
        lie_in_bundle(place, world.members(), sentence),
        lie_in_workspace(place, world, sentence),
    ]

    world = _opened(until_train())
    _other_manifest(world)
    world.plan()
    train(world)
    sentence = "(7) Entry 5 (evaluate) comes before the plan of entry 7 (plan) for the same test"
    lies += [
        lie_in_bundle(place, world.members(), sentence),
        lie_in_workspace(place, world, sentence),
    ]

    for planned in (
        lambda plan, _: (plan, {"macro_f1": 0.1}),
        lambda _, bounds: (None, bounds),
        lambda _, __: (None, {}),
        lambda _, bounds: ("0" * 64, bounds),
    ):
        world = until_train()
        world.plan()
        world.planned = planned(*world.planned)
        train(world)
        sentence = "(9) The evaluation of entry 6 (evaluate) has another plan or other bounds than"
        lies.append(lie_in_bundle(place, world.members(), sentence))
    for ceilings in ({"mae": 9.0}, {}, {"mae": 2.0, "rmse": 1.0}):
        world = until_train()
        world.plan_both(0.5, 2.0)
        world.ceilings = ceilings
        train(world)
        sentence = "(9) The evaluation of entry 6 (evaluate) has another plan or other bounds than"
        lies.append(lie_in_bundle(place, world.members(), sentence))
    world = until_train()
    world.plan_both(0.5, 2.0)
    _opened(world)
    world.plan_both(0.5, 9.0)
    train(world)
    sentence = "(7) Entry 6 (evaluate) comes before the plan of entry 7 (plan) for the same test"
    lies.append(lie_in_bundle(place, world.members(), sentence))
    world = until_train()
    world.plan_both(0.5, 2.0)
    train(world)
    sentence = "(7) Entry 6 (evaluate): this was opening 1 of this test set."
    lies.append(lie_in_bundle(place, world.members(), sentence, result="holds"))

    world = until_train()
    world.planned = ("0" * 64, {})
    train(world)
    sentence = "(9) The evaluation of entry 5 (evaluate) names a plan, and none stands before it"
    lies.append(lie_in_bundle(place, world.members(), sentence))

    world = until_train()
    world.plan()
    train(_opened(world))
    sentence = "(7) Entry 8 (evaluate): this was opening 2 of this test set."
    return [*lies, lie_in_bundle(place, world.members(), sentence, result="holds")]
