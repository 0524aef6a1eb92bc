"""Beginning an adoption: look at the model, write a recipe and the facts to declare."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError
from warrant.flow.adopt.declared import FILE
from warrant.flow.guess.place import find_place
from warrant.flow.recipe import parse_recipe
from warrant.flow.workspace import RECIPE
from warrant.stages.adopt.formats import SETTINGS, recognise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models import InputColumn
    from warrant.records.model import TaskKind
    from warrant.stages.adopt.formats import Found

_FACTS = """\
# What you know about a model that was trained elsewhere. Each line that you fill in (without its #)
# is signed, and printed on the card as "declared by NAME, not witnessed". A line that you leave out
# is not known: then nobody may rely on it beyond exploration.
model: {model}
declared_by: {by}
{labels}
# base: org/name               # what it was fine-tuned from
# base_licence: Apache-2.0
# licence: CC-BY-4.0           # of the model itself
# trained_with: LightGBM 4.6
# trained_at: 2026-03
# trained_by: Example Ltd
# data:
#   description: Invoices of 2019 to 2023, collected by Example Ltd
#   rows: 12000
#   licence: CC-BY-4.0         # SPDX identifier, or the name of an agreement
#   rights: {{train: true, commercial: true, expires: never}}
#   special_category: false    # GDPR, Art. 9
#   without_test_rows: true    # it was trained on none of the rows that it is measured on here
#   personal_data_resolved: true
#   without_erased_rows: true  # nobody has asked since that one of them be erased
"""
_RECIPE = """\
# A model that was trained elsewhere, measured on your own rows. What is declared stands in {facts}.
warrant: 1
name: {name}
sources:
  - path: {test}
    # licence, origin and rights of the rows that it is measured on:
    # licence: CC-BY-4.0
    # origin: Collected by …
    # rights: {{train: true, commercial: true, expires: never}}
    # special_category: false
inputs:
{inputs}
task: {{kind: {kind}, label: {label}}}
train: {{adopt: {facts}}}
"""


_UNNAMED = "# labels: [no, yes]           # its answers, in the order of its numbers 0, 1, …"
_RENAMED = """\
# Its answers, in its order. Where your rows call them otherwise, write it so here:
# labels: {}"""


_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Texts that YAML reads as something else, some readers among them."""


class Begun(NamedTuple):
    """What was written."""

    form: str
    """In which form the model came."""
    recipe: Path
    """The recipe."""
    facts: Path
    """The facts to declare."""
    reads: tuple[str, ...]
    """The columns that the model reads."""


class Wish(NamedTuple):
    """What is adopted, and how it is measured."""

    model: Path
    """File or folder."""
    test: Path
    """Sheet, table or folder with rows that have an answer."""
    label: str
    """The column of the answer."""
    folder: Path
    """The new workspace."""
    by: str | None = None
    """Who declares; None: to be filled in."""
    text: str = "text"
    """The column of the text, of a model that names none."""


def begin_adoption(wish: Wish) -> Begun:
    """Write a recipe and the facts to declare; nothing is read over yet.

    Args:
        wish: what is adopted.

    Returns:
        What was written.

    Raises:
        InputError: when the model's form is none that is read, a file could run code, the test
            rows or a column of theirs are missing, or the folder has a recipe already.
    """
    found = recognise(wish.model)
    if not wish.test.exists():
        raise InputError(f"There are no test rows at {str(wish.test)!r}.", do="Correct --test.")
    recipe, facts = wish.folder / RECIPE, wish.folder / FILE
    for path in (recipe, facts):
        if path.exists():
            raise InputError(f"{str(path)!r} exists already.", do="Name another folder: -o FOLDER")
    task, reads, labels = _look(found, wish.text)
    _require_columns(wish, reads)
    text = _RECIPE.format(
        name=_name(wish.folder),
        test=_quoted(_relative(wish.test, wish.folder)),
        inputs="\n".join(
            f"  - {{column: {_quoted(one.column)}, as: {one.read_as}}}" for one in reads
        ),
        kind=task,
        label=_quoted(wish.label),
        facts=FILE,
    )
    parse_recipe(text)
    wish.folder.mkdir(parents=True, exist_ok=True)
    recipe.write_text(text, "utf-8", newline="\n")
    said = _FACTS.format(
        model=_quoted(_relative(wish.model, wish.folder)),
        by=_quoted(wish.by) if wish.by else "",
        labels=labels if task != "regression" else "",
    )
    facts.write_text(said, "utf-8", newline="\n")
    return Begun(found.form, recipe, facts, tuple(one.column for one in reads))


def _look(found: Found, text: str) -> tuple[TaskKind, Sequence[InputColumn], str]:
    """Give task, columns, and the line about labels where somebody may have to name them."""
    from warrant.models import MODELS, InputColumn
    from warrant.stages.adopt.builtin.arrays import read_settings
    from warrant.stages.adopt.builtin.classifier import heads_of
    from warrant.stages.adopt.builtin.lightgbm import columns_of, task_of
    from warrant.stages.adopt.formats import own_kind

    if found.form == "lightgbm":
        path = found.files[0]
        return task_of(path), [InputColumn(one, "number") for one in columns_of(path)], _UNNAMED
    if found.form == "arrays":
        path = next(one for one in found.files if one.name == SETTINGS)
        said = read_settings(path)
        return said.task, [InputColumn(said.text)], ""
    if found.form == "transformers":
        heads = heads_of(found.files)
        return heads.task, [InputColumn(text)], _RENAMED.format(json.dumps(heads.labels))
    settings = next(one for one in found.files if one.name == "model.json")
    model = MODELS.load(own_kind(settings))(settings.parent)
    return model.task, model.reads, ""


def _require_columns(wish: Wish, reads: Sequence[InputColumn]) -> None:
    """Refuse a table without the column of the answer, or one that the model reads."""
    if not wish.test.is_file():
        return
    there = find_place(wish.test).cells
    for column in (wish.label, *(one.column for one in reads)):
        if column not in there:
            raise InputError(
                f"There is no column {column!r} in {wish.test.name!r}; there are: "
                f"{', '.join(map(repr, there))}.",
                do="Name the column of the answer with --label COLUMN, and that of the text, which "
                "a Hugging Face model does not name, with --text COLUMN; other models read the "
                "columns that they learnt from.",
            )


def _name(folder: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:60] or "adopted"


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _quoted(text: str) -> str:
    """Write a text as YAML on one line."""
    is_plain = re.fullmatch(r"(?:\.{1,2}/)*[A-Za-z_/][\w./ -]*[\w/-]|[A-Za-z_]", text)
    return text if is_plain and text.lower() not in _WORDS else json.dumps(text)
