"""What other releases of a workspace answer to the same row, and in what they differ."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from warrant.engine import dataset_record
from warrant.errors import InputError, IntegrityError, MissingExtra
from warrant.flow import people
from warrant.flow.investigate.asking import shown_answer
from warrant.flow.investigate.found import Earlier
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope
from warrant.kernel.statement import Statement
from warrant.models.files import open_model
from warrant.records.model import Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.flow.index import Entry
    from warrant.flow.investigate.scene import Scene
    from warrant.flow.workspace import Workspace
    from warrant.models import Predictions

MOST = 10
"""Releases that are asked."""


def other_releases(scene: Scene) -> tuple[Earlier, ...]:
    """Ask the other releases of the workspace.

    Args:
        scene: what is at hand.

    Returns:
        The latest first; none where no workspace is at hand. The cells are those that the present
        release reads: what its curation masked stays masked.
    """
    if scene.workspace is None:
        return ()
    own = scene.opened.answerer.served.digest
    return tuple(_others(scene, scene.workspace, own))


def _others(scene: Scene, workspace: Workspace, own: str) -> Iterator[Earlier]:
    seen = {own}
    entries = [one for one in workspace.index.entries() if one.stage == "deploy"]
    revoked = _revoked(workspace)
    for entry in reversed(entries):
        digest = workspace.index.links(entry.position, "subject")["bundle"]
        if digest in seen or len(seen) > MOST:
            continue
        seen.add(digest)
        model = workspace.index.links(entry.position, "dependency")["model"]
        found = _ask(scene, workspace, model)
        answer, probability = ("", None) if found is None else shown_answer(found, 0)
        differs = tuple(_differences(scene, workspace, model))
        is_revoked = any(one in revoked for one in _stands_on(workspace, entry))
        yield Earlier(
            digest, entry.position, entry.recorded_at, answer, probability, differs, is_revoked
        )


def _revoked(workspace: Workspace) -> set[str]:
    """Give what was revoked: statements, and whatever a revoked step had made."""
    return {*people.revoked_digests(workspace), *people.withdrawn_outputs(workspace)}


def _stands_on(workspace: Workspace, entry: Entry) -> set[str]:
    """Give the statements and digests on the way to a release."""
    index = workspace.index
    found = {entry.envelope, *index.links(entry.position, "subject").values()}
    waiting = list(index.links(entry.position, "dependency").values())
    while waiting:
        digest = waiting.pop()
        if digest in found:
            continue
        found.add(digest)
        for maker in index.makers(digest):
            if maker.position < entry.position:
                found.add(maker.envelope)
                waiting += index.links(maker.position, "dependency").values()
    return found


def _ask(scene: Scene, workspace: Workspace, model: str) -> Predictions | None:
    record = Model.from_bytes(workspace.store.get(Digest.from_hex(model)))
    if not set(record.inputs) <= set(scene.asking.cells):
        return None
    with TemporaryDirectory(prefix="warrant-") as scratch:
        try:
            opened = open_model(record, workspace.store, Path(scratch) / "model")
            cells = {name: [scene.asking.cells[name]] for name in record.inputs}
            return scene.asking.like(opened).predict(cells)
        except (InputError, IntegrityError, MissingExtra):
            return None  # another kind of answer, files or libraries that are not there


def _differences(scene: Scene, workspace: Workspace, model: str) -> Iterator[str]:
    makers = [one for one in workspace.index.makers(model) if one.stage == "train"]
    if not makers:
        return
    rows = workspace.index.links(makers[0].position, "dependency").get("train")
    own = scene.dataset("train", "train")
    if rows is not None and own is not None and rows != own.hex:
        read = [dataset_record(workspace.store, one) for one in (Digest.from_hex(rows), own)]
        if read[0].fingerprint != read[1].fingerprint:
            yield "it was trained on other rows"
    theirs, ours = _configuration(workspace, makers[0]), scene.settings
    settings = sorted(key for key in {*theirs, *ours} if theirs.get(key) != ours.get(key))
    if settings:
        yield f"other settings of training: {', '.join(settings)}"
    record = Model.from_bytes(workspace.store.get(Digest.from_hex(model)))
    if record.libraries != scene.record.libraries:
        yield "other versions of libraries"


def _configuration(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    envelope = workspace.store.get(Digest.from_hex(entry.envelope))
    definition = Statement.open(Envelope.parse(envelope)).predicate["buildDefinition"]
    found: dict[str, Any] = definition["externalParameters"]["configuration"]
    return found
