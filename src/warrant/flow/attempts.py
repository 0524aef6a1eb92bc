"""How often the test rows were looked at: each different evaluation of them is one attempt.

The number enters the settings of an evaluation, and so its content key. It is stable: an
evaluation that stands in the log keeps its number when it is run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow import people
from warrant.kernel.digest import Digest
from warrant.records.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.flow.workspace import Workspace


def attempt_of(workspace: Workspace, fingerprint: str, key_of: Callable[[int], Digest]) -> int:
    """Number an evaluation among the different ones of the same test rows.

    Args:
        workspace: whose log is read.
        fingerprint: of the test rows, hex; the same rows under another manifest count too.
        key_of: gives the content key of this evaluation if it were the n-th.

    Returns:
        1 or more: the number it has in the log, else the next one. What was revoked counts: it
        was looked at.
    """
    known = _evaluations(workspace, fingerprint)
    for number in range(1, len(known) + 1):
        if key_of(number).hex in known:
            return number
    return len(known) + 1


def count_other_tests(workspace: Workspace, test: Digest) -> int:
    """Count the other test sets that were measured on; they may share rows with this one.

    Args:
        workspace: whose log is read.
        test: manifest of the test rows.

    Returns:
        0 or more. Tests of a sample, which only try a recipe, are not counted, nor those whose
        manifest was erased.
    """
    store = workspace.store
    measured = {
        Digest.from_hex(digest)
        for entry in workspace.index.entries()
        if entry.stage == "evaluate"
        for name, digest in workspace.index.links(entry.position, "dependency").items()
        if name == "test"
    }
    found = [Dataset.from_bytes(store.get(one)) for one in measured if store.has(one)]
    others = {one.fingerprint for one in found if not one.sample}
    return len(others - {Dataset.from_bytes(store.get(test)).fingerprint})


def _evaluations(workspace: Workspace, fingerprint: str) -> set[str]:
    """Give the content keys of all evaluations of some test rows."""
    return {
        entry.content_key
        for entry in workspace.index.entries()
        if entry.stage == "evaluate" and entry.content_key is not None
        for name, digest in workspace.index.links(entry.position, "dependency").items()
        if name == "test" and _fingerprint(workspace, digest) == fingerprint
    }


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
