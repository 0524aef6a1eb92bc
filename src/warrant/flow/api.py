"""The public face for programs: what the command line does, as Python functions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from warrant.flow.check import verify_path
from warrant.flow.session import Desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.flow.predict import Predicted
    from warrant.flow.recipe import Recipe
    from warrant.flow.report import Reporter, RunReport
    from warrant.flow.serving import Listening, Stopped
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

    @property
    def bundle(self) -> Bundle:
        """The bundle that the last run wrote, as the recipe names it."""
        from warrant.flow.recipe import read_recipe
        from warrant.flow.workspace import RECIPE

        return Bundle(self.root / f"{read_recipe(self.root / RECIPE).name}.bundle", self.desk)

    def predict(
        self, source: str | Path, output: str | Path = "answers.xlsx", **settings: Unpack[Asked]
    ) -> Predicted:
        """Answer with the bundle that the last run wrote; see `Bundle.predict`.

        Args:
            source: what is asked about.
            output: where the answers go.
            **settings: as `Bundle.predict` has them.

        Returns:
            What was done.
        """
        return self.bundle.predict(source, output, **settings)


class Asked(TypedDict, total=False):
    """How a batch is asked."""

    sheet: str | Path | None
    """One line per file of the folder."""
    force: bool
    """Replace an output that is there, and begin anew."""


@dataclass(frozen=True)
class Bundle:
    """A model in its bundle, verified each time before it answers.

    Args:
        path: the file.
        desk: where the reader's trust lies.
    """

    path: Path
    """The file."""
    desk: Desk
    """Where the reader's trust lies."""

    @classmethod
    def open(cls, path: str | Path, desk: Desk | None = None) -> Bundle:
        """Name a bundle; nothing is read yet.

        Args:
            path: the file.
            desk: where trust lies; None: the reader's own folder.

        Returns:
            The bundle.
        """
        return cls(Path(path), desk or Desk())

    def verify(self) -> Verdict:
        """Verify every byte, signature and proof."""
        return verify(self.path, self.desk)

    def predict(
        self, source: str | Path, output: str | Path = "answers.xlsx", **settings: Unpack[Asked]
    ) -> Predicted:
        """Answer everything in a folder, sheet or file.

        Args:
            source: a folder, a sheet, a table, a file.
            output: ends in .xlsx, .csv, .parquet or .jsonl.
            **settings: `sheet`: one line per file of the folder; `force`: replace an output that
                is there, and begin anew.

        Returns:
            What was done.

        Raises:
            InputError: when input or output do not fit.
            IntegrityError: when the bundle is refused.
            PolicyRefusal: when a guardrail stops it.
        """
        from warrant.flow.predict import Order, predict

        sheet = settings.get("sheet")
        listed = Path(sheet) if sheet else None
        force = settings.get("force", False)
        return predict(Order(self.path, str(source), Path(output), listed, force=force), self.desk)

    def serve(self, announce: Callable[[Listening], None], *, port: int = 0) -> Stopped:
        """Answer over HTTP on this machine, until Ctrl-C or a termination signal.

        Args:
            announce: told where, once the server listens.
            port: 0: any that is free.

        Returns:
            How much was answered.

        Raises:
            IntegrityError: when the bundle is refused.
            PolicyRefusal: when a guardrail stops it.
        """
        from warrant.flow.serving import Post, serve

        return serve(self.path, self.desk, announce, Post(port=port))


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
