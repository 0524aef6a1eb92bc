"""The dataset versions of a workspace: what was made when, of what, and who used it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.engine import dataset_record, read_dataset, read_ledger
from warrant.engine.columns import ROW_ID
from warrant.errors import InputError
from warrant.kernel.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace
    from warrant.records.dataset import Column

NAMES = ("documents", "rows", "train", "validation", "test")
"""What a step may call a dataset, in the order of the work."""

_LEAST_DIGITS = 8
_AT = re.compile(r"(?P<name>[a-z]+)(?:@(?P<entry>\d+))?")


@dataclass(frozen=True)
class Version:
    """One dataset, as one statement of the log made it first."""

    name: str
    """For example `train`."""
    entry: int
    """Index in the log of the statement that made it first."""
    stage: str
    """The step."""
    recorded_at: str
    """The signer's own time."""
    rows: int
    """How many it has, erased ones among them."""
    fingerprint: str
    """Hex: the same rows in the same order give the same."""
    manifest: str
    """Digest of the manifest, hex."""
    is_sample: bool
    """Made from a marked sample."""
    is_latest: bool
    """No later statement made another dataset of this name."""

    @property
    def reference(self) -> str:
        """What names it in a command, for example `train@4`."""
        return f"{self.name}@{self.entry}"


@dataclass(frozen=True)
class Described:
    """One dataset, looked at closely."""

    version: Version
    """Which."""
    columns: tuple[Column, ...]
    """Names and types, in order."""
    counts: Mapping[str, int]
    """Rows that the step kept, and those it dropped by reason in words."""
    erased: int
    """Rows that were erased since."""
    users: tuple[tuple[int, str, str], ...]
    """Log entry, step and digest (hex, of its first output) of what was made of it."""


def versions(workspace: Workspace) -> list[Version]:
    """List the dataset versions, in the order in which they were made.

    Args:
        workspace: whose log is read.

    Returns:
        Each dataset once, by the statement that made it first.
    """
    found: dict[str, tuple[str, Entry]] = {}
    last: dict[str, str] = {}
    for entry in workspace.index.entries():
        if entry.stage is None:
            continue
        made = workspace.index.links(entry.position, "subject")
        for name in NAMES:
            if name in made:
                found.setdefault(made[name], (name, entry))
                last[name] = made[name]
    return [
        _version(workspace, name, entry, manifest, is_latest=last[name] == manifest)
        for manifest, (name, entry) in found.items()
    ]


def find_version(workspace: Workspace, word: str) -> Version:
    """Find the dataset that a word means.

    Args:
        workspace: whose log is read.
        word: a name (`train`: the latest), a name and a log entry (`train@4`), or the first eight
            digits or more of a fingerprint or of a manifest's digest.

    Returns:
        The dataset.

    Raises:
        InputError: if none fits, or several do.
    """
    known = versions(workspace)
    if not known:
        raise InputError(
            "This workspace has no dataset yet.", do=f"Run: warrant run {workspace.root}"
        )
    fitting = [one for one in known if _fits(one, word)]
    if len(fitting) == 1 or (fitting and len({one.fingerprint for one in fitting}) == 1):
        return fitting[-1]
    shown = ", ".join(one.reference for one in (fitting or known)[-8:])
    what = f"{len(fitting)} datasets fit {word!r}." if fitting else f"No dataset fits {word!r}."
    raise InputError(what, do=f"Give one of: {shown}. See: warrant dataset list {workspace.root}")


def describe(workspace: Workspace, version: Version) -> Described:
    """Look at one dataset closely.

    Args:
        workspace: in which it lies.
        version: which one.

    Returns:
        Columns, counts, and what was made of it.

    Raises:
        IntegrityError: when a blob is missing or damaged.
    """
    manifest = Digest.from_hex(version.manifest)
    record = dataset_record(workspace.store, manifest)
    words = _reasons(workspace, version.entry)
    users = []
    for entry in workspace.index.users(version.manifest):
        if entry.stage in {"train", "evaluate"}:
            made = workspace.index.links(entry.position, "subject")
            output = made.get({"train": "model", "evaluate": "evaluation"}[entry.stage], "")
            users.append((entry.position, entry.stage, output))
    erased = sum(
        batch.column(ROW_ID).null_count for batch in read_dataset(workspace.store, manifest, [])
    )
    return Described(
        version,
        record.columns,
        {words.get(code, code): count for code, count in record.counts.items()},
        erased,
        tuple(users),
    )


def _version(
    workspace: Workspace, name: str, entry: Entry, manifest: str, *, is_latest: bool
) -> Version:
    record = dataset_record(workspace.store, Digest.from_hex(manifest))
    return Version(
        name=name,
        entry=entry.position,
        stage=str(entry.stage),
        recorded_at=entry.recorded_at,
        rows=record.rows,
        fingerprint=record.fingerprint,
        manifest=manifest,
        is_sample=record.sample,
        is_latest=is_latest,
    )


def _fits(version: Version, word: str) -> bool:
    found = _AT.fullmatch(word)
    if found and found["name"] == version.name:
        if found["entry"] is None:
            return version.is_latest
        return int(found["entry"]) == version.entry
    digits = word.lower()
    return len(digits) >= _LEAST_DIGITS and (
        version.fingerprint.startswith(digits) or version.manifest.startswith(digits)
    )


def _reasons(workspace: Workspace, entry: int) -> dict[str, str]:
    """Give the words of the reasons in the ledger of a step."""
    ledger = workspace.index.links(entry, "subject").get("ledger")
    if ledger is None:
        return {}
    header = read_ledger(workspace.store, Digest.from_hex(ledger)).header
    return {reason.code: reason.told for reason in header.reasons}


def made_of(workspace: Workspace, version: Version) -> Sequence[Version]:
    """Give the datasets that a step made of what, to follow a row back.

    Args:
        workspace: in which they lie.
        version: of which the origin is asked.

    Returns:
        The dataset that its step read, or none for what ingest made.
    """
    needed = set(workspace.index.links(version.entry, "dependency").values())
    return [one for one in versions(workspace) if one.manifest in needed]
