"""Promises beside a model's own files, whatever its format: sets that cover, a risk that is kept.

`reliance.json` holds what validation rows chose in training. A set holds the truth with a stated
coverage; an answer less probable than the threshold of a stated risk is left to a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from warrant.metrics import label_sets
from warrant.models.folder import take_file
from warrant.models.model import Abstention
from warrant.models.wrapped import WrappedModel
from warrant.records.base import Count, Rate, Record

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from warrant.models.model import (
        Columns,
        Contribution,
        Description,
        Predictions,
    )

FILE = "reliance.json"
"""Its name among the files of a model."""

MOST_BYTES = 1 << 16
"""A larger file is refused before it is read."""

Limit = Annotated[float, Field(ge=0)]


class Coverage(Record):
    """How often a set holds the truth."""

    stated: Rate
    most: Limit
    """Nonconformity up to which an answer belongs to the set: 1 less its probability; for
    `regression` the distance from the value."""
    rows: Count
    """Validation rows that chose it."""


class Risk(Record):
    """How often an answer that is given may be wrong."""

    stated: Rate
    sure: Rate
    """How sure the choice was."""
    threshold: Rate | None
    """Least probability that is answered; None: none could promise it, and nothing is."""
    rows: Count
    """Validation rows that chose it."""


class Reliance(Record):
    """`reliance.json` (`warrant/reliance/1`)."""

    format: Literal["warrant/reliance/1"] = "warrant/reliance/1"
    coverage: Coverage | None
    risk: Risk | None


def rely(reliance: Reliance, found: Predictions) -> Predictions:
    """Add sets to answers, and leave to a person what is not sure enough.

    Args:
        reliance: of the same model.
        found: what it says.

    Returns:
        The same answers; `unsure` is added where a stated risk asks for it.
    """
    coverage, risk = reliance.coverage, reliance.risk
    if coverage is not None and found.values is not None:
        bounds = np.stack([found.values - coverage.most, found.values + coverage.most], axis=1)
        found = replace(found, bounds=bounds)
    elif coverage is not None:
        found = replace(found, sets=label_sets(found.probabilities, found.chosen, coverage.most))
    if risk is None:
        return found
    unsure = is_unsure(risk, found)
    before = found.abstentions or ((),) * len(unsure)
    added = Abstention("unsure")
    reasons = tuple(
        (*known, added) if unsure_now and added not in known else known
        for known, unsure_now in zip(before, unsure.tolist(), strict=True)
    )
    return replace(found, abstentions=reasons) if any(reasons) else found


def is_unsure(risk: Risk, found: Predictions) -> NDArray[np.bool_]:
    """Say which rows a stated risk leaves to a person.

    Args:
        risk: what was stated and chosen.
        found: answers, one a row.

    Returns:
        Shape (rows,).
    """
    if risk.threshold is None:
        return np.ones(len(found.chosen), dtype=np.bool_)
    sure = np.where(found.chosen, found.probabilities, 0.0).max(axis=1)
    return np.asarray(sure < risk.threshold, dtype=np.bool_)


@dataclass(frozen=True)
class ReliedModel(WrappedModel):
    """A model with promises; see `TrainedModel` for the methods."""

    reliance: Reliance
    """What is promised."""

    def predict(self, columns: Columns) -> Predictions:
        """Answer each row; see `TrainedModel.predict`."""
        return rely(self.reliance, self.plain.predict(columns))

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer; see `TrainedModel.explain`."""
        return self.plain.explain(columns, top, chosen)

    def describe(self) -> Description:
        """Say what is inside."""
        return self.plain.describe()


def take_reliance(folder: Path) -> bytes | None:
    """Take the promises out of a model's folder, which then holds what its format knows.

    Args:
        folder: of a model, laid out for loading.

    Returns:
        Their bytes; None when it has none.

    Raises:
        InputError: when the file is too large.
    """
    return take_file(folder, FILE, MOST_BYTES)
