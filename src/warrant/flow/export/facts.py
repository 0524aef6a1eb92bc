"""What an export may say: facts from signed claims, and gaps where nothing was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrant.flow.datasets import made_of
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.records.identifiers import legal_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.datasets import Version
    from warrant.flow.workspace import Workspace
    from warrant.records.dataset import Column
    from warrant.records.source import AnySource

NOT_RECORDED = "Not recorded."
"""Stands wherever nobody said anything."""


@dataclass(frozen=True)
class Part:
    """One file of rows."""

    name: str
    """Of the dataset."""
    file: str
    """Path in the export."""
    rows: int
    """Rows in it."""
    size: int
    """Bytes."""
    sha256: str
    """Hex."""
    columns: tuple[Column, ...]
    """Names and types."""
    version: Version
    """Which dataset it holds."""


@dataclass(frozen=True)
class Facts:
    """All that the page of an export is written from."""

    name: str
    """Of the workspace's recipe, or folder."""
    parts: tuple[Part, ...]
    """The files."""
    sources: tuple[AnySource, ...]
    """Where the documents come from, and what their owners allow."""
    curation: tuple[str, ...]
    """What was done to the rows, a sentence each."""
    personal_data: str
    """What was looked for, in a sentence."""
    made_at: str
    """The day of the youngest dataset, YYYY-MM-DD."""

    @property
    def licences(self) -> tuple[str, ...]:
        """The licences of all sources, each once; empty when one of them states none."""
        stated = [source.licence for source in self.sources]
        return () if None in stated else tuple(dict.fromkeys(filter(None, stated)))


def gather(workspace: Workspace, versions: Sequence[Version], parts: Sequence[Part]) -> Facts:
    """Gather what the claims behind some datasets say.

    Args:
        workspace: in which they lie.
        versions: the datasets.
        parts: their files.

    Returns:
        The facts.
    """
    claims = _claims(workspace, versions)
    curate = next((one for one in claims if one.stage == "curate"), None)
    sources = next((one.sources for one in claims if one.stage == "ingest"), ())
    return Facts(
        name=workspace.root.resolve().name,
        parts=tuple(parts),
        sources=sources,
        curation=tuple(_counts(claim) for claim in claims if claim.counts.get("dropped")),
        personal_data=_personal_data(dict(curate.measures) if curate else {}),
        made_at=max(version.recorded_at for version in versions)[:10],
    )


def _claims(workspace: Workspace, versions: Sequence[Version]) -> list[Claim]:
    """Give the claims of the steps that made the datasets, back to the first."""
    entries: dict[int, None] = {}
    todo = list(versions)
    while todo:
        version = todo.pop()
        entries[version.entry] = None
        todo += made_of(workspace, version)
    found = []
    for entry in sorted(entries):
        digest = workspace.index.links(entry, "subject")["claim"]
        found.append(Claim.from_bytes(workspace.store.get(Digest.from_hex(digest))))
    return found


_TOTALS = ("documents", "rows", "kept", "dropped", "train", "validation", "test")


def _counts(claim: Claim) -> str:
    reasons = ", ".join(
        f"{code} {count:,}" for code, count in claim.counts.items() if code not in _TOTALS and count
    )
    return f"{claim.stage}: {claim.counts['dropped']:,} rows dropped ({reasons})."


def _personal_data(measures: dict[str, Any]) -> str:
    looked = measures.get("personal_data_recognisers")
    state = "".join(f" {rule}: {words}." for rule, words in legal_state(measures))
    if not looked and state:
        return f"Nobody has looked for personal data in texts: not measured.{state}"
    if not looked:
        return "Nobody has looked for personal data in these rows: not measured."
    prefix = "personal_data_"
    kinds: dict[str, list[str]] = {}
    for name, coverage in measures.items():
        if name.startswith(prefix) and name != "personal_data_recognisers":
            kinds.setdefault(str(coverage), []).append(name.removeprefix(prefix))
    told = "; ".join(f"{coverage}: {', '.join(names)}" for coverage, names in kinds.items())
    return f"Masked where found by {looked}. {told}. How much was missed: not measured.{state}"
