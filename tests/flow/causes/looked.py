"""Looking into the planted question of a workspace that was run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.flow.causes.planted import QUESTION
from warrant.engine import read_dataset
from warrant.engine.columns import ROW_ID
from warrant.flow.investigate import Inquiry, investigate
from warrant.flow.workspace import Workspace
from warrant.kernel.digest import Digest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.flow.causes.planted import Planted
    from warrant.flow.investigate import Investigated


class Looked(NamedTuple):
    """What was found of a plant."""

    found: Investigated
    guilty: frozenset[str]
    """Row ids of the rows that did it."""

    @property
    def first(self) -> str:
        """Code of the first cause; empty where none was named."""
        return self.found.causes[0].code if self.found.causes else ""

    @property
    def names_a_guilty_row(self) -> bool:
        """Whether one of the rows that did it is among those shown."""
        return any(one.row in self.guilty for one in self.found.pushers)


def row_ids(root: Path) -> dict[str, str]:
    """Give the row id of each cell `id`."""
    workspace = Workspace.open(root)
    try:
        entry = workspace.index.latest("ingest")
        assert entry is not None
        manifest = workspace.index.links(entry.position, "subject")["documents"]
        return {
            name: row.hex()
            for batch in read_dataset(workspace.store, Digest.from_hex(manifest), ["id"])
            for row, name in zip(
                batch.column(ROW_ID).to_pylist(), batch.column("id").to_pylist(), strict=True
            )
        }
    finally:
        workspace.close()


def look_into(planted: Planted, root: Path) -> Looked:
    """Run a planted workspace and look into its question."""
    planted.run(root)
    ids = row_ids(root)
    found = investigate(root, Inquiry(row=ids[QUESTION]), planted.desk(root))
    return Looked(found, frozenset(ids[one] for one in planted.guilty))
