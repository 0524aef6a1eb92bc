"""Bring a member that content.json does not list, or evidence that nothing names."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest_members, lie_in_bundle
from warrant.kernel.digest import Digest


def tell(place: Path) -> list[Lie]:
    members = honest_members()
    stray = Digest.of(b"{}").hex
    return [
        lie_in_bundle(
            place,
            {**members, "model/extra.bin": b"x"},
            "(1) Member 'model/extra.bin' is not listed",
        ),
        lie_in_bundle(
            place,
            {name: data for name, data in members.items() if name != "card.md"},
            "(1) Member 'card.md' is listed in content.json and absent.",
        ),
        lie_in_bundle(
            place,
            {**members, f"evidence/statements/{stray}.json": b"{}"},
            "(6) ",
            "no leaf of the log",
        ),
        lie_in_bundle(
            place, {**members, f"evidence/records/{stray}.json": b"{}"}, "no statement names this"
        ),
        lie_in_bundle(
            place, {**members, "evidence/proofs/1.tlog-proof": b""}, "does not follow from the log"
        ),
    ]
