"""A world of the attacks, written as a bundle and read back as far as its statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import NamedTuple

from tests.attacks.build import World, join, packed
from warrant.kernel import bundle, lineage, log_view
from warrant.kernel.bundle_evidence import BundleEvidence
from warrant.kernel.chain import Chain, read_keys, read_statements
from warrant.kernel.digest import Digest
from warrant.kernel.trust import Trust
from warrant.kernel.verdict import Report

NOTHING: Mapping[str, bytes] = MappingProxyType({})
CARD = b"# Card\n"


class Reading(NamedTuple):
    """What was read of a world."""

    chain: Chain
    evidence: BundleEvidence
    faults: list[str]


def members_of(world: World) -> dict[str, bytes]:
    """Give a bundle of statements and records, whatever they say; of no content, a card stands."""
    content = world.content or {"card.md": CARD}
    listed = [bundle.Member(*one) for one in content.items()]
    members = {
        "content.json": bundle.write_content("toy", "pilot", listed),
        **content,
        "evidence/checkpoint": world.checkpoint().encode(),
        "evidence/leaves": join(world.leaves),
    }
    for data in world.envelopes:
        members[f"evidence/statements/{Digest.of(data).hex}.json"] = data
    for digest, data in world.blobs.items():
        if data not in world.envelopes and data.startswith(b"{"):
            members[f"evidence/records/{digest.hex}.json"] = data
    return members


@contextmanager
def opened(members: Mapping[str, bytes]) -> Iterator[BundleEvidence]:
    """Write a bundle and open it as evidence."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "one.bundle"
        path.write_bytes(packed(members))
        evidence = BundleEvidence(path)
        try:
            evidence.check_container(Report())
            yield evidence
        finally:
            evidence.close()


@contextmanager
def reading(
    world: World, trust: Trust | None = None, changed: Mapping[str, bytes] = NOTHING
) -> Iterator[Reading]:
    """Read keys and statements of a world, with some members of its bundle changed."""
    with opened({**members_of(world), **changed}) as evidence:
        entries = evidence.read_entries()
        view = log_view.view_log(log_view.open_checkpoint(evidence, entries), entries)
        chain = Chain(view, trust or Trust())
        faults = [*read_keys(chain, evidence), *read_statements(chain, evidence)]
        yield Reading(chain, evidence, [str(one) for one in faults])


def read_lineage(found: Reading) -> None:
    """Read makers, claims and manifests of a sound world."""
    lineage.read_makers(found.chain)
    assert found.faults == []
    assert list(lineage.read_records(found.chain, found.evidence)) == []
