"""How often the test rows were looked at: each different evaluation of them is one attempt.

The number enters the settings of an evaluation, and so its content key. It is stable: an
evaluation that stands in the log keeps its number when it is run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow import people

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.flow.workspace import Workspace
    from warrant.kernel.digest import Digest


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
