"""Scores as releases between 0.1 and this one wrote them (`warrant/evaluation/2`), and one reader.

Failure tests and rules of a workflow had no place in it. It is read for ever, written no more.
"""

from typing import Literal

from warrant.kernel import canon
from warrant.records.base import Count, Hex, Record
from warrant.records.evaluation import (
    Abstained,
    Attempt,
    Bound,
    Convention,
    Cost,
    Curve,
    Evaluation,
    Expected,
    HistogramBin,
    LabelScore,
    Reliability,
    Score,
    Slice,
)
from warrant.records.task import FirstTaskKind


class Evaluation2(Record):
    """All figures of one model on one dataset, in the second shape."""

    format: Literal["warrant/evaluation/2"] = "warrant/evaluation/2"
    task: FirstTaskKind
    model: Hex
    test: Hex
    """Manifest of the test set."""
    plan: Hex | None
    attempt: Attempt
    convention: Convention
    rows: Count
    without_label: Count
    resamples: Count
    seed: int
    fewest_rows: Count
    scores: tuple[Score, ...]
    floor: tuple[Score, ...]
    expected: Expected | None
    bounds: tuple[Bound, ...]
    labels: tuple[LabelScore, ...]
    confusion: tuple[tuple[Count, ...], ...]
    slices: tuple[Slice, ...]
    abstained: Abstained | None
    cost: Cost | None
    curves: tuple[Curve, ...]
    reliability: tuple[Reliability, ...]
    histogram: tuple[HistogramBin, ...]


def read_evaluation(data: bytes) -> Evaluation:
    """Read an evaluation of this shape or the one before.

    Args:
        data: canonical JSON, UTF-8.

    Returns:
        The record; what the second shape could not say is empty.

    Raises:
        InputError: if the bytes are no such record.
    """
    value = canon.parse_canonical(data)
    if not isinstance(value, dict) or value.get("format") != "warrant/evaluation/2":
        return Evaluation.from_bytes(data)
    old = Evaluation2.from_bytes(data)
    fields = {name: getattr(old, name) for name in Evaluation2.model_fields if name != "format"}
    return Evaluation(**fields)
