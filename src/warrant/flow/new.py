"""A new recipe from what lies in a folder: looked at, guessed, checked, written."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from io import StringIO
from itertools import count
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.flow.guess.columns import Guess, guess_columns
from warrant.flow.guess.kinds import guess_kind
from warrant.flow.guess.place import Place, find_place
from warrant.flow.guess.recipe_text import Written, recipe_text
from warrant.flow.recipe import parse_recipe
from warrant.flow.workspace import RECIPE
from warrant.kernel.durable import write_file

if TYPE_CHECKING:
    from pathlib import Path

LABELS_SHEET = "labels.csv"
"""Written beside the recipe when there is no sheet."""
_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class NewRecipe:
    """What was written, and the guesses behind it."""

    path: Path
    """Of the recipe."""
    name: str
    """Of the model."""
    place: Place
    """Where the rows come from."""
    guess: Guess
    """What the columns were taken for."""
    labels: Path | None = None
    """A sheet with the files' names that was written too."""
    is_filled: bool = True
    """Whether the answers are there; else the label column must be filled first."""


def new_recipe(
    root: Path, source: Path, sheet: Path | None = None, label: str | None = None
) -> NewRecipe:
    """Look at a folder or a table, and write a recipe that runs.

    Args:
        root: the folder of the new workspace; made when it is not there.
        source: a folder of documents, a folder of tables, or one table.
        sheet: one line per document; None: it is looked for.
        label: the column of answers; None: it is guessed.

    Returns:
        What was written.

    Raises:
        InputError: when there is a recipe already, nothing can be read, or there is no such
            column. Nothing is written then.
    """
    path = root / RECIPE
    if path.exists():
        raise InputError(
            f"There is a recipe already: {str(path)!r}. It is never overwritten.",
            do=f"Write {_free(root)!r} in place of {str(root)!r}, or use what is there: "
            f"warrant run {root}",
        )
    name = _model_name(root)
    place = find_place(source, sheet)
    if label is not None and label not in place.cells:
        raise InputError(
            f"There is no column {label!r}; there are: "
            f"{', '.join(map(repr, place.cells)) or 'none'}.",
            do="Correct the name: --label",
        )
    more = guess_kind(place.cells) if place.is_table and label is None else None
    guess = more or guess_columns(place.cells, place.file_columns, label)
    labels = root / LABELS_SHEET if place.names else None
    if labels is not None:
        guess = guess_columns({"label": [place.folders.get(one) for one in place.names]})
    written = Written(
        name,
        _relative(place.path, root),
        LABELS_SHEET if labels else _relative(place.sheet, root) if place.sheet else None,
        tuple((_relative(path, root), columns) for path, columns in place.mapped),
    )
    text = recipe_text(written, place, guess)
    parse_recipe(text)
    root.mkdir(parents=True, exist_ok=True)
    if labels is not None:
        _write_labels(labels, place)
    write_file(path, text.encode())
    return NewRecipe(path, name, place, guess, labels, is_filled=bool(guess.label or guess.labels))


def _write_labels(path: Path, place: Place) -> None:
    """Write a sheet with one line per file, the label of each where a folder says it."""
    if path.exists():
        raise InputError(
            f"{str(path)!r} is there already.", do=f"Name it as the sheet: --sheet {path}"
        )
    sheet = StringIO(newline="")
    lines = csv.writer(sheet)
    lines.writerow(("file", "label"))
    lines.writerows((name, place.folders.get(name, "")) for name in place.names)
    write_file(path, sheet.getvalue().encode())


def _model_name(root: Path) -> str:
    """Make the name of a model from that of its folder: small letters, digits, hyphens."""
    name = _NAME.sub("-", root.resolve().name.lower()).strip("-")[:63]
    if not name:
        raise InputError(
            f"No name for a model can be made from {str(root)!r}.",
            do="Choose one of small letters, digits and hyphens.",
        )
    return name


def _free(root: Path) -> str:
    """Give a name beside a folder that no folder has."""
    numbers = (root.with_name(f"{root.resolve().name}-{number}") for number in count(2))
    return str(next(one for one in numbers if not one.exists()))


def _relative(path: Path, root: Path) -> str:
    """Write a path as the recipe does: relative to its folder, where that can be said."""
    try:
        return os.path.relpath(path.absolute(), root.absolute()).replace(os.sep, "/")
    except ValueError:  # another drive
        return path.absolute().as_posix()
