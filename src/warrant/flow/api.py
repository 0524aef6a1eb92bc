"""The public face for programs: what the command line does, as Python functions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from warrant.flow.check import verify_path
from warrant.flow.session import Desk

if TYPE_CHECKING:
    from warrant.flow.recipe import Recipe
    from warrant.flow.report import Reporter, RunReport
    from warrant.kernel.verdict import Verdict


@dataclass(frozen=True)
class Workspace:
    """A workspace by its folder.

    Args:
        root: the folder with the recipe.
        desk: where keys and trust lie.
    """

    root: Path
    """The folder with the recipe."""
    desk: Desk
    """Where keys and trust lie."""

    @classmethod
    def open(cls, path: str | Path, desk: Desk | None = None) -> Workspace:
        """Name a workspace; nothing is read or written yet.

        Args:
            path: the folder with the recipe.
            desk: where keys and trust lie; None: the reader's own folder.

        Returns:
            The workspace.
        """
        return cls(Path(path), desk or Desk())

    def run(
        self,
        recipe: Recipe | None = None,
        *,
        key_name: str | None = None,
        reporter: Reporter | None = None,
        sample: int | None = None,
    ) -> RunReport:
        """Run a recipe: skip what is done, ask policy all the same, commit each step.

        Args:
            recipe: what to do; None: `recipe.yaml` in the folder.
            key_name: whose key signs; None when there is exactly one.
            reporter: told how far it is.
            sample: read only so many documents, and mark all that is made of them; None: all.

        Returns:
            What there is to say at the end.

        Raises:
            PolicyRefusal: if a guardrail stops a step; what was done until then is kept.
        """
        from warrant.flow.job import run_recipe
        from warrant.flow.recipe import read_recipe
        from warrant.flow.workspace import RECIPE

        chosen = recipe or read_recipe(self.root / RECIPE)
        return run_recipe(self.root, chosen, self.desk, key_name, reporter, sample)

    def verify(self) -> Verdict:
        """Verify log, statements, stored bytes and rows."""
        return verify(self.root, self.desk)


def verify(path: str | Path, desk: Desk | None = None, trust: str | Path | None = None) -> Verdict:
    """Verify a bundle or a workspace with the reader's own trust.

    Args:
        path: a bundle file, or a workspace folder.
        desk: where trust and checkpoints seen lie; None: the reader's own folder.
        trust: another trust folder.

    Returns:
        The verdict: refused, consistent with unknown signer, or holds.

    Raises:
        InputError: if the path is neither a bundle nor a workspace.
    """
    desk = desk or Desk()
    folder = Path(trust) if trust else desk.trust
    return verify_path(Path(path), trust=folder, now=desk.clock(), seen=desk.seen)
