"""What the full run will take, told from a sample: time, disk, money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.kernel.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.flow.workspace import Workspace
    from warrant.records.claim import Claim
    from warrant.stages.ingest import FoundFile

_ONCE = frozenset({"report", "deploy"})
"""Stages that take no longer for more rows."""


@dataclass(frozen=True)
class Forecast:
    """What the full run will take, about."""

    taken: int
    """Documents of the sample."""
    documents: int
    """Of the full run."""
    seconds: float
    """On this machine, if nothing else runs on it."""
    disk_bytes: int
    """In the workspace."""
    usd: float = 0.0
    """For outside services; this version calls none."""


def forecast(
    workspace: Workspace,
    claims: Mapping[str, Claim],
    took_s: Mapping[str, float],
    files: Sequence[Sequence[FoundFile]],
    keeps: Sequence[bool],
) -> Forecast:
    """Scale a sample up.

    Args:
        workspace: where its rows lie.
        claims: of the sample, by stage.
        took_s: seconds of each stage.
        files: of each source, those too that were left aside.
        keeps: for each source, whether originals are copied.

    Returns:
        About what the full run will take.
    """
    counts = claims["ingest"].counts
    taken = counts["kept"]
    documents = taken + counts.get("left_aside", 0)
    times = _times(taken, documents, files)
    rows = sum(
        _rows_bytes(workspace, link.digest)
        for stage in ("ingest", "curate", "split")
        for link in claims[stage].outputs
        if link.fingerprint
    )
    originals = sum(
        file.size for found, keep in zip(files, keeps, strict=True) if keep for file in found
    )
    return Forecast(
        taken,
        documents,
        sum(spent * (1 if stage in _ONCE else times) for stage, spent in took_s.items()),
        int(originals + times * rows),
    )


def _times(taken: int, documents: int, files: Sequence[Sequence[FoundFile]]) -> float:
    """Say how many times the sample the whole is: in bytes, where files are documents."""
    by_count = documents / max(taken, 1)
    read = sum(file.size for found in files for file in found if file.picked)
    whole = sum(file.size for found in files for file in found)
    is_table = read == whole
    return by_count if is_table else max(by_count, whole / max(read, 1))


def _rows_bytes(workspace: Workspace, manifest: str) -> int:
    layout = workspace.store.layout(Digest.from_hex(manifest))
    return sum(shard.size for shard in layout.shards)
