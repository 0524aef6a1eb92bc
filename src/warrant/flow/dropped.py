"""What the steps of one run dropped, and how many rows came in and went on at each.

Steps belong together by what they read, not by when they ran: after a sample the latest steps are
those of the sample, and a later run that finds its ingest unchanged logs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.engine import read_ledger
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace
    from warrant.kernel.store import Store

STAGES = ("ingest", "curate", "split")
"""Those that drop rows, in order."""


class Dropped(NamedTuple):
    """How many rows a step dropped for one reason."""

    stage: str
    """Of the step."""
    words: str
    """The reason."""
    rows: int
    """How many, of ingest files and lines."""
    share: float
    """Of what came into the step, above 0 and at most 1."""


class Passed(NamedTuple):
    """How many rows passed a step."""

    stage: str
    """Of the step."""
    came: int
    """Rows that came in; of ingest files, records and spare lines of sheets."""
    dropped: int
    """Rows that went no further."""

    @property
    def went(self) -> int:
        """Rows that went on."""
        return self.came - self.dropped


class Drops(NamedTuple):
    """What one run dropped."""

    passed: tuple[Passed, ...]
    """Its steps, in order."""
    reasons: tuple[Dropped, ...]
    """Why, with counts, in the order of the steps."""
    aside: int = 0
    """Documents that were not read since a sample was asked for; 0: all were."""


def latest_steps(workspace: Workspace) -> dict[str, Entry]:
    """Find the latest steps that belong together.

    Args:
        workspace: whose log is read.

    Returns:
        Entry by stage: the latest of `STAGES` and those whose rows it read, or that read its.
    """
    index = workspace.index
    found = {stage: entry for stage in STAGES if (entry := index.latest(stage))}
    if not found:
        return {}
    newest = max(found.values(), key=lambda entry: entry.position)
    at = STAGES.index(str(newest.stage))
    chain = {STAGES[at]: newest}
    for stage in reversed(STAGES[:at]):
        needed = index.links(next(iter(chain.values())).position, "dependency").values()
        makers = [one for digest in needed for one in index.makers(digest) if one.stage == stage]
        if not makers:
            break
        chain = {stage: makers[-1], **chain}
    return chain


def drops(workspace: Workspace) -> Drops:
    """Count what the latest steps that belong together dropped.

    Args:
        workspace: whose ledgers are read.

    Returns:
        Steps, reasons and counts; nothing before the first ingest.
    """
    steps = latest_steps(workspace)
    made = {stage: workspace.index.links(one.position, "subject") for stage, one in steps.items()}
    ledgers = {
        stage: Digest.from_hex(outputs["ledger"])
        for stage, outputs in made.items()
        if "ledger" in outputs
    }
    claim = made.get("ingest", {}).get("claim")
    read = Claim.from_bytes(workspace.store.get(Digest.from_hex(claim))) if claim else None
    aside = read.counts.get("left_aside", 0) if read else 0
    return count_drops(workspace.store, ledgers)._replace(aside=aside)


def count_drops(store: Store, ledgers: Mapping[str, Digest]) -> Drops:
    """Count what some steps dropped.

    Args:
        store: that holds their ledgers.
        ledgers: by stage, in order.

    Returns:
        Steps, reasons and counts.
    """
    passed, found = list[Passed](), list[Dropped]()
    for stage, digest in ledgers.items():
        lines = read_ledger(store, digest)
        counts: dict[str, int] = {}
        for decision in lines.decisions():
            counts[decision.code] = counts.get(decision.code, 0) + 1
        came = lines.header.input_rows
        own = [
            Dropped(stage, reason.told, counts[reason.code], counts[reason.code] / came)
            for reason in lines.header.reasons
            if reason.kind == "drop" and counts.get(reason.code)
        ]
        passed.append(Passed(stage, came, sum(one.rows for one in own)))
        found += own
    return Drops(tuple(passed), tuple(found))
