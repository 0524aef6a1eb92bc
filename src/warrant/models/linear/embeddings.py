"""Texts as vectors of a frozen encoder, beside the words of a linear model.

The folder of such a model holds `embeddings.json` and the files of the base (`models/base`), so
that it answers without a network and wherever it is carried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field
from scipy import sparse

from warrant.models.base import FILES as BASE_FILES
from warrant.models.base import BaseRecord, Embedder, load_encoder, read_base
from warrant.models.base.precision import Precision  # noqa: TC001 - pydantic reads it
from warrant.models.folder import refuse_model
from warrant.records.base import Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EMBEDDINGS = "embeddings.json"
FILES = (EMBEDDINGS, *BASE_FILES)
"""What the folder holds more than that of another linear model."""

SCALE = 2.0
"""Length of a text's vector, where its words have the length 1 and its characters too: on a fixed
fifth of the training part of Banking77 1 gave 0.932, 1.5 0.938, 2 0.938 and 3 0.936 to 0.939."""

AS_A_WHOLE = "(as a whole)"
"""What an explanation calls the part of a text's vector."""


class EmbeddingSettings(Record):
    """`embeddings.json` (`warrant/embeddings/1`)."""

    format: Literal["warrant/embeddings/1"] = "warrant/embeddings/1"
    precision: Precision
    longest: Annotated[int, Field(ge=4, le=8192)]
    """Most tokens that are read of a text."""
    scale: Annotated[float, Field(gt=0, le=1000)]


@dataclass(frozen=True)
class Embeddings:
    """How texts become vectors."""

    base: BaseRecord
    """The encoder."""

    embedder: Embedder
    """It, loaded."""

    scale: float = SCALE
    """Length of a vector."""

    @property
    def width(self) -> int:
        """Numbers of a vector."""
        return self.embedder.width

    @property
    def settings(self) -> EmbeddingSettings:
        """What is written of it."""
        return EmbeddingSettings(
            precision=self.embedder.precision, longest=self.embedder.longest, scale=self.scale
        )

    def read(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - a sparse matrix
        """Turn texts into rows of numbers.

        Args:
            texts: any texts; a blank one is all zeros.

        Returns:
            Sparse matrix, shape (texts, width), float64; every number is stored, zeros too.
        """
        return stored(self.embedder.embed(texts) * np.float32(self.scale))


def stored(dense: Any) -> Any:  # noqa: ANN401 - an array, a sparse matrix
    """Give an array as a sparse matrix that stores each of its numbers.

    Args:
        dense: shape (rows, width).

    Returns:
        Sparse matrix of the same shape, float64.
    """
    rows, width = dense.shape
    kind = sparse.get_index_dtype(maxval=max(dense.size, width))
    places = np.tile(np.arange(width, dtype=kind), rows)
    ends = np.arange(rows + 1, dtype=kind) * width
    return sparse.csr_array((dense.astype(np.float64).ravel(), places, ends), shape=(rows, width))


def load_embeddings(folder: Path) -> Embeddings:
    """Read the embeddings of a model's folder.

    Args:
        folder: the model's; it has been looked at.

    Returns:
        The embeddings.

    Raises:
        InputError: when a file is malformed, or is not the base's; one message per fault.
        MissingExtra: when torch or transformers is not installed.
    """
    settings = EmbeddingSettings.from_bytes((folder / EMBEDDINGS).read_bytes())
    base = read_base(folder)
    encoder = load_encoder(folder)
    if settings.longest > encoder.longest:
        refuse_model("linear model", "it reads more tokens of a text than its encoder can")
    embedder = Embedder(encoder, settings.precision, base.pooling, settings.longest)
    return Embeddings(base, embedder, settings.scale)
