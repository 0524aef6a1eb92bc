"""Versions of one document: which row came before which, and when each of them holds.

Three columns of a sheet or table say it: `version_of` names another document, by its path, its file
name, or its file name without the ending; `effective_from` and `effective_to` are days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import ROW_ID

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.flow.workspace import Workspace
    from warrant.kernel.digest import Digest

VERSION_OF, FROM, TO = COLUMNS = ("version_of", "effective_from", "effective_to")
"""Names of the columns."""

SHOWN = 12
"""Versions that a line names."""


@dataclass(frozen=True)
class Version:
    """One row, as one version of a document."""

    row: str
    """Row id, hex."""
    path: str
    """The file it came from."""
    of: str
    """What `version_of` names; empty where it names nothing."""
    first: str
    """First day on which it holds, as the cell says; empty where nobody says."""
    last: str
    """Last day; empty where nobody says."""

    @property
    def period(self) -> str:
        """When it holds, in words; empty where nobody says."""
        if self.first and self.last:
            return f"{self.first} to {self.last}"
        return f"from {self.first}" if self.first else f"until {self.last}" if self.last else ""

    def holds_with(self, other: Version) -> bool:
        """Say whether both hold on some day; False where one of them says no day."""
        if not self.period or not other.period:
            return False
        ends = [one.last or "9999" for one in (self, other)]
        return max(self.first, other.first) <= min(ends)


def tell_versions(workspace: Workspace, documents: Digest, row: str) -> list[str]:
    """Tell of which document a row is a version, and which others there are.

    Args:
        workspace: in which it was read.
        documents: manifest of the dataset of ingest.
        row: its id, hex.

    Returns:
        Sentences; none where no column says anything of it.
    """
    versions = list(_read(workspace, documents))
    own = next((one for one in versions if one.row == row), None)
    if own is None:
        return []
    chain = _chain(versions, own)
    told = []
    if len(chain) > 1:
        at = chain.index(own) + 1
        named = "; ".join(_named(one, own) for one in chain[:SHOWN])
        more = f"; and {len(chain) - SHOWN:,} more" if len(chain) > SHOWN else ""
        told.append(f"It is version {at} of {len(chain)}: {named}{more}.")
        told += [
            f"It holds at the same time as {other.path!r}: {other.period}."
            for other in chain
            if other is not own and own.holds_with(other)
        ]
    elif own.period:
        told.append(f"It holds {own.period}.")
    if own.of and len(chain) == 1:
        told.append(f"Its sheet says that it is a version of {own.of!r}, which was not read.")
    return told


def _read(workspace: Workspace, documents: Digest) -> Iterator[Version]:
    """Read the three columns of all present rows; nothing where there is none of them."""
    names = [column.name for column in dataset_record(workspace.store, documents).columns]
    there = [name for name in COLUMNS if name in names]
    if not there:
        return
    wanted = ["path", *there] if "path" in names else there
    for batch in read_dataset(workspace.store, documents, wanted):
        ids = batch.column(ROW_ID).to_pylist()
        cells: dict[str, list[Any]] = {name: batch.column(name).to_pylist() for name in wanted}
        for at, row in enumerate(ids):
            if row is not None:
                said = [_text(cells[name][at]) if name in cells else "" for name in COLUMNS]
                yield Version(row.hex(), _text(cells.get("path", ids)[at]), *said)


def _text(cell: object) -> str:
    """Write a cell; a day as it sorts."""
    if cell is None:
        return ""
    return str(cell.isoformat())[:10] if hasattr(cell, "isoformat") else str(cell).strip()


def _chain(versions: Sequence[Version], own: Version) -> list[Version]:
    """Give all versions that lead to one another, by the day from which they hold."""
    by_name: dict[str, list[int]] = {}
    for at, one in enumerate(versions):
        for name in _names(one.path):
            by_name.setdefault(name, []).append(at)
    beside: dict[int, set[int]] = {}
    for at, one in enumerate(versions):
        for other in by_name.get(one.of, ()) if one.of else ():
            beside.setdefault(at, set()).add(other)
            beside.setdefault(other, set()).add(at)
    todo, found = [versions.index(own)], {versions.index(own)}
    while todo:
        for other in beside.get(todo.pop(), set()) - found:
            found.add(other)
            todo.append(other)
    return sorted((versions[at] for at in found), key=lambda one: (one.first or one.last, one.path))


def _names(path: str) -> set[str]:
    """Give what a sheet may call a file: its path, its name, its name without the ending."""
    name = path.rsplit("/", 1)[-1]
    return {path, name, name.rsplit(".", 1)[0]} - {""}


def _named(one: Version, own: Version) -> str:
    here = ", this one" if one is own else ""
    period = one.period or "nobody says when it holds"
    return f"{one.path!r} ({period}{here})"
