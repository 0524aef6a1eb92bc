"""`warrant train`: a recipe up to its model, here or on another machine."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, Unprotected
from warrant.cli.screen import say, say_json
from warrant.errors import InputError, PolicyRefusal

if TYPE_CHECKING:
    from warrant.flow.away import Carrier, TrainReport


@example(
    "warrant train my-model",
    "warrant train my-model --on ssh:ada@example.org",
    "warrant train my-model --pack job.zip",
    "warrant train my-model --collect result.zip",
    "warrant train my-model --render axolotl --into job",
)
def train(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The folder with recipe.yaml.")
    ] = Path(),
    where: Annotated[
        str | None,
        typer.Option(
            "--on", metavar="WHERE", help="Train there: ssh:USER@HOST, or sky:CLOUD by SkyPilot."
        ),
    ] = None,
    pack: Annotated[
        Path | None,
        typer.Option("--pack", metavar="ZIP", help="Pack the job, to be run anywhere by hand."),
    ] = None,
    collect: Annotated[
        Path | None,
        typer.Option("--collect", metavar="ZIP", help="Take over the result of a packed job."),
    ] = None,
    render: Annotated[
        str | None,
        typer.Option(
            "--render",
            metavar="PROGRAM",
            help="Write settings and rows for accelerate, axolotl, llamafactory, oumi, unsloth, "
            "together or fireworks; nothing is trained.",
        ),
    ] = None,
    into: Annotated[
        Path, typer.Option("--into", metavar="FOLDER", help="Where --render writes.")
    ] = Path("job"),
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Do a recipe up to its model, here or on another machine."""
    from warrant.cli.progress import reporter
    from warrant.cli.recipe_file import read_recipe_file
    from warrant.cli.refusal import placed
    from warrant.flow.away import train_only
    from warrant.flow.session import Desk

    recipe = read_recipe_file(path / "recipe.yaml")
    carrier = _carrier(where, pack, collect, (render, into))
    shown = reporter(quiet=as_json)
    try:
        desk = Desk(unprotected=unprotected)
        found = train_only(path, recipe, desk, key, shown, carrier)
    except PolicyRefusal as refusal:
        raise placed(refusal, path) from None
    finally:
        shown.close()
    if as_json:
        say_json(found)
    else:
        _show(found, path, packed=pack is not None)


def _carrier(
    where: str | None, pack: Path | None, collect: Path | None, render: tuple[str | None, Path]
) -> Carrier | None:
    from warrant.flow.away import Collect, Pack, carrier_for, renderer

    if sum(one is not None for one in (where, pack, collect, render[0])) > 1:
        raise InputError(
            "--on, --pack, --collect and --render are four ways, and more than one was given.",
            do="Keep one of them.",
        )
    if render[0] is not None:
        return renderer(render[0], render[1])
    if pack is not None:
        return Pack(pack)
    if collect is not None:
        return Collect(collect)
    return None if where is None else carrier_for(where)


def _show(found: TrainReport, path: Path, *, packed: bool) -> None:
    place = shlex.quote(str(path))
    if found.packed:
        say(found.packed)
        if not packed:
            return
        say("Run it anywhere: unzip it into an empty folder, and there: sh run.sh")
        say(f"Then: warrant train {place} --collect result.zip", bold=True)
        return
    where = f", {found.computed}" if found.computed else ""
    say(f"Trained {found.name} on {found.rows:,} rows{where}.")
    left = "; ".join(f"{size:,} bytes to {host} ({why})" for host, size, why in found.left)
    say(f"Cost: ${found.cost_usd:,.2f}. Left this machine: {left or 'nothing'}.")
    say(f"Next: warrant run {place}", bold=True)
