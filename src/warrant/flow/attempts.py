"""How often test rows were looked at: each different evaluation is one opening of its test set.

Openings of exactly these rows are counted by the fingerprint of the test set. A new seed makes
another test set that shares rows with the one before, so that openings of other test sets count
too, as far as a document of theirs stands in this one: documents are compared in the workspace,
and only counts leave it.

The counts enter the settings of an evaluation, and so its content key. They are stable: an
evaluation that stands in the log keeps them when it is run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrant.flow import people
from warrant.flow.addition import Opening
from warrant.kernel.digest import Digest
from warrant.records.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace


def opening_of(
    workspace: Workspace, test: Digest, fingerprint: str, key_of: Callable[[Opening], Digest]
) -> Opening:
    """Say what was looked at before an evaluation.

    Args:
        workspace: whose log is read.
        test: manifest of the test rows.
        fingerprint: of the same rows, hex; the same rows under another manifest count too.
        key_of: gives the content key of this evaluation if so much was looked at before.

    Returns:
        What it says of itself where it stands in the log already, else what the log says now. What
        was revoked counts: it was looked at. Tests of a sample, which only try a recipe, count
        where they are of exactly these rows.
    """
    entries = list(_evaluations(workspace))
    same = [entry for entry, made in entries if _fingerprint(workspace, made) == fingerprint]
    for entry in same:
        said = _said(workspace, entry)
        if said is not None and key_of(said).hex == entry.content_key:
            return said
    others = [(entry, made) for entry, made in entries if entry not in same]
    return _counted(workspace, test, others)._replace(
        same=len({entry.content_key for entry in same})
    )


def _counted(workspace: Workspace, test: Digest, others: list[tuple[Entry, str]]) -> Opening:
    """Count the evaluations of other test sets, and the rows that they share with this one."""
    keys: dict[str, set[str | None]] = {}
    for entry, made in others:
        keys.setdefault(made, set()).add(entry.content_key)
    mine = list(_documents(workspace, test)) if keys else []
    shared: set[bytes] = set()
    sharing: set[str | None] = set()
    unknown: set[str | None] = set()
    for made, found in keys.items():
        manifest = Digest.from_hex(made)
        if not workspace.store.has(manifest):
            unknown |= found
        elif not Dataset.from_bytes(workspace.store.get(manifest)).sample:
            both = set(mine) & set(_documents(workspace, manifest))
            shared |= both
            sharing |= found if both else set()
    return Opening(0, len(sharing), sum(one in shared for one in mine), len(unknown))


def _documents(workspace: Workspace, manifest: Digest) -> Iterator[bytes]:
    """Give the leading document of each row that was not erased."""
    from warrant.engine import read_dataset
    from warrant.engine.columns import MEMBERS

    for batch in read_dataset(workspace.store, manifest, ()):
        for members in batch.column(MEMBERS).to_pylist():
            if members:
                yield bytes(members[0])


def _said(workspace: Workspace, entry: Entry) -> Opening | None:
    """Give what a logged evaluation says of openings before it; None: it says nothing."""
    definition: Any = people.statement_of(workspace, entry).predicate["buildDefinition"]
    said = definition["externalParameters"]["configuration"].get("openings")
    return Opening(**said) if isinstance(said, dict) else None


def _evaluations(workspace: Workspace) -> Iterator[tuple[Entry, str]]:
    """Give all evaluations in the log, each with the manifest of its test rows."""
    for entry in workspace.index.entries():
        if entry.stage == "evaluate" and entry.content_key is not None:
            for name, digest in workspace.index.links(entry.position, "dependency").items():
                if name == "test":
                    yield entry, digest


def _fingerprint(workspace: Workspace, manifest: str) -> str:
    """Give the fingerprint that the step signed that made a test set; else its digest."""
    for entry in workspace.index.makers(manifest):
        if entry.stage is None:
            continue
        definition = people.statement_of(workspace, entry).predicate["buildDefinition"]
        made = workspace.index.links(entry.position, "subject")
        for name, fingerprint in definition["externalParameters"]["fingerprints"].items():
            if made.get(name) == manifest:
                return str(fingerprint)
    return manifest
