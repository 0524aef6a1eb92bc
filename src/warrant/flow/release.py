"""Writing a bundle: content as the deploy step signed it, evidence beside it.

Source: docs/reference/formats.md, section 7.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from warrant.flow import people
from warrant.kernel import bundle
from warrant.kernel.bundle import Member
from warrant.kernel.digest import Digest
from warrant.kernel.model_signature import sign_model
from warrant.kernel.predicates import ALWAYS_PRESENT, build_type
from warrant.kernel.statement import STEP
from warrant.records.content import Content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace
    from warrant.kernel.keys import P256Signer


def write_bundle(workspace: Workspace, digest: Digest, signer: P256Signer, target: Path) -> None:
    """Write the bundle of a deploy step, with all evidence up to the log's checkpoint.

    Args:
        workspace: holds content, statements and log; its lock is held.
        digest: the bundle digest, subject of a deploy statement.
        signer: the model key.
        target: the file; replaced as a whole.
    """
    content = workspace.store.get(digest)
    scratch = workspace.state / "runs" / "scratch" / "bundle"
    part = target.with_name(f"tmp-{target.name}")
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        members = [Member(bundle.CONTENT, content)]
        members += _content_members(workspace, Content.from_bytes(content), scratch)
        signature = sign_model(scratch / "model", signer).data
        members.append(Member("evidence/model.sig", signature))
        members += _evidence(workspace)
        with part.open("w+b") as file:
            bundle.write(file, members)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)


def steps_to_bring(workspace: Workspace) -> list[Entry]:
    """Give the steps that a bundle must bring, in log order.

    Args:
        workspace: whose log is read.

    Returns:
        Every ingest, evaluate and deploy step, every revoked one and, for each input of these,
        the first step that made it.
    """
    found: dict[int, Entry] = {}
    revoked = people.revoked_digests(workspace)
    waiting = [
        entry
        for entry in workspace.index.entries()
        if entry.stage is not None
        and (build_type(entry.stage) in ALWAYS_PRESENT or entry.envelope in revoked)
    ]
    while waiting:
        entry = waiting.pop()
        if entry.position in found:
            continue
        found[entry.position] = entry
        for needed in workspace.index.links(entry.position, "dependency").values():
            waiting += [
                maker for maker in workspace.index.makers(needed) if maker.predicate == STEP
            ][:1]
    return [found[position] for position in sorted(found)]


def _content_members(workspace: Workspace, content: Content, scratch: Path) -> Iterator[Member]:
    """Lay the content out as files, so that a large model is never held in memory."""
    for member in content.members:
        path = scratch / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with workspace.store.open(Digest.from_hex(member.sha256)) as blob, path.open("wb") as file:
            shutil.copyfileobj(blob, file, 1 << 20)
        yield Member(member.name, path)


def _evidence(workspace: Workspace) -> Iterator[Member]:
    log, store = workspace.log, workspace.store
    yield Member("evidence/checkpoint", log.note() or b"")
    leaves = log.all_leaves()
    framed = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)
    yield Member("evidence/leaves", framed)
    steps = steps_to_bring(workspace)
    governing = [entry for entry in workspace.index.entries() if entry.predicate != STEP]
    for entry in (*governing, *steps):
        name = f"evidence/statements/{entry.envelope}.json"
        yield Member(name, store.get(Digest.from_hex(entry.envelope)))
    for name in sorted(set(_record_names(workspace, steps))):
        yield Member(f"evidence/records/{name}.json", store.get(Digest.from_hex(name)))
    for entry in steps:
        proof = log.tlog_proof(entry.position).to_text().encode()
        yield Member(f"evidence/proofs/{entry.position}.tlog-proof", proof)


def _record_names(workspace: Workspace, steps: Iterable[Entry]) -> Iterator[str]:
    """Name the claim of each step and the manifests of the datasets it made."""
    roll = people.read_roll(workspace)
    for entry in steps:
        statement = people.statement_of(workspace, entry, roll)
        definition = statement.predicate["buildDefinition"]
        prints = definition["externalParameters"]["fingerprints"]
        for subject in statement.subjects:
            if subject.name == "claim" or subject.name in prints:
                yield subject.digest.hex
