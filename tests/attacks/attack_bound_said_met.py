"""Write beside a bound that it is met, though the figure there misses it."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, lie_in_bundle, train, until_train


def tell(place: Path) -> list[Lie]:
    sentence = "(9) The evaluation of entry 6 (evaluate) says that the bound on {} is met; by its"
    world = until_train()
    world.plan(0.9)
    train(world)
    lies = [lie_in_bundle(place, world.members(), sentence.format("'macro_f1'"))]
    world = until_train()
    world.plan_both(0.5, 0.1)
    train(world)
    lies.append(lie_in_bundle(place, world.members(), sentence.format("'mae'")))
    world = until_train()
    world.plan()
    honest = world.evaluation  # a bound without a figure is not met
    world.evaluation = lambda: honest().replace(b'"value":0.63', b'"value":null')  # type: ignore[method-assign]
    train(world)
    return [*lies, lie_in_bundle(place, world.members(), sentence.format("'macro_f1'"))]
