"""Bury the answer under thousands of sentences of one sort."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import (
    Lie,
    honest,
    lie_in_bundle,
    lie_in_workspace,
    person,
    train,
    until_train,
)
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import sign_statement
from warrant.kernel.statement import Actor


def _outside(bundle: str, figures: int) -> bytes:
    """Evaluate a bundle from outside with many figures, which are told in one sentence."""
    stranger = person("stranger")
    score = {"high": 1, "low": 0, "metric": "m", "value": 0.5}
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": {
            "actor": Actor.of(stranger, "reviewer").to_json(),
            "commitment": "0" * 64,
            "evaluation": "0" * 64,
            "key": stranger.public_key.text,
            "level": 0.95,
            "name": "Eve",
            "recorded_at": "2026-04-01T00:00:00Z",
            "rows": 1,
            "scores": [score] * figures,
            "task": "multiclass",
        },
        "predicateType": "urn:x-warrant:outside-evaluation:v1",
        "subject": [{"digest": {"sha256": bundle}, "name": "bundle"}],
    }
    return sign_statement(canonical(statement), stranger).to_bytes()


def tell(place: Path) -> list[Lie]:
    ended = [
        {"name": f"source {number}", "rights": {"expires": "2026-05-01", "train": True}}
        for number in range(250)
    ]
    world = train(until_train(sources=ended))
    sentence = "(8) And 150 more sentences of the sort 'right-ended'."
    lies = [lie_in_bundle(place, world.members(), sentence, result="holds")]
    world = honest()
    for number in range(150):
        del world.blobs[world.put(b"%d" % number)]
        world.step("curate", ["documents"], {"rows": Digest.of(b"%d" % number)})
    sentence = "(9) And 50 more sentences of the sort 'blob-absent'."
    lies.append(lie_in_workspace(place, world, sentence))
    world = honest()
    for figures, result in ((100, "holds"), (101, "refused")):
        data = _outside(world.digests["bundle"].hex, figures)
        members = world.members() | {f"evidence/outside/{Digest.of(data).hex}.json": data}
        sentence = "(11) Evaluated from outside by somebody who says to be 'Eve'"
        if result == "refused":
            sentence = " is no evaluation of this bundle whose signature holds."
        lies.append(lie_in_bundle(place, members, sentence, result=result))
    return lies
