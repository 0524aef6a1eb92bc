"""`warrant new`: a recipe from what lies in a folder, with every guess shown."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json, say_table

if TYPE_CHECKING:
    from warrant.flow.new import NewRecipe

SAMPLE = 500
"""Documents of the first run that is advised."""

EXAMPLE_WIDTH = 16
"""Characters of an example in the table: three of them fit beside the rest."""


@example(
    "warrant new my-model --from contracts --sheet index.xlsx",
    "warrant new my-model --from claims.csv",
)
def new(
    path: Annotated[
        Path, typer.Argument(metavar="NAME", help="The new workspace: a folder that is made.")
    ],
    source: Annotated[
        Path,
        typer.Option("--from", metavar="PATH", help="A folder of documents, or a table."),
    ],
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="One line per document; left out: it is looked for."),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column of answers; left out: it is guessed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a recipe for a folder or a table; each guess is shown."""
    from warrant.flow.new import new_recipe

    made = new_recipe(path, source, sheet, label)
    if as_json:
        say_json(_told(made))
    else:
        _show(made, path)


def _told(made: NewRecipe) -> dict[str, object]:
    guess, place = made.guess, made.place
    return {
        "recipe": str(made.path),
        "name": made.name,
        "files": dict(place.files),
        "passed_over": dict(place.passed_over),
        "sheet": str(place.sheet) if place.sheet else None,
        "labels_sheet": str(made.labels) if made.labels else None,
        "kind": guess.kind,
        "label": guess.label,
        "labels": guess.labels,
        "separator": guess.separator,
        "runner_up": guess.runner_up.name if guess.runner_up else None,
        "columns": [
            {"column": one.profile.name, "taken_for": one.role, "why": one.why}
            for one in guess.columns
        ],
    }


def _show(made: NewRecipe, path: Path) -> None:
    place, guess = made.place, made.guess
    files = ", ".join(f"{count:,} {ending}" for ending, count in place.files.items())
    say(f"Found in {place.path}: {files}.")
    if place.passed_over:
        left = ", ".join(f"{count:,} {ending}" for ending, count in place.passed_over.items())
        say(f"Left out: {left}. To read them too, change 'path' in the recipe.", "yellow")
    if place.sheet:
        page = f", worksheet {place.worksheet!r}" if place.worksheet else ""
        say(
            f"Sheet {place.sheet}{page}: {place.lines:,} lines, {place.spare:,} name no file; "
            f"{place.unnamed:,} files have no line."
        )
    if guess.columns:
        say()
        say_table(
            ("column", "taken for", "why", "examples"),
            [
                (
                    one.profile.name,
                    one.role,
                    one.why,
                    " · ".join(_short(example) for example in one.profile.examples),
                )
                for one in guess.columns
            ],
        )
    say()
    _show_answer(made)
    if made.labels:
        say(f"There is no sheet, so one was written: {made.labels}, a line for each file.")
    say(
        "Only you can answer: licence, origin, rights, special category. The recipe asks, and, "
        f"after a run: warrant card {shlex.quote(str(path))} --ask"
    )
    say(f"Wrote {made.path}. Read it: what is wrong there is wrong in the model.")
    _show_next(made, path)


def _short(text: str) -> str:
    return text if len(text) <= EXAMPLE_WIDTH else text[: EXAMPLE_WIDTH - 1].rstrip("…") + "…"


def _show_answer(made: NewRecipe) -> None:
    guess = made.guess
    if guess.labels:
        say(f"The model will answer which of {len(guess.labels)} labels hold: {guess.kind}.")
    elif guess.label:
        several = f", several in a cell, divided by {guess.separator!r}" if guess.separator else ""
        say(f"The model will answer {guess.label!r}{several}: {guess.kind}.")
    else:
        say("No column looks like an answer, and without answers nothing can be learnt.", "yellow")
    _show_inputs(made)
    if guess.runner_up:
        say(f"It could have been {guess.runner_up.name!r}: change 'label' in the recipe.")


def _show_inputs(made: NewRecipe) -> None:
    from warrant.flow.guess.inputs_text import read_columns

    names = [one.profile.name for one in read_columns(made.guess)]
    if made.place.is_table:
        say(f"The model will read: {', '.join(map(repr, names)) or 'nothing yet; see inputs'}.")
    elif names:
        say("The model will read the text. Columns of the sheet are offered under 'inputs'.")


def _show_next(made: NewRecipe, path: Path) -> None:
    from warrant.kernel.key_file import key_names

    if not key_names("person"):
        say("You have no key yet. Once: warrant key new me --name 'Your Name'")
    if made.is_filled:
        say(f"Next: warrant run {shlex.quote(str(path))}{_sampled(made)}", bold=True)
        return
    where = made.labels or made.place.sheet or made.place.path
    say(f"Next: write the right answers into a column 'label' of {where}, then:", bold=True)
    say(f"  warrant run {shlex.quote(str(path))}{_sampled(made)}")


def _sampled(made: NewRecipe) -> str:
    """Advise a sample first where there is more than one."""
    place = made.place
    is_small = not place.is_table and sum(place.files.values()) <= SAMPLE
    return "" if is_small else f" --sample {SAMPLE}"
