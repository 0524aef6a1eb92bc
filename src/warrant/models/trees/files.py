"""The three files of a model of trees, written one way and read with suspicion.

`model.json` is canonical JSON (RFC 8785); `trees.txt` is LightGBM's text format, of which every
byte is checked before LightGBM sees it; `numbers.safetensors` holds `columns` (numbers of columns
that are no text) and `idf` (weights of the words of texts, one column after the other).

What `write_trees_model` wrote, `load_trees` reads back equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import numpy as np
from pydantic import Field
from safetensors.numpy import save as save_tensors

from warrant.models.columns import (
    ColumnSettings,
    encoder_numbers,
    encoder_settings,
    make_encoder,
)
from warrant.models.folder import check_folder, read_tensors, refuse_model
from warrant.models.linear import Block, TextReader
from warrant.models.trees.forest import TreesError, write_trees
from warrant.models.trees.model import TreesModel
from warrant.models.trees.reader import Reader, TextColumn
from warrant.models.trees.text import read_trees
from warrant.records.base import Name, Rate, Record
from warrant.records.model import TaskKind  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS, TREES, NUMBERS = FILES = ("model.json", "trees.txt", "numbers.safetensors")
"""The files of the folder."""

KIND = "model of trees"
"""What messages call it."""

MOST_BYTES = 2**30
"""A larger file is refused before it is read."""


class Words(Record):
    """The words that are looked for in one column of text."""

    column: Name
    terms: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]


class TreesSettings(Record):
    """`model.json` of a model of trees (`warrant/trees/1`)."""

    format: Literal["warrant/trees/1"] = "warrant/trees/1"
    task: TaskKind
    labels: tuple[Annotated[str, Field(min_length=1)], ...]
    inputs: Annotated[tuple[Name, ...], Field(min_length=1)]
    columns: tuple[ColumnSettings, ...]
    """Of the inputs that are no text, in the order of the inputs."""
    words: tuple[Words, ...]
    """Of the inputs of text that have any, in the order of the inputs."""
    first_characters: Annotated[int, Field(ge=1)]
    thresholds: tuple[Rate, ...]
    slopes: tuple[Annotated[float, Field(gt=0)], ...]
    offsets: tuple[float, ...]
    """One a label each: a calibrated score is slope · score + offset."""


def write_trees_model(model: TreesModel) -> dict[str, bytes]:
    """Write a model.

    Args:
        model: any model of trees.

    Returns:
        The bytes of each file of `FILES`, by name; the same model gives the same bytes.
    """
    reader = model.reader
    settings = TreesSettings(
        task=model.task,
        labels=model.labels,
        inputs=reader.inputs,
        columns=encoder_settings(reader.encoder),
        words=tuple(
            Words(column=text.name, terms=text.reader.blocks[0].terms) for text in reader.texts
        ),
        first_characters=reader.first_characters,
        thresholds=model.thresholds,
        slopes=model.slopes,
        offsets=model.offsets,
    )
    idf = [text.reader.idf for text in reader.texts]
    numbers = {
        "columns": encoder_numbers(reader.encoder),
        "idf": np.concatenate([np.zeros(0), *idf]),
    }
    return {
        SETTINGS: settings.to_bytes(),
        TREES: write_trees(model.trees, model.shape),
        NUMBERS: save_tensors(numbers),
    }


def load_trees(folder: Path) -> TreesModel:
    """Read a model.

    Args:
        folder: holds the files of `FILES` and nothing else.

    Returns:
        The model, ready to answer.

    Raises:
        InputError: when a file is missing, unknown, too large, malformed, or does not fit the
            others; one message per fault.
    """
    check_folder(folder, FILES, MOST_BYTES, KIND)
    settings = TreesSettings.from_bytes((folder / SETTINGS).read_bytes())
    _check(settings)
    tensors = read_tensors(folder / NUMBERS, {"columns", "idf"}, KIND)
    reader = Reader(
        settings.inputs,
        make_encoder(settings.columns, tensors["columns"]),
        _texts(settings, tensors["idf"]),
        settings.first_characters,
    )
    if not reader.features:
        _refuse("it reads nothing")
    model = TreesModel(
        settings.task,
        settings.labels,
        reader,
        (),
        settings.thresholds,
        settings.slopes,
        settings.offsets,
    )
    try:
        trees = read_trees((folder / TREES).read_bytes(), model.shape)
    except TreesError as fault:
        _refuse(f"{TREES!r}: {fault}")
    return model.with_trees(trees)


def _texts(settings: TreesSettings, idf: Any) -> tuple[TextColumn, ...]:  # noqa: ANN401 - an array
    needed = sum(len(one.terms) for one in settings.words)
    if idf.shape != (needed,) or idf.dtype != np.float64:
        _refuse(f"'idf' is {idf.dtype} of the shape {idf.shape}, expected float64 of ({needed},)")
    if needed and not (np.isfinite(idf).all() and idf.min() > 0):
        _refuse("'idf' holds a weight that is not above 0")
    found, start = [], 0
    for one in settings.words:
        stop = start + len(one.terms)
        block = Block("word", 1, 2, one.terms)
        found.append(
            TextColumn(one.column, TextReader((block,), idf[start:stop], settings.first_characters))
        )
        start = stop
    return tuple(found)


def _check(settings: TreesSettings) -> None:
    labels = len(settings.labels)
    if bool(labels) == (settings.task == "regression"):
        _refuse(f"a model of the task {settings.task!r} has {labels} labels")
    if settings.task == "binary" and labels != 2:  # noqa: PLR2004, RUF100 - as its name says
        _refuse(f"a binary model has 2 labels, this one {labels}")
    if len(set(settings.labels)) != labels or len(set(settings.inputs)) != len(settings.inputs):
        _refuse("a label or an input column stands twice")
    if {len(settings.thresholds), len(settings.slopes), len(settings.offsets)} != {labels}:
        _refuse("not every label has a threshold, a slope and an offset of its own")
    others = [one.column for one in settings.columns]
    texts = [one.column for one in settings.words]
    known = set(others) | set(texts)
    if len(known) != len(others) + len(texts) or not known <= set(settings.inputs):
        _refuse("its columns are not those of its inputs")
    order = {name: place for place, name in enumerate(settings.inputs)}
    if others != sorted(others, key=order.__getitem__):
        _refuse("its columns do not stand in the order of its inputs")
    if any(len(set(one.terms)) != len(one.terms) for one in settings.words):
        _refuse("a word stands twice")


def _refuse(fault: str) -> NoReturn:
    refuse_model(KIND, fault)
