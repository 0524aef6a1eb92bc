"""The answers to the test rows, so that others can compute every score again. No row text."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.metrics import Judged
    from warrant.models import Predictions

SCHEMA = pa.schema(
    [
        pa.field("position", pa.uint64(), nullable=False),
        pa.field("true", pa.list_(pa.uint32()), nullable=False),
        pa.field("predicted", pa.list_(pa.uint32()), nullable=False),
        pa.field("probabilities", pa.list_(pa.float32()), nullable=False),
    ]
)
"""`position` counts rows of the test dataset from 0; labels are numbered as in the evaluation
record, probabilities stand in the order of the model record's labels."""


def write_answers(positions: Sequence[int], judged: Judged, answered: Predictions) -> bytes:
    """Write answers as Parquet.

    Args:
        positions: where each row stands in the test dataset.
        judged: true and predicted labels.
        answered: probabilities.

    Returns:
        A Parquet file of `SCHEMA`.
    """
    table = pa.table(
        [
            pa.array(positions, pa.uint64()),
            pa.array(_indices(judged.true), SCHEMA.field("true").type),
            pa.array(_indices(judged.predicted), SCHEMA.field("predicted").type),
            pa.array(
                list(answered.probabilities.astype(np.float32)), SCHEMA.field("probabilities").type
            ),
        ],
        schema=SCHEMA,
    )
    file = BytesIO()
    pq.write_table(table, file, compression="zstd", compression_level=1)
    return file.getvalue()


def _indices(answers: NDArray[np.bool_]) -> list[NDArray[np.uint32]]:
    return [np.flatnonzero(row).astype(np.uint32) for row in answers]
