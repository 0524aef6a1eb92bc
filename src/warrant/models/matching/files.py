"""The two files of a matching model, written one way and read with suspicion.

`model.json` is canonical JSON (RFC 8785); `weights.safetensors` holds `coef`, `intercept` and
`idf`. No pickle; a term that fewer than three documents have never enters.

Law: `load_matching(folder)` after `write_matching(model)` gives an equal model, and the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import numpy as np
from pydantic import Field
from safetensors.numpy import save as save_tensors

from warrant.models.folder import check_folder, read_tensors, refuse_model
from warrant.models.linear.settings import Label, Vocabulary
from warrant.models.linear.text import Block, TextReader
from warrant.models.matching.features import PairReader
from warrant.models.matching.model import MatchingModel
from warrant.models.model import InputColumn
from warrant.models.options import LETTERS
from warrant.records.base import Name, Record

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

KIND = "matching model"
"""What messages call it."""

SETTINGS = "model.json"
WEIGHTS = "weights.safetensors"
FILES = (SETTINGS, WEIGHTS)
"""The files of the folder, in the order they are listed."""

MOST_BYTES = 4 * 2**30
"""A larger file is refused before it is read."""


class MatchingSettings(Record):
    """`model.json` of a matching model (`warrant/matching/1`)."""

    format: Literal["warrant/matching/1"] = "warrant/matching/1"
    task: Literal["pairs", "choice"]
    labels: tuple[Label, ...]
    """Of `choice` none: options have letters."""
    texts: Annotated[tuple[Name, ...], Field(min_length=1)]
    options: Name | None
    """Of `choice`, the column of the options."""
    link: Literal["softmax", "one_vs_rest"]
    precision: Literal["float32", "float64"]
    first_characters: Annotated[int, Field(ge=1)]
    likeness: Literal["eight-1"] = "eight-1"
    """How two texts are compared; another way is another name."""
    blocks: tuple[Vocabulary, ...]


def write_matching(model: MatchingModel) -> dict[str, bytes]:
    """Write a model.

    Args:
        model: any matching model.

    Returns:
        The bytes of each file of `FILES`, by name; the same model gives the same bytes.
    """
    is_choice = model.task == "choice"
    reader = model.pair.reader
    settings = MatchingSettings(
        task="choice" if is_choice else "pairs",
        labels=() if is_choice else model.labels,
        texts=model.texts,
        options=model.inputs[-1] if is_choice else None,
        link="one_vs_rest" if model.link == "one_vs_rest" else "softmax",
        precision=model.describe().precision,
        first_characters=reader.first_characters,
        blocks=tuple(
            Vocabulary(kind=one.kind, shortest=one.shortest, longest=one.longest, terms=one.terms)
            for one in reader.blocks
        ),
    )
    tensors: dict[str, NDArray[Any]] = {
        "coef": np.ascontiguousarray(model.coef),
        "intercept": np.ascontiguousarray(model.intercept),
        "idf": np.ascontiguousarray(reader.idf),
    }
    return {SETTINGS: settings.to_bytes(), WEIGHTS: save_tensors(tensors)}


def load_matching(folder: Path) -> MatchingModel:
    """Read a model.

    Args:
        folder: holds the files of `FILES` and nothing else.

    Returns:
        The model, ready to answer.

    Raises:
        InputError: when a file is missing, unknown, too large, malformed, or does not fit the
            other; one message per fault.
    """
    check_folder(folder, FILES, MOST_BYTES, KIND)
    settings = MatchingSettings.from_bytes((folder / SETTINGS).read_bytes())
    _check_settings(settings)
    tensors = read_tensors(folder / WEIGHTS, {"coef", "intercept", "idf"}, KIND)
    terms = sum(len(block.terms) for block in settings.blocks)
    _check("idf", tensors["idf"], (terms,), "float64")
    blocks = tuple(
        Block(part.kind, part.shortest, part.longest, part.terms) for part in settings.blocks
    )
    is_choice = settings.task == "choice"
    reader = TextReader(blocks, tensors["idf"], settings.first_characters)
    pair = PairReader(reader, with_first=not is_choice)
    rows = 1 if is_choice else len(settings.labels)
    _check("coef", tensors["coef"], (rows, pair.width), settings.precision)
    _check("intercept", tensors["intercept"], (rows,), settings.precision)
    reads = [InputColumn(name) for name in settings.texts]
    if settings.options is not None:
        reads.append(InputColumn(settings.options, "options"))
    return MatchingModel(
        task=settings.task,
        labels=LETTERS if is_choice else settings.labels,
        reads=tuple(reads),
        link=settings.link,
        pair=pair,
        coef=tensors["coef"],
        intercept=tensors["intercept"],
    )


def _check_settings(settings: MatchingSettings) -> None:
    is_choice = settings.task == "choice"
    if (settings.options is not None) != is_choice or bool(settings.labels) == is_choice:
        _refuse(f"its labels and options are not those of the task {settings.task!r}")
    if not is_choice and len(settings.texts) != 2:
        _refuse(f"it reads {len(settings.texts)} texts, and a pair has 2")
    if len(set(settings.labels)) != len(settings.labels):
        _refuse("a label stands twice")
    for block in settings.blocks:
        if len(set(block.terms)) != len(block.terms):
            _refuse(f"a term of the block {block.kind!r} stands twice")


def _check(name: str, tensor: NDArray[Any], shape: tuple[int, ...], precision: str) -> None:
    if tensor.shape != shape:
        _refuse(f"{name!r} has the shape {tensor.shape}, {SETTINGS!r} asks for {shape}")
    if tensor.dtype != np.dtype(precision):
        _refuse(f"{name!r} holds {tensor.dtype}, expected {precision}")
    if not np.isfinite(tensor).all():
        _refuse(f"{name!r} holds a number that is not finite")


def _refuse(fault: str) -> NoReturn:
    refuse_model(KIND, fault)
