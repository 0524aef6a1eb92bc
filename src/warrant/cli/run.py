"""`warrant run`: the whole recipe, and the lines it ends with."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import STOPPED, example
from warrant.cli.options import AsJson, KeyName, Unprotected
from warrant.cli.screen import say, say_json, say_table
from warrant.errors import PolicyRefusal

if TYPE_CHECKING:
    from warrant.flow.recipe import Recipe


@example("warrant run my-model --sample 500", "warrant run my-model")
def run(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The folder with recipe.yaml.")
    ] = Path(),
    explain: Annotated[
        bool, typer.Option("--explain", help="Print every setting in force, and run nothing.")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Print steps and disk needed, and run nothing.")
    ] = False,
    sample: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Read only N documents first, marked as a sample, and say what all will take.",
        ),
    ] = None,
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Do what the recipe says; skip what is done."""
    from warrant.cli.recipe_file import read_recipe_file

    recipe = read_recipe_file(path / "recipe.yaml")
    if explain:
        _explain(path, recipe, as_json=as_json)
    elif plan:
        say_steps(path, recipe, sample, as_json=as_json)
    else:
        told = _Told(path, key, sample, unprotected=unprotected)
        _run(told, recipe, as_json=as_json)


@dataclass(frozen=True)
class _Told:
    """What stood behind the words `warrant run`."""

    path: Path
    key: str | None
    sample: int | None
    unprotected: bool

    @property
    def again(self) -> str:
        """The same command, to be copied."""
        words = ["warrant", "run", str(self.path)]
        words += ["--sample", str(self.sample)] if self.sample else []
        words += ["--key", self.key] if self.key else []
        words += ["--unprotected-key"] if self.unprotected else []
        return shlex.join(words)


def _run(told: _Told, recipe: Recipe, *, as_json: bool) -> None:
    from warrant.cli.progress import reporter
    from warrant.cli.refusal import placed
    from warrant.cli.run_report import say_report
    from warrant.flow.job import run_recipe
    from warrant.flow.session import Desk

    shown = reporter(quiet=as_json)
    try:
        desk = Desk(unprotected=told.unprotected)
        report = run_recipe(told.path, recipe, desk, told.key, shown, told.sample)
    except PolicyRefusal as refusal:
        raise placed(refusal, told.path) from None
    except KeyboardInterrupt:
        kept = ", ".join(shown.finished) or "what earlier runs did"
        shown.close()
        say(f"\nStopped. Kept: {kept}. Go on with: {told.again}", err=True)
        raise typer.Exit(STOPPED) from None
    finally:
        shown.close()
    if as_json:
        say_json(report)
    else:
        say_report(report, told.path)


def _explain(path: Path, recipe: Recipe, *, as_json: bool) -> None:
    from warrant.flow.source_answers import explain_answered

    lines = explain_answered(path, recipe)
    if as_json:
        say_json(
            [{"name": name, "value": value, "origin": origin} for name, value, origin in lines]
        )
    else:
        say_table(("setting", "value", "from"), lines)


def say_steps(path: Path, recipe: Recipe, sample: int | None, *, as_json: bool) -> None:
    """Print the steps of a run and the disk that it needs.

    Args:
        path: the workspace.
        recipe: what would be run.
        sample: so many documents only.
        as_json: for machines.
    """
    from warrant.flow.plan import steps_of
    from warrant.flow.room import room_for
    from warrant.flow.words import shown_bytes

    room = room_for(path, recipe, sample)
    steps = [
        (step.stage, ", ".join(step.inputs.values()) or "the sources") for step in steps_of(recipe)
    ]
    if as_json:
        say_json(
            {
                "steps": [{"stage": stage, "reads": reads} for stage, reads in steps],
                "disk": {"needed_bytes": room.needed_bytes, "free_bytes": room.free_bytes},
            }
        )
    else:
        say_table(("step", "reads"), steps)
        say(
            f"Disk: about {shown_bytes(room.needed_bytes)} needed if nothing is done yet, "
            f"{shown_bytes(room.free_bytes)} free."
        )
