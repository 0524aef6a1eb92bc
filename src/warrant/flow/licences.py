"""What the licences of everything that was read ask together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.records.licence import combined

if TYPE_CHECKING:
    from warrant.flow.workspace import Workspace

_ROWS_UNDER = "rows_under_"


def obligations(workspace: Workspace) -> tuple[str, ...]:
    """Say what is owed for all that the latest run learned from.

    Args:
        workspace: whose claims are read.

    Returns:
        What any licence asks, of a source or of a row that stayed; licences whose SPDX identifier
        is not known add nothing.
    """
    licences: list[str] = []
    for stage in ("ingest", "curate"):
        entry = workspace.index.latest(stage)
        if entry is None:
            continue
        digest = Digest.from_hex(workspace.index.links(entry.position, "subject")["claim"])
        claim = Claim.from_bytes(workspace.store.get(digest))
        licences += [source.licence for source in claim.sources if source.licence]
        licences += [
            name.removeprefix(_ROWS_UNDER)
            for name in claim.measures
            if name.startswith(_ROWS_UNDER)
        ]
    return combined(licences)
