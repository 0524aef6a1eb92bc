"""What the licences and terms of everything that was read ask together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.records.licence import combined
from warrant.records.source import narrowest

if TYPE_CHECKING:
    from warrant.flow.workspace import Workspace
    from warrant.records.source import Terms

_ROWS_UNDER = "rows_under_"


def tell_terms(terms: Terms) -> list[str]:
    """Say what the terms ask under which documents are held.

    Args:
        terms: of a source, or of several together.

    Returns:
        Short words, such as `delete after 2027-01-31`; none where nothing is asked.
    """
    told = []
    if terms.consent is False:
        told.append("no use without consent")
    if terms.keep_until not in (None, "never"):
        told.append(f"delete after {terms.keep_until}")
    if terms.residency is not None:
        told.append(f"process only in {', '.join(terms.residency) or 'no place: they differ'}")
    return told


def obligations(workspace: Workspace) -> tuple[str, ...]:
    """Say what is owed for all that the latest run learned from.

    Args:
        workspace: whose claims are read.

    Returns:
        What any licence asks, of a source or of a row that stayed, and what all terms ask together;
        licences whose SPDX identifier is not known add nothing.
    """
    licences: list[str] = []
    terms: list[Terms] = []
    for stage in ("ingest", "curate"):
        entry = workspace.index.latest(stage)
        if entry is None:
            continue
        digest = Digest.from_hex(workspace.index.links(entry.position, "subject")["claim"])
        claim = Claim.from_bytes(workspace.store.get(digest))
        licences += [source.licence for source in claim.sources if source.licence]
        terms += [source.held_under for source in claim.sources]
        licences += [
            name.removeprefix(_ROWS_UNDER)
            for name in claim.measures
            if name.startswith(_ROWS_UNDER)
        ]
    return (*combined(licences), *tell_terms(narrowest(terms)))
