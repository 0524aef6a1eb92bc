"""`warrant sites`: each site tested by a model of all the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json, say_table


@example("warrant sites my-model --by hospital")
def sites(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The folder with recipe.yaml.")],
    by: Annotated[str, typer.Option("--by", metavar="COLUMN", help="Column that names the site.")],
    as_json: AsJson = False,
) -> None:
    """Test each site by a model of all others."""
    from warrant.cli.progress import reporter
    from warrant.cli.recipe_file import read_recipe_file
    from warrant.flow.sites import leave_one_out

    recipe = read_recipe_file(path / "recipe.yaml")
    shown = reporter(quiet=as_json)
    try:
        found = leave_one_out(path, recipe, by, reporter=shown)
    finally:
        shown.close()
    if as_json:
        say_json(found)
        return
    say_table(
        (by, "rows", "trained on", found[0].score.metric, "interval"),
        [
            (
                one.site,
                f"{one.rows:,}",
                f"{one.trained_rows:,}",
                f"{one.score.value:.3f}",
                f"{one.score.low:.3f} to {one.score.high:.3f}",
            )
            for one in found
        ],
    )
    say(f"Wrote {path / 'sites.md'}. Each line: warrant verify {found[0].folder}")
