"""The answers to the test rows, so that others can compute every score again. No row text."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from warrant.metrics.texts import FIGURES as TEXT_FIGURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.metrics import Judged
    from warrant.metrics.texts import TextScores
    from warrant.models import Predictions
    from warrant.models.places import FoundSpan, Span

_PLACE = pa.struct([(name, pa.uint32()) for name in ("start", "end", "label")])

LABELS_SCHEMA = pa.schema(
    [
        pa.field("position", pa.uint64(), nullable=False),
        pa.field("true", pa.list_(pa.uint32()), nullable=False),
        pa.field("predicted", pa.list_(pa.uint32()), nullable=False),
        pa.field("probabilities", pa.list_(pa.float32()), nullable=False),
        pa.field("abstained", pa.bool_(), nullable=False),
    ]
)
"""`position` counts rows of the test dataset from 0; labels are numbered as in the evaluation
record, probabilities stand in the order of the model record's labels."""

NUMBERS_SCHEMA = pa.schema(
    [
        pa.field("position", pa.uint64(), nullable=False),
        pa.field("true", pa.float64(), nullable=False),
        pa.field("predicted", pa.float64(), nullable=False),
        pa.field("abstained", pa.bool_(), nullable=False),
    ]
)
"""Of a `regression`."""


PLACES_SCHEMA = pa.schema(
    [
        pa.field("position", pa.uint64(), nullable=False),
        pa.field("true", pa.list_(_PLACE), nullable=False),
        pa.field("predicted", pa.list_(_PLACE), nullable=False),
        pa.field("probabilities", pa.list_(pa.float32()), nullable=False),
        pa.field("abstained", pa.bool_(), nullable=False),
    ]
)
"""Of `spans`: characters from 0, labels numbered as in the evaluation record; probabilities of the
places predicted."""

TEXTS_SCHEMA = pa.schema(
    [
        pa.field("position", pa.uint64(), nullable=False),
        *(pa.field(name, pa.float64(), nullable=False) for name in TEXT_FIGURES),
        pa.field("abstained", pa.bool_(), nullable=False),
    ]
)
"""Of `generation`: scores, and no text."""


def write_places(
    positions: Sequence[int],
    true: Sequence[Sequence[Span]],
    answered: Predictions,
    labels: Sequence[str],
) -> bytes:
    """Write answers that are places as Parquet.

    Args:
        positions: where each row stands in the test dataset.
        true: true places.
        answered: places found.
        labels: as the evaluation record numbers them.

    Returns:
        A Parquet file of `PLACES_SCHEMA`.
    """
    found, schema = answered.spans or (), PLACES_SCHEMA
    columns = [
        pa.array(positions, pa.uint64()),
        pa.array([_placed(row, labels) for row in true], schema.field("true").type),
        pa.array([_placed(row, labels) for row in found], schema.field("predicted").type),
        pa.array(
            [[one.probability for one in row] for row in found],
            schema.field("probabilities").type,
        ),
        _abstained(answered, len(positions)),
    ]
    return _written(pa.table(columns, schema=schema))


def write_texts(positions: Sequence[int], scores: TextScores, answered: Predictions) -> bytes:
    """Write how answers that are texts did as Parquet.

    Args:
        positions: where each row stands in the test dataset.
        scores: of each row.
        answered: says where the model abstains.

    Returns:
        A Parquet file of `TEXTS_SCHEMA`.
    """
    columns = [
        pa.array(positions, pa.uint64()),
        *(pa.array(getattr(scores, name)) for name in TEXT_FIGURES),
        _abstained(answered, len(positions)),
    ]
    return _written(pa.table(columns, schema=TEXTS_SCHEMA))


def _placed(
    row: Sequence[Span] | Sequence[FoundSpan], labels: Sequence[str]
) -> list[dict[str, int]]:
    return [{"start": one.start, "end": one.end, "label": labels.index(one.label)} for one in row]


def write_labels(positions: Sequence[int], judged: Judged, answered: Predictions) -> bytes:
    """Write answers that are labels as Parquet.

    Args:
        positions: where each row stands in the test dataset.
        judged: true and predicted labels.
        answered: probabilities, and where the model abstains.

    Returns:
        A Parquet file of `LABELS_SCHEMA`.
    """
    columns = [
        pa.array(positions, pa.uint64()),
        pa.array(_indices(judged.true), LABELS_SCHEMA.field("true").type),
        pa.array(_indices(judged.predicted), LABELS_SCHEMA.field("predicted").type),
        pa.array(
            list(answered.probabilities.astype(np.float32)),
            LABELS_SCHEMA.field("probabilities").type,
        ),
        _abstained(answered, len(positions)),
    ]
    return _written(pa.table(columns, schema=LABELS_SCHEMA))


def write_numbers(
    positions: Sequence[int], true: NDArray[np.float64], answered: Predictions
) -> bytes:
    """Write answers that are numbers as Parquet.

    Args:
        positions: where each row stands in the test dataset.
        true: true values.
        answered: predicted values, and where the model abstains.

    Returns:
        A Parquet file of `NUMBERS_SCHEMA`.
    """
    columns = [
        pa.array(positions, pa.uint64()),
        pa.array(true),
        pa.array(answered.values),
        _abstained(answered, len(positions)),
    ]
    return _written(pa.table(columns, schema=NUMBERS_SCHEMA))


def _abstained(answered: Predictions, rows: int) -> pa.Array:
    return pa.array([bool(one) for one in answered.abstentions] or [False] * rows, pa.bool_())


def _indices(answers: NDArray[np.bool_]) -> list[NDArray[np.uint32]]:
    return [np.flatnonzero(row).astype(np.uint32) for row in answers]


def _written(table: pa.Table) -> bytes:
    file = BytesIO()
    pq.write_table(table, file, compression="zstd", compression_level=1)
    return file.getvalue()
