"""The two files of a linear model, written one way and read with suspicion.

`model.json` is canonical JSON (RFC 8785); `weights.safetensors` holds `coef` (labels × terms),
`intercept` (labels) and `idf` (terms). No pickle.

Law: `load_linear(folder)` after `write_linear(model, folder)` gives an equal model.
Law: writing a loaded model gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, cast

import numpy as np
from pydantic import Field
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from warrant.errors import InputError
from warrant.models.linear.model import LinearModel, Link
from warrant.models.linear.text import Block, TextReader
from warrant.records.base import Name, Rate, Record

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SETTINGS = "model.json"
WEIGHTS = "weights.safetensors"
FILES = (SETTINGS, WEIGHTS)
"""The files of the folder, in the order they are listed."""

MOST_BYTES = 4 * 2**30
"""A larger file is refused before it is read."""

Length = Annotated[int, Field(ge=1, le=20)]


class InputColumn(Record):
    """A column and how it is read."""

    column: Name
    read_as: Literal["text"]


class Vocabulary(Record):
    """One block of terms."""

    kind: Literal["word", "characters"]
    shortest: Length
    longest: Length
    terms: tuple[Annotated[str, Field(min_length=1)], ...]


class LinearSettings(Record):
    """`model.json` of a linear model (`warrant/linear/1`)."""

    format: Literal["warrant/linear/1"] = "warrant/linear/1"
    task: Literal["binary", "multiclass", "multilabel"]
    labels: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
    inputs: Annotated[tuple[InputColumn, ...], Field(min_length=1)]
    link: Link
    threshold: Rate
    precision: Literal["float32", "float64"]
    first_characters: Annotated[int, Field(ge=1)]
    term_weight: Literal["sublinear-tfidf-l2-per-block"] = "sublinear-tfidf-l2-per-block"
    blocks: tuple[Vocabulary, ...]


def write_linear(model: LinearModel) -> dict[str, bytes]:
    """Write a model.

    Args:
        model: any linear model.

    Returns:
        The bytes of each file of `FILES`, by name; the same model gives the same bytes.
    """
    settings = LinearSettings(
        task=cast("Any", model.task),
        labels=model.labels,
        inputs=tuple(InputColumn(column=name, read_as="text") for name in model.inputs),
        link=model.link,
        threshold=model.threshold,
        precision=model.describe().precision,
        first_characters=model.reader.first_characters,
        blocks=tuple(
            Vocabulary(
                kind=block.kind, shortest=block.shortest, longest=block.longest, terms=block.terms
            )
            for block in model.reader.blocks
        ),
    )
    tensors = {
        "coef": np.ascontiguousarray(model.coef),
        "intercept": np.ascontiguousarray(model.intercept),
        "idf": np.ascontiguousarray(model.reader.idf),
    }
    return {SETTINGS: settings.to_bytes(), WEIGHTS: save_tensors(tensors)}


def load_linear(folder: Path) -> LinearModel:
    """Read a model.

    Args:
        folder: holds the files of `FILES` and nothing else.

    Returns:
        The model, ready to answer.

    Raises:
        InputError: when a file is missing, unknown, too large, malformed, or does not fit the
            other; one message per fault.
    """
    _check_folder(folder)
    settings = LinearSettings.from_bytes((folder / SETTINGS).read_bytes())
    _check_settings(settings)
    try:
        tensors = load_tensors((folder / WEIGHTS).read_bytes())
    except (SafetensorError, KeyError, ValueError):  # KeyError: a number type numpy does not have
        _refuse(f"{WEIGHTS!r} is not a readable safetensors file")
    terms = sum(len(block.terms) for block in settings.blocks)
    labels = len(settings.labels)
    shapes = {"coef": (labels, terms), "intercept": (labels,), "idf": (terms,)}
    if tensors.keys() != shapes.keys():
        _refuse(f"{WEIGHTS!r} holds {sorted(tensors)}, expected {sorted(shapes)}")
    for name, shape in shapes.items():
        _check_tensor(
            name, tensors[name], shape, "float64" if name == "idf" else settings.precision
        )
    if terms and tensors["idf"].min() <= 0:
        _refuse("'idf' holds a weight that is not above 0")
    blocks = tuple(
        Block(part.kind, part.shortest, part.longest, part.terms) for part in settings.blocks
    )
    return LinearModel(
        task=settings.task,
        labels=settings.labels,
        inputs=tuple(part.column for part in settings.inputs),
        link=settings.link,
        threshold=settings.threshold,
        reader=TextReader(blocks, tensors["idf"], settings.first_characters),
        coef=tensors["coef"],
        intercept=tensors["intercept"],
    )


def _check_folder(folder: Path) -> None:
    found = {path.name: path for path in folder.iterdir()} if folder.is_dir() else {}
    for name in FILES:
        if name not in found:
            _refuse(f"the file {name!r} is missing")
        if found[name].is_symlink() or not found[name].is_file():
            _refuse(f"{name!r} is not a plain file")
        if found[name].stat().st_size > MOST_BYTES:
            _refuse(f"{name!r} is larger than {MOST_BYTES} bytes")
    if extra := sorted(found.keys() - set(FILES)):
        _refuse(f"the folder holds {len(extra)} file(s) that no linear model has")


def _check_settings(settings: LinearSettings) -> None:
    if len(set(settings.labels)) != len(settings.labels):
        _refuse("a label stands twice")
    if len({part.column for part in settings.inputs}) != len(settings.inputs):
        _refuse("an input column stands twice")
    if (settings.link == "sigmoid") != (settings.task == "multilabel"):
        _refuse(f"the link {settings.link!r} does not belong to the task {settings.task!r}")
    if settings.task == "binary" and len(settings.labels) != 2:
        _refuse(f"a binary model has 2 labels, this one {len(settings.labels)}")
    for block in settings.blocks:
        if len(set(block.terms)) != len(block.terms):
            _refuse(f"a term of the block {block.kind!r} stands twice")
        if block.shortest > block.longest:
            _refuse(f"the block {block.kind!r} has its shortest term longer than its longest")


def _check_tensor(name: str, tensor: NDArray[Any], shape: tuple[int, ...], precision: str) -> None:
    if tensor.shape != shape:
        _refuse(f"{name!r} has the shape {tensor.shape}, {SETTINGS!r} asks for {shape}")
    if tensor.dtype != np.dtype(precision):
        _refuse(f"{name!r} holds {tensor.dtype}, expected {precision}")
    if not np.isfinite(tensor).all():
        _refuse(f"{name!r} holds a number that is not finite")


def _refuse(fault: str) -> NoReturn:
    raise InputError(
        f"This is not a sound linear model: {fault}.",
        do="Use the model's folder as training wrote it.",
    )
