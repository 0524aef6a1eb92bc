"""The two files of a linear model, written one way and read with suspicion.

`model.json` is canonical JSON (RFC 8785); `weights.safetensors` holds `coef` (labels × terms),
`intercept` (labels), `idf` (terms of texts) and, where other columns are read, their numbers
`columns`. No pickle. A model that reads texts as vectors has the files of `embeddings.py` too.

Law: `load_linear(folder)` after `write_linear(model, folder)` gives an equal model.
Law: writing a loaded model gives the same bytes, unless release 0.1 wrote it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from safetensors.numpy import save as save_tensors

from warrant.models.columns import encoder_numbers, encoder_settings, make_encoder
from warrant.models.folder import check_folder, read_tensors
from warrant.models.linear.embeddings import EMBEDDINGS, load_embeddings
from warrant.models.linear.embeddings import FILES as EMBEDDING_FILES
from warrant.models.linear.model import LinearModel
from warrant.models.linear.settings import (
    KIND,
    Input,
    LinearSettings,
    Vocabulary,
    read_settings,
    refuse,
)
from warrant.models.linear.text import Block, TextReader
from warrant.models.model import InputColumn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

SETTINGS = "model.json"
WEIGHTS = "weights.safetensors"
FILES = (SETTINGS, WEIGHTS)
"""The files of the folder, in the order they are listed."""

MOST_BYTES = 4 * 2**30
"""A larger file is refused before it is read."""


def write_linear(model: LinearModel) -> dict[str, bytes]:
    """Write a model.

    Args:
        model: any linear model.

    Returns:
        The bytes of each file of `FILES`, by name, and of the settings of its embeddings, beside
        which `copy_base` puts the base; the same model gives the same bytes.
    """
    settings = LinearSettings(
        task=model.task,
        labels=model.labels,
        inputs=tuple(
            Input(column=one.column, read_as=cast("Any", one.read_as)) for one in model.reads
        ),
        columns=encoder_settings(model.encoder),
        link=model.link,
        thresholds=model.thresholds,
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
    if model.encoder.columns:
        tensors["columns"] = encoder_numbers(model.encoder)
    files = {SETTINGS: settings.to_bytes(), WEIGHTS: save_tensors(tensors)}
    if model.embeddings:
        files[EMBEDDINGS] = model.embeddings.settings.to_bytes()
    return files


def load_linear(folder: Path) -> LinearModel:
    """Read a model.

    Args:
        folder: holds the files of `FILES`, those of embeddings or none of them, and nothing else.

    Returns:
        The model, ready to answer.

    Raises:
        InputError: when a file is missing, unknown, too large, malformed, or does not fit the
            other; one message per fault.
        MissingExtra: when it has embeddings, and torch or transformers is not installed.
    """
    has_embeddings = (folder / EMBEDDINGS).exists()
    files = (*FILES, *EMBEDDING_FILES) if has_embeddings else FILES
    check_folder(folder, files, MOST_BYTES, KIND)
    settings = read_settings((folder / SETTINGS).read_bytes())
    needed = {"coef", "intercept", "idf", *(["columns"] if settings.columns else [])}
    tensors = read_tensors(folder / WEIGHTS, needed, KIND)
    encoder = make_encoder(settings.columns, tensors.get("columns", np.zeros(0)))
    embeddings = load_embeddings(folder) if has_embeddings else None
    if embeddings and all(part.read_as != "text" for part in settings.inputs):
        refuse("it has embeddings, and reads no text")
    _check_tensors(tensors, settings, encoder.width + (embeddings.width if embeddings else 0))
    blocks = tuple(
        Block(part.kind, part.shortest, part.longest, part.terms) for part in settings.blocks
    )
    others = {one.column: one for one in encoder.inputs}
    return LinearModel(
        task=settings.task,
        labels=settings.labels,
        reads=tuple(others.get(part.column, InputColumn(part.column)) for part in settings.inputs),
        link=settings.link,
        thresholds=settings.thresholds,
        reader=TextReader(blocks, tensors["idf"], settings.first_characters),
        coef=tensors["coef"],
        intercept=tensors["intercept"],
        encoder=encoder,
        embeddings=embeddings,
    )


def _check_tensors(
    tensors: Mapping[str, NDArray[Any]], settings: LinearSettings, width: int
) -> None:
    terms = sum(len(block.terms) for block in settings.blocks)
    scores = len(settings.labels) or 1
    _check_tensor("coef", tensors["coef"], (scores, terms + width), settings.precision)
    _check_tensor("intercept", tensors["intercept"], (scores,), settings.precision)
    _check_tensor("idf", tensors["idf"], (terms,), "float64")
    if terms and tensors["idf"].min() <= 0:
        refuse("'idf' holds a weight that is not above 0")


def _check_tensor(name: str, tensor: NDArray[Any], shape: tuple[int, ...], precision: str) -> None:
    if tensor.shape != shape:
        refuse(f"{name!r} has the shape {tensor.shape}, {SETTINGS!r} asks for {shape}")
    if tensor.dtype != np.dtype(precision):
        refuse(f"{name!r} holds {tensor.dtype}, expected {precision}")
    if not np.isfinite(tensor).all():
        refuse(f"{name!r} holds a number that is not finite")
