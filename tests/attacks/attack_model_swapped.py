"""Put another model and a new list of content under the old statement."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest, honest_members, lie_in_bundle


def tell(place: Path) -> list[Lie]:
    world = honest()
    world.content["model/weights.json"] = b"{}"
    return [
        lie_in_bundle(place, world.members(), "(9) No deploy statement names bundle "),
        lie_in_bundle(
            place,
            {**honest_members(), "evidence/model.sig": world.sign_model()},
            "(10) 'evidence/model.sig': the files it signs are not those under model/.",
        ),
        lie_in_bundle(
            place,
            {**honest_members(), "evidence/model.sig": honest("impostor").sign_model()},
            "(10) 'evidence/model.sig': no model key in force has signed the files under model/.",
        ),
    ]
