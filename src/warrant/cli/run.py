"""`warrant run`: the whole recipe, and the lines it ends with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import STOPPED, example
from warrant.cli.options import AsJson, KeyName, Unprotected
from warrant.cli.screen import say, say_json, say_table
from warrant.errors import PolicyRefusal

if TYPE_CHECKING:
    from warrant.flow.recipe import Recipe


@example("warrant run my-model", "warrant run my-model --explain")
def run(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The folder with recipe.yaml.")
    ] = Path(),
    explain: Annotated[
        bool, typer.Option("--explain", help="Print every setting in force, and run nothing.")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Print the steps in order, and run nothing.")
    ] = False,
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Do what the recipe says; skip what is done."""
    from warrant.cli.recipe_file import read_recipe_file

    recipe = read_recipe_file(path / "recipe.yaml")
    if explain:
        _explain(recipe, as_json=as_json)
    elif plan:
        _plan(as_json=as_json)
    else:
        _run(path, recipe, key, unprotected=unprotected, as_json=as_json)


def _run(path: Path, recipe: Recipe, key: str | None, *, unprotected: bool, as_json: bool) -> None:
    from warrant.cli.progress import reporter
    from warrant.cli.refusal import placed
    from warrant.cli.run_report import say_report
    from warrant.flow.job import run_recipe
    from warrant.flow.session import Desk

    shown = reporter(quiet=as_json)
    try:
        report = run_recipe(path, recipe, Desk(unprotected=unprotected), key, shown)
    except PolicyRefusal as refusal:
        raise placed(refusal, path) from None
    except KeyboardInterrupt:
        kept = ", ".join(shown.finished) or "what earlier runs did"
        shown.close()
        say(f"\nStopped. Kept: {kept}. Go on with: warrant run {path}", err=True)
        raise typer.Exit(STOPPED) from None
    finally:
        shown.close()
    if as_json:
        say_json(report)
    else:
        say_report(report, path)


def _explain(recipe: Recipe, *, as_json: bool) -> None:
    from warrant.flow.recipe import explain_recipe

    lines = explain_recipe(recipe)
    if as_json:
        say_json(
            [{"name": name, "value": value, "origin": origin} for name, value, origin in lines]
        )
    else:
        say_table(("setting", "value", "from"), lines)


def _plan(*, as_json: bool) -> None:
    from warrant.flow.plan import STEPS

    steps = [(step.stage, ", ".join(step.inputs.values()) or "the sources") for step in STEPS]
    if as_json:
        say_json([{"stage": stage, "reads": reads} for stage, reads in steps])
    else:
        say_table(("step", "reads"), steps)
