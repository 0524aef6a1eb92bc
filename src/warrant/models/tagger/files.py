"""The two files of a tagger, written one way and read with suspicion.

`model.json` is canonical JSON (RFC 8785); `weights.safetensors` holds `columns` (hashed features,
rising), `weights` (columns × tags), `start` (tags) and `steps` (tags × tags). No pickle, and no
word: a hash of a feature that fewer than three documents have never enters.

Law: `load_tagger(folder)` after `write_tagger(model)` gives an equal model, and the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import numpy as np
from pydantic import Field
from safetensors.numpy import save as save_tensors

from warrant.models.folder import check_folder, read_tensors, refuse_model
from warrant.models.model import InputColumn
from warrant.models.tagger.chain import Weights
from warrant.models.tagger.features import COLUMNS
from warrant.models.tagger.model import TaggerModel
from warrant.records.base import Name, Record

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

KIND = "tagger"
"""What messages call it."""

SETTINGS = "model.json"
WEIGHTS = "weights.safetensors"
FILES = (SETTINGS, WEIGHTS)
"""The files of the folder, in the order they are listed."""

MOST_BYTES = 4 * 2**30
"""A larger file is refused before it is read."""


class TaggerSettings(Record):
    """`model.json` of a tagger (`warrant/tagger/1`)."""

    format: Literal["warrant/tagger/1"] = "warrant/tagger/1"
    labels: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
    input: Name
    """The column of text."""
    by_line: bool
    """Whether no place goes on over the end of a line."""
    features: Literal["windows-1"] = "windows-1"
    """How tokens are described; another description is another name."""


def write_tagger(model: TaggerModel) -> dict[str, bytes]:
    """Write a model.

    Args:
        model: any tagger.

    Returns:
        The bytes of each file of `FILES`, by name; the same model gives the same bytes.
    """
    settings = TaggerSettings(
        labels=model.labels, input=model.reads[0].column, by_line=model.by_line
    )
    tensors: dict[str, NDArray[Any]] = {
        "columns": np.ascontiguousarray(model.columns),
        "weights": np.ascontiguousarray(model.weights),
        "start": np.ascontiguousarray(model.chain.start),
        "steps": np.ascontiguousarray(model.chain.steps),
    }
    return {SETTINGS: settings.to_bytes(), WEIGHTS: save_tensors(tensors)}


def load_tagger(folder: Path) -> TaggerModel:
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
    settings = TaggerSettings.from_bytes((folder / SETTINGS).read_bytes())
    if len(set(settings.labels)) != len(settings.labels):
        _refuse("a label stands twice")
    tensors = read_tensors(folder / WEIGHTS, {"columns", "weights", "start", "steps"}, KIND)
    tags, columns = 1 + 2 * len(settings.labels), tensors["columns"]
    _check("columns", columns, (columns.size,), np.int32)
    _check("weights", tensors["weights"], (columns.size, tags), np.float32)
    _check("start", tensors["start"], (tags,), np.float64)
    _check("steps", tensors["steps"], (tags, tags), np.float64)
    if columns.size and (columns[0] < 0 or columns[-1] >= COLUMNS or (np.diff(columns) <= 0).any()):
        _refuse(f"'columns' do not rise from 0 to {COLUMNS - 1}")
    return TaggerModel(
        labels=settings.labels,
        reads=(InputColumn(settings.input),),
        by_line=settings.by_line,
        columns=columns,
        weights=tensors["weights"],
        chain=Weights(tensors["start"], tensors["steps"]),
    )


def _check(name: str, tensor: NDArray[Any], shape: tuple[int, ...], kind: type[Any]) -> None:
    if tensor.shape != shape:
        _refuse(f"{name!r} has the shape {tensor.shape}, expected {shape}")
    if tensor.dtype != np.dtype(kind):
        _refuse(f"{name!r} holds {tensor.dtype}, expected {np.dtype(kind)}")
    if not np.isfinite(tensor).all():
        _refuse(f"{name!r} holds a number that is not finite")


def _refuse(fault: str) -> NoReturn:
    refuse_model(KIND, fault)
