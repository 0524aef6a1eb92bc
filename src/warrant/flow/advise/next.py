"""Advice on a workspace, and the ways in which it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.flow.advise.page import render_advice
from warrant.flow.advise.rows import AdvisedRows, read_rows
from warrant.flow.advise.sheet import write_suspects
from warrant.flow.advise.steps import Step, next_steps
from warrant.flow.advise.study import study
from warrant.flow.data_report.page import is_forbidden
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.flow.advise.advice import Advice
    from warrant.flow.workspace import Workspace
    from warrant.records.interfaces import Progress

WITHHELD = (
    " No text of a row is shown: a source holds special categories of personal data, or nobody has "
    "answered whether it does. Judge by the files; or, where it holds none, write "
    "special_category: false under the source in the recipe and run it first."
)
"""Said where nothing allows to show a text."""


@dataclass(frozen=True)
class Told:
    """Advice, and the rows that it is about."""

    workspace: Workspace
    """That was advised on."""
    rows: AdvisedRows
    """Training and validation rows."""
    advice: Advice
    """What was found."""
    withheld: str
    """Why no text of a row is shown; empty where it is."""

    @property
    def steps(self) -> list[Step]:
        """What to do next, the most helpful first."""
        return next_steps(self.advice, self.workspace.root)

    def write_suspects(self, path: Path) -> None:
        """Write the labels to judge.

        Args:
            path: ends in .xlsx or .csv; is replaced.
        """
        shown = not self.withheld
        write_suspects(path, self.rows, self.advice.suspects, with_text=shown)

    def page(self) -> str:
        """Write the page of HTML."""
        return render_advice(self.workspace, self.advice)


def advise_on(workspace: Workspace, by: Sequence[str], seconds: float, progress: Progress) -> Told:
    """Advise on the rows of the last run.

    Args:
        workspace: in which it ran.
        by: columns by whose values rows are valued.
        seconds: of time, about.
        progress: told how far it is.

    Returns:
        The advice.

    Raises:
        InputError: when there are no rows, or too few, or a column is missing.
    """
    rows = read_rows(workspace, by)
    withheld = WITHHELD if _forbids(workspace) else ""
    return Told(workspace, rows, study(rows, seconds, progress), withheld)


def _forbids(workspace: Workspace) -> bool:
    """Say whether no word of a row may be shown."""
    ingest = workspace.index.latest("ingest")
    if ingest is None:
        return True
    made = workspace.index.links(ingest.position, "subject")
    claim = Claim.from_bytes(workspace.store.get(Digest.from_hex(made["claim"])))
    return is_forbidden(claim.sources)
