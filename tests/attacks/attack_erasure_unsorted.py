"""Name erased rows twice or out of order; pack blobs with another compressor or with padding."""

from __future__ import annotations

import zlib
from pathlib import Path
from unittest.mock import patch

from tests.attacks.build import Lie, honest, lie_in_bundle, lie_in_workspace
from warrant.kernel import pack, predicates
from warrant.kernel.statement import Actor, Statement, Subject


def _level_9(data: bytes) -> tuple[int, bytes]:
    return pack.ZLIB, b"\x78\x01" + zlib.compress(data, 9)[2:]


def _other_head(data: bytes) -> tuple[int, bytes]:
    return pack.ZLIB, zlib.compress(data, 9)


def _padded(data: bytes) -> tuple[int, bytes]:
    return pack.ZLIB, zlib.compress(data, 1) + b"\0"


def _cut(data: bytes) -> tuple[int, bytes]:
    return pack.ZLIB, zlib.compress(data, 1)[:-4]


def tell(place: Path) -> list[Lie]:
    lies = []
    for positions in ([2, 1], [1, 1]):
        world = honest()
        with patch.dict(predicates._BONDS, {predicates.ERASURE: lambda *_: None}):
            actor, when = Actor.of(world.author, "author"), world.now()
            train = world.digests["train"]
            predicate = {
                "actor": actor.to_json(),
                "datasets": [{"manifest": train.hex, "positions": positions}],
                "not_reached": [],
                "reason": "asked",
                "recorded_at": when,
                "warning": "w",
            }
            subjects = (Subject("train", train),)
            world.record(Statement(subjects, predicates.ERASURE, predicate), world.author, when)
            members = world.members()
        sentence = "the statement of entry 10 (erasure) is not of its form."
        lies.append(lie_in_bundle(place, members, "(6) ", sentence))
    for number, (shrink, result) in enumerate(
        ((_level_9, "holds"), (_other_head, "refused"), (_padded, "refused"), (_cut, "refused"))
    ):
        world = honest()
        with patch("tests.attacks.build.shrink", shrink):
            lies.append(
                lie_in_workspace(place / str(number), world, result=result, rows=world.reader())
            )
    return lies
