"""The files of models on an encoder whose answer is no label a row: places, or an option.

As those of any model on an encoder: `model.json` is canonical JSON; `weights.safetensors` holds the
head, `coef` (scores × width of a vector) and `intercept` (scores); the network and what it was
before training lie beside. No pickle.

Law: `load_encoder_tagger` and `load_encoder_chooser` after writing a model give one that answers
as that model does, and the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field
from safetensors.numpy import save as save_tensors

from warrant.models.encoder.chooser import EncoderChooser
from warrant.models.encoder.files import (
    FILES,
    MOST_BYTES,
    SETTINGS,
    WEIGHTS,
    check_head,
    read_head,
    read_network,
)
from warrant.models.encoder.settings import KIND, Label, NetworkSettings, refuse
from warrant.models.encoder.tagger import EncoderTagger
from warrant.models.folder import check_folder
from warrant.models.model import InputColumn
from warrant.records.base import Name  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from warrant.models.base import BaseRecord, Embedder


class TaggerSettings(NetworkSettings):
    """`model.json` of an `encoder-tagger` (`warrant/encoder-tagger/1`)."""

    format: Literal["warrant/encoder-tagger/1"] = "warrant/encoder-tagger/1"
    labels: Annotated[tuple[Label, ...], Field(min_length=1)]
    input: Name
    """The column of text."""
    by_line: bool
    """Whether no place goes on over the end of a line."""
    windows: Literal["overlap-4"] = "overlap-4"
    """How long texts are read: a quarter of a window stands in the one before it too."""


class ChooserSettings(NetworkSettings):
    """`model.json` of an `encoder-chooser` (`warrant/encoder-chooser/1`)."""

    format: Literal["warrant/encoder-chooser/1"] = "warrant/encoder-chooser/1"
    texts: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Columns of the question."""
    options: Name
    """The column of options."""


def write_encoder_tagger(model: EncoderTagger) -> dict[str, bytes]:
    """Write the head of a model; the network lies beside it already.

    Args:
        model: any.

    Returns:
        The bytes of `model.json` and `weights.safetensors`, by name.
    """
    settings = TaggerSettings(
        labels=model.labels,
        input=model.inputs[0],
        by_line=model.by_line,
        method=model.method,
        precision=model.embedder.precision,
        longest=model.embedder.longest,
        first_characters=model.first_characters,
    )
    return {SETTINGS: settings.to_bytes(), WEIGHTS: _head(model.coef, model.intercept)}


def write_encoder_chooser(model: EncoderChooser) -> dict[str, bytes]:
    """Write the head of a model; the network lies beside it already.

    Args:
        model: any.

    Returns:
        The bytes of `model.json` and `weights.safetensors`, by name.
    """
    settings = ChooserSettings(
        texts=model.texts,
        options=model.inputs[-1],
        method=model.method,
        precision=model.embedder.precision,
        longest=model.embedder.longest,
        first_characters=model.first_characters,
    )
    return {SETTINGS: settings.to_bytes(), WEIGHTS: _head(model.coef, model.intercept)}


def load_encoder_tagger(folder: Path) -> EncoderTagger:
    """Read a model that finds places.

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
    settings = TaggerSettings.from_bytes((folder / SETTINGS).read_bytes())
    if len(set(settings.labels)) != len(settings.labels):
        refuse("a label stands twice")
    parts = _load(folder, settings, scores=1 + 2 * len(settings.labels))
    return EncoderTagger(
        labels=settings.labels,
        reads=(InputColumn(settings.input),),
        by_line=settings.by_line,
        embedder=parts.embedder,
        base=parts.base,
        method=settings.method,
        coef=parts.coef,
        intercept=parts.intercept,
        first_characters=settings.first_characters,
    )


def load_encoder_chooser(folder: Path) -> EncoderChooser:
    """Read a model that chooses an option.

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
    settings = ChooserSettings.from_bytes((folder / SETTINGS).read_bytes())
    columns = (*settings.texts, settings.options)
    if len(set(columns)) != len(columns):
        refuse("an input column stands twice")
    parts = _load(folder, settings, scores=1)
    return EncoderChooser(
        reads=(*map(InputColumn, settings.texts), InputColumn(settings.options, "options")),
        embedder=parts.embedder,
        base=parts.base,
        method=settings.method,
        coef=parts.coef,
        intercept=parts.intercept,
        first_characters=settings.first_characters,
    )


class _Parts(NamedTuple):
    embedder: Embedder
    base: BaseRecord
    coef: NDArray[np.float32]
    intercept: NDArray[np.float32]


def _load(folder: Path, settings: NetworkSettings, scores: int) -> _Parts:
    tensors = read_head(folder, {"coef", "intercept"})
    base, embedder = read_network(folder, settings)
    check_head(tensors, scores, embedder.width)
    return _Parts(embedder, base, tensors["coef"], tensors["intercept"])


def _head(coef: NDArray[np.float32], intercept: NDArray[np.float32]) -> bytes:
    tensors: dict[str, NDArray[Any]] = {
        "coef": np.ascontiguousarray(coef),
        "intercept": np.ascontiguousarray(intercept),
    }
    return save_tensors(tensors)
