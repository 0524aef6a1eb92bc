"""`warrant adopt`: govern a model that was trained elsewhere."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json

_FORMS = {
    "warrant": "a model that Warrant wrote",
    "lightgbm": "a text file of LightGBM",
    "arrays": "a linear model of scikit-learn as arrays",
    "transformers": "a Hugging Face model that classifies texts",
}


@example("warrant adopt outside/model.txt --test invoices.csv --label outcome -o late")
def adopt(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL", help="Its folder, or its one file; no pickle.")
    ],
    test: Annotated[
        Path, typer.Option(metavar="FILE", help="Rows with answers, on which it is measured.")
    ],
    label: Annotated[str, typer.Option(metavar="COLUMN", help="The column of the answer.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FOLDER", help="The new workspace.")
    ] = Path("adopted"),
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who declares what is known of it.")
    ] = None,
    text: Annotated[
        str,
        typer.Option(metavar="COLUMN", help="The column of the text, for a Hugging Face model."),
    ] = "text",
    as_json: AsJson = False,
) -> None:
    """Govern a model that was trained elsewhere; facts are declared.

    It writes a recipe and a list of facts to declare. Each one is printed "declared by NAME, not
    witnessed". Evaluation, card, bundle, verification and serving are then as for any model.
    """
    from warrant.flow.adopt.begin import Wish, begin_adoption

    begun = begin_adoption(Wish(model, test, label, output, by, text))
    if as_json:
        say_json(begun._asdict())
        return
    say(f"It is {_FORMS[begun.form]}; it reads {', '.join(map(repr, begun.reads))}.")
    say(f"Wrote {begun.recipe} and {begun.facts}.")
    say(f"Fill in {begun.facts}: what you leave out is not known.")
    say(f"Then: warrant run {shlex.quote(str(output))}")
