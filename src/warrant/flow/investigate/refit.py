"""A linear model fitted again without some rows, or with other labels: what the answer would be.

The vocabulary and the strength stay; this is no guess from gradients but another fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from warrant.models.linear.model import score_rows
from warrant.stages.train.builtin.logistic import fit_logistic
from warrant.stages.train.config import TrainConfig

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.flow.investigate.asking import Asking
    from warrant.flow.investigate.rows import RowsRead
    from warrant.models.linear.model import LinearModel

MOST_ROWS = 20_000
"""Fits on more rows take too long for a question."""


@dataclass(frozen=True)
class Refit:
    """Fits again; see the module."""

    model: LinearModel
    """As it was taught."""
    asking: Asking
    """The row."""
    train: RowsRead
    """What it was taught on."""
    strength: float
    """Inverse of the penalty."""
    settings: Mapping[str, Any]
    """Of training, as signed."""

    @cached_property
    def terms(self) -> Any:  # noqa: ANN401 - a sparse matrix
        """The training rows as the model reads them."""
        return self.model.terms(self.train.cells)

    @cached_property
    def truth(self) -> NDArray[np.bool_]:
        """Labels of the training rows, shape (rows, labels)."""
        return np.array([[one in row for one in self.model.labels] for row in self.train.labels])

    def answer(self, without: Sequence[int], relabel: str | None = None) -> str | None:
        """Say what the row would be answered.

        Args:
            without: places of training rows that are left out.
            relabel: keep these rows, with this label instead.

        Returns:
            The likeliest label; of `multilabel` whether the label in question holds (`yes`, `no`).
            None where this cannot be fitted.
        """
        found = self.scores(without, relabel, self._asked)
        if found is None:
            return None
        if self.model.task == "multilabel":
            place = self.model.labels.index(self.asking.towards)
            return "yes" if found[0, place] > 0 else "no"
        return self.model.labels[int(found[0].argmax())]

    def says(self, without: Sequence[int], places: Sequence[int]) -> list[str]:
        """Say what the other rows make of some training rows: their likeliest labels."""
        found = self.scores(without, None, self.terms[list(places)])
        return [] if found is None else [self.model.labels[at] for at in found.argmax(axis=1)]

    @property
    def turned(self) -> str | None:
        """What `answer` gives where the row gets its right, or other, answer."""
        asking = self.asking
        if self.model.task == "multilabel":
            return "no" if asking.towards in asking.answer else "yes"
        return asking.against

    def scores(
        self,
        without: Sequence[int],
        relabel: str | None,
        rows: Any,  # noqa: ANN401 - a sparse matrix
    ) -> NDArray[np.float64] | None:
        """Fit, and give the scores of some rows, shape (rows, labels)."""
        truth = self.truth.copy()
        keep: NDArray[np.bool_] = np.ones(len(truth), np.bool_)
        if self.model.task != "multilabel":
            keep = np.asarray(truth.any(axis=1))
        if relabel is None:
            keep[list(without)] = False
        else:
            truth[list(without)] = False
            truth[list(without), self.model.labels.index(relabel)] = True
        kept = np.flatnonzero(keep)
        if len(kept) > MOST_ROWS or not truth[kept].any(axis=0).all():
            return None
        config = TrainConfig(
            name="refit",
            label="label",
            inputs=self.model.reads,
            class_weights=self.settings["class_weights"],
            seed=self.settings["seed"],
        )
        with threadpool_limits(limits=1):
            weights = fit_logistic(
                self.terms[kept], truth[kept], self.model.link, self.strength, config
            )
        return score_rows(rows, weights.coef, weights.intercept)

    @cached_property
    def _asked(self) -> Any:  # noqa: ANN401 - a sparse matrix
        return self.model.terms(self.asking.columns)
