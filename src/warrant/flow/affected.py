"""Models and bundles that learned from rows which were erased since: marked by the log itself.

Nothing is written on a model: what an erasure touched follows from its positions and from what
each step read, so no mark can be lost or taken off. The guardrail `model-free-of-erased-rows`
refuses them until they are made again without the rows, or excepted by a named person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.flow import people
from warrant.kernel.statement import ERASURE

if TYPE_CHECKING:
    from warrant.flow.workspace import Workspace

RULE = "model-free-of-erased-rows"
"""The guardrail that refuses them."""

_READ = ("train", "validation")
"""What a model learns from or is tuned on."""


@dataclass(frozen=True)
class Affected:
    """A model or a bundle made of rows that were erased since."""

    what: str
    """`model` or `bundle`."""
    digest: str
    """Hex."""
    entry: int
    """Index in the log of the step that made it."""
    rows: int
    """Rows that it learned from or was tuned on, and that were erased since."""
    erased_at: tuple[int, ...]
    """Indices in the log of the erasures."""
    excepted_by: tuple[str, ...]
    """Names of those who excepted the rule for its training rows, in log order."""


def affected(workspace: Workspace) -> list[Affected]:
    """List what erasures touched.

    Args:
        workspace: whose log is read.

    Returns:
        Models and the bundles that hold them, in log order; empty when nothing was erased.
    """
    index = workspace.index
    positions = people.erased_positions(workspace)
    erasures = {
        entry.position: set(index.links(entry.position, "subject").values())
        for entry in index.entries()
        if entry.predicate == ERASURE
    }
    found = []
    for entry in index.entries() if erasures else ():
        if entry.stage != "train":
            continue
        needed = index.links(entry.position, "dependency")
        read = {needed[name] for name in _READ if name in needed}
        rows = sum(len(positions.get(one, ())) for one in read)
        if not rows:
            continue
        at = tuple(position for position, touched in erasures.items() if touched & read)
        excepted = _excepted_by(workspace, needed["train"])
        model = index.links(entry.position, "subject")["model"]
        found.append(Affected("model", model, entry.position, rows, at, excepted))
        found += [
            Affected(
                "bundle",
                index.links(user.position, "subject")["bundle"],
                user.position,
                rows,
                at,
                excepted,
            )
            for user in index.users(model)
            if user.stage == "deploy"
        ]
    return found


def _excepted_by(workspace: Workspace, manifest: str) -> tuple[str, ...]:
    return tuple(
        signed.name
        for signed in people.acts(workspace)
        if signed.act.act == "except"
        and signed.act.detail.get("rule") == RULE
        and signed.subject == manifest
    )


def told(one: Affected) -> str:
    """Say what is marked and what follows.

    Args:
        one: of `affected`.

    Returns:
        One sentence.
    """
    entries = " and ".join(map(str, one.erased_at))
    end = (
        f"excepted by {', '.join(one.excepted_by)}"
        if one.excepted_by
        else "refused until it is trained again without them or an approver excepts it"
    )
    rows = "1 row" if one.rows == 1 else f"{one.rows:,} rows"
    return (
        f"{one.what} {one.digest[:12]} (log entry {one.entry}) was made with {rows} erased since "
        f"(log entry {entries}): {end}."
    )
