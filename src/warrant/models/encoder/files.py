"""The files of a model on an encoder, written one way and read with suspicion.

`model.json` is canonical JSON; `weights.safetensors` holds the head: `coef` (labels × width of a
vector and of the other columns), `intercept` (labels) and, where other columns are read, their
numbers `columns`. `config.json`, `model.safetensors` and `tokenizer.json` are the network, in the
form that the transformers library reads; `base.json` says what it was before training. No pickle.

Law: `load_encoder_model(folder)` after writing a model to it answers as that model does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from safetensors.numpy import save as save_tensors

from warrant.models.base import FILES as BASE_FILES
from warrant.models.base import BaseRecord, Embedder, load_encoder, read_base
from warrant.models.columns import encoder_numbers, encoder_settings, make_encoder
from warrant.models.encoder.model import EncoderModel
from warrant.models.encoder.settings import (
    KIND,
    EncoderSettings,
    NetworkSettings,
    read_settings,
    refuse,
)
from warrant.models.folder import check_folder, read_tensors
from warrant.models.linear.settings import Input
from warrant.models.model import InputColumn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from numpy.typing import NDArray

SETTINGS = "model.json"
WEIGHTS = "weights.safetensors"
FILES = (SETTINGS, WEIGHTS, *BASE_FILES)
"""The files of the folder."""

MOST_BYTES = 16 * 2**30
"""A larger file is refused before it is read."""


def write_encoder_model(model: EncoderModel) -> dict[str, bytes]:
    """Write the head of a model; the network lies beside it already.

    Args:
        model: any.

    Returns:
        The bytes of `model.json` and `weights.safetensors`, by name.
    """
    settings = EncoderSettings(
        task=model.task,
        labels=model.labels,
        inputs=tuple(
            Input(column=one.column, read_as=cast("Any", one.read_as)) for one in model.reads
        ),
        columns=encoder_settings(model.encoder),
        thresholds=model.thresholds,
        method=model.method,
        precision=model.embedder.precision,
        longest=model.embedder.longest,
        first_characters=model.first_characters,
    )
    tensors: dict[str, NDArray[Any]] = {
        "coef": np.ascontiguousarray(model.coef),
        "intercept": np.ascontiguousarray(model.intercept),
    }
    if model.encoder.columns:
        tensors["columns"] = encoder_numbers(model.encoder)
    return {SETTINGS: settings.to_bytes(), WEIGHTS: save_tensors(tensors)}


def load_encoder_model(folder: Path) -> EncoderModel:
    """Read a model.

    Args:
        folder: holds the files of `FILES` and nothing else.

    Returns:
        The model, ready to answer.

    Raises:
        InputError: when a file is missing, unknown, too large, malformed, or does not fit the
            others; one message per fault.
        MissingExtra: when torch or transformers is not installed.
    """
    check_folder(folder, FILES, MOST_BYTES, KIND)
    settings = read_settings((folder / SETTINGS).read_bytes())
    tensors = read_head(folder, {"coef", "intercept", *(["columns"] if settings.columns else [])})
    columns = make_encoder(settings.columns, tensors.get("columns", np.zeros(0)))
    base, embedder = read_network(folder, settings)
    check_head(tensors, len(settings.labels) or 1, embedder.width + columns.width)
    others = {one.column: one for one in columns.inputs}
    return EncoderModel(
        task=settings.task,
        labels=settings.labels,
        reads=tuple(others.get(part.column, InputColumn(part.column)) for part in settings.inputs),
        thresholds=settings.thresholds,
        embedder=embedder,
        base=base,
        method=settings.method,
        coef=tensors["coef"],
        intercept=tensors["intercept"],
        encoder=columns,
        first_characters=settings.first_characters,
    )


def read_network(folder: Path, settings: NetworkSettings) -> tuple[BaseRecord, Embedder]:
    """Read the network of a model.

    Args:
        folder: the model's; its files were checked.
        settings: what `model.json` says of it.

    Returns:
        What it was before training, and the network ready to read texts.

    Raises:
        InputError: when a file is malformed, or the settings do not fit the network.
        MissingExtra: when torch or transformers is not installed.
    """
    base = read_base(folder, unchanged=settings.method == "frozen")
    encoder = load_encoder(folder)
    if settings.longest > encoder.longest:
        refuse("it reads more tokens of a text than its network can")
    longest = settings.longest
    return base, Embedder(encoder, settings.precision, base.pooling, longest, is_unit=False)


def read_head(folder: Path, needed: AbstractSet[str]) -> dict[str, NDArray[Any]]:
    """Read the numbers of a head.

    Args:
        folder: the model's.
        needed: names of the tensors, all of them.

    Returns:
        Tensors by name.

    Raises:
        InputError: when the file is malformed, or holds others.
    """
    return read_tensors(folder / WEIGHTS, needed, KIND)


def check_head(tensors: Mapping[str, NDArray[Any]], scores: int, width: int) -> None:
    """Check the numbers of a head.

    Args:
        tensors: with `coef` and `intercept`.
        scores: of a row.
        width: of what the head reads.

    Raises:
        InputError: when a shape or a type is another, or a number is none.
    """
    for name, shape in (("coef", (scores, width)), ("intercept", (scores,))):
        if tensors[name].shape != shape:
            refuse(f"{name!r} has the shape {tensors[name].shape}, {SETTINGS!r} asks for {shape}")
        if tensors[name].dtype != np.float32:
            refuse(f"{name!r} holds {tensors[name].dtype}, expected float32")
        if not np.isfinite(tensors[name]).all():
            refuse(f"{name!r} holds a number that is not finite")
