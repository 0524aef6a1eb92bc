"""Two versions of a dataset side by side: rows added, removed, changed, and why.

Law: rows of B = rows of A - removed + added, erased rows of both left aside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from warrant.engine import read_dataset, read_ledger, row_reader
from warrant.engine.columns import ROW_ID
from warrant.flow.datasets import NAMES, made_of
from warrant.kernel.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from warrant.flow.datasets import Version
    from warrant.flow.workspace import Workspace

Change = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class ChangedRow:
    """One row in which two versions differ."""

    row: str
    """Row id, hex."""
    change: Change
    """Seen from the first version."""
    why: str
    """In words: where the row is on the other side, or which columns differ."""


@dataclass(frozen=True)
class Difference:
    """What distinguishes two versions of a dataset."""

    before: Version
    """The first."""
    after: Version
    """The second."""
    same: int
    """Rows that both have, with the same cells."""
    rows: tuple[ChangedRow, ...]
    """The others, sorted by row id."""

    def counts(self) -> list[tuple[Change, str, int]]:
        """Count the rows by change and reason, the most frequent first."""
        counted = Counter((row.change, row.why) for row in self.rows)
        return [(change, why, count) for (change, why), count in counted.most_common()]


def compare(workspace: Workspace, before: Version, after: Version) -> Difference:
    """Compare two datasets row by row.

    Args:
        workspace: in which they lie.
        before: the first.
        after: the second.

    Returns:
        What distinguishes them; erased rows are left aside.

    Raises:
        IntegrityError: when a shard or ledger is missing or damaged.
    """
    old, new = (_digests(workspace, version) for version in (before, after))
    gone, come = old.keys() - new.keys(), new.keys() - old.keys()
    altered = {row for row in old.keys() & new.keys() if old[row] != new[row]}
    found = [
        *_rows(gone, "removed", _whereabouts(workspace, after, gone)),
        *_rows(come, "added", _whereabouts(workspace, before, come, head="before: ")),
        *_rows(altered, "changed", _columns(workspace, before, after, altered)),
    ]
    return Difference(
        before,
        after,
        len(old.keys() & new.keys()) - len(altered),
        tuple(sorted(found, key=lambda one: one.row)),
    )


def _rows(rows: Collection[bytes], change: Change, why: Mapping[bytes, str]) -> list[ChangedRow]:
    return [ChangedRow(row.hex(), change, why[row]) for row in rows]


def _digests(workspace: Workspace, version: Version) -> dict[bytes, bytes]:
    rows = row_reader(workspace.store, Digest.from_hex(version.manifest))
    return {row.id: row.digest for row in rows if row is not None}


def _whereabouts(
    workspace: Workspace, version: Version, rows: Collection[bytes], *, head: str = ""
) -> dict[bytes, str]:
    """Say of rows that a dataset lacks where they are instead, step by step back to the files.

    What dropped them begins with `head`: of the first version it was so before.
    """
    found: dict[bytes, str] = {}
    missing = set(rows)
    at = version
    while missing:
        made = workspace.index.links(at.entry, "subject")
        for name in NAMES:
            if name in made and made[name] != version.manifest:
                here = missing & _ids(workspace, made[name])
                found.update(dict.fromkeys(here, f"in {name}@{at.entry}"))
                missing -= here
        origin = made_of(workspace, at)
        if not origin:
            break
        dropped = _dropped(workspace, at.entry, origin[0], missing)
        found.update({row: f"{head}{why}" for row, why in dropped.items()})
        missing -= dropped.keys()
        at = origin[0]
    return {**found, **dict.fromkeys(missing, f"no file or record gave it for {version.reference}")}


def _ids(workspace: Workspace, manifest: str) -> set[bytes]:
    batches = read_dataset(workspace.store, Digest.from_hex(manifest), [])
    return {row for batch in batches for row in batch.column(ROW_ID).to_pylist() if row}


def _dropped(
    workspace: Workspace, entry: int, origin: Version, rows: Collection[bytes]
) -> dict[bytes, str]:
    """Give the reasons for which a step dropped rows of its input."""
    ledger = workspace.index.links(entry, "subject").get("ledger")
    if ledger is None:
        return {}
    place: dict[int, bytes] = {}
    start = 0
    for batch in read_dataset(workspace.store, Digest.from_hex(origin.manifest), []):
        ids = batch.column(ROW_ID).to_pylist()
        place.update({start + at: row for at, row in enumerate(ids) if row in rows})
        start += len(ids)
    lines = read_ledger(workspace.store, Digest.from_hex(ledger))
    words = {one.code: one.told for one in lines.header.reasons if one.kind == "drop"}
    return {
        place[one.position]: words[one.code]
        for one in lines.decisions()
        if one.position in place and one.code in words
    }


def _columns(
    workspace: Workspace, before: Version, after: Version, rows: Collection[bytes]
) -> dict[bytes, str]:
    """Name the columns in which rows differ."""
    if not rows:
        return {}
    old, new = (_cells(workspace, version, rows) for version in (before, after))
    named = {row: ", ".join(_differing(old[row], new[row])) for row in rows}
    return {row: f"in {names or 'the type of a column'}" for row, names in named.items()}


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    absent = object()
    names = dict.fromkeys([*old, *new])
    return [name for name in names if old.get(name, absent) != new.get(name, absent)]


def _cells(
    workspace: Workspace, version: Version, rows: Collection[bytes]
) -> dict[bytes, dict[str, object]]:
    found: dict[bytes, dict[str, object]] = {}
    for batch in read_dataset(workspace.store, Digest.from_hex(version.manifest)):
        ids = batch.column(ROW_ID).to_pylist()
        wanted = [at for at, row in enumerate(ids) if row in rows]
        for cells in batch.take(wanted).to_pylist() if wanted else ():
            row = cells.pop(ROW_ID)
            found[row] = {name: cell for name, cell in cells.items() if not name.startswith("_")}
    return found
