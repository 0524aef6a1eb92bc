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
from warrant.models.matching.influence import option_truth
from warrant.models.matching.model import MatchingModel
from warrant.models.options import LETTERS
from warrant.stages.train.builtin.logistic import fit_logistic
from warrant.stages.train.config import TrainConfig

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.flow.investigate.asking import Asking
    from warrant.flow.investigate.rows import RowsRead
    from warrant.models.linear.model import LinearModel
    from warrant.models.model import Columns

MOST_ROWS = 20_000
"""Fits on more rows take too long for a question."""


@dataclass(frozen=True)
class Refit:
    """Fits again; see the module."""

    model: LinearModel | MatchingModel
    """As it was taught; of `choice` each option is read beside its question."""
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
        """The training rows as the model reads them; of `choice` their options."""
        if self.is_choice:
            return self._options[0]
        return self.model.terms(self.train.cells)

    @property
    def is_choice(self) -> bool:
        """Whether the options of a row compete."""
        return self.model.task == "choice"

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
        if self.is_choice:
            told = self._letters(without, *_options_of(self.model, self.asking.columns))
            return told[0] if told else None
        found = self.scores(without, relabel, self._asked)
        if found is None:
            return None
        if self.model.task == "multilabel":
            place = self.model.labels.index(self.asking.towards)
            return "yes" if found[0, place] > 0 else "no"
        return self.model.labels[int(found[0].argmax())]

    def says(self, without: Sequence[int], places: Sequence[int]) -> list[str]:
        """Say what the other rows make of some training rows: their likeliest labels."""
        if self.is_choice:
            some = self.train.take(places).cells
            return self._letters(without, *_options_of(self.model, some)) or []
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
        with threadpool_limits(limits=1):
            weights = fit_logistic(
                self.terms[kept],
                truth[kept],
                self.model.link,
                self.strength,
                self._config,
                self.train.weights(kept.tolist()),
            )
        return score_rows(rows, weights.coef, weights.intercept)

    @cached_property
    def _options(self) -> tuple[Any, list[int]]:
        return _options_of(self.model, self.train.cells)

    def _letters(self, without: Sequence[int], rows: Any, many: list[int]) -> list[str] | None:  # noqa: ANN401 - a sparse matrix
        """Fit on the other questions, and give the letter that each of some rows then gets."""
        lengths = self._options[1]
        truth = option_truth(self.train.labels, lengths)
        out = set(without)
        kept = np.flatnonzero(
            [at not in out for at, some in enumerate(lengths) for _ in range(some)]
        )
        if len(kept) > MOST_ROWS or not truth[kept].any():
            return None
        config = self._config
        with threadpool_limits(limits=1):
            weights = fit_logistic(
                self.terms[kept], truth[kept, None], "sigmoid", self.strength, config
            )
        scores = score_rows(rows, weights.coef, weights.intercept)[:, 0]
        parts = np.split(scores, np.cumsum(many)[:-1])
        return [LETTERS[int(some.argmax())] if len(some) else "" for some in parts]

    @property
    def _config(self) -> TrainConfig:
        return TrainConfig(
            name="refit",
            label="label",
            inputs=self.model.reads,
            class_weights=self.settings["class_weights"],
            seed=self.settings["seed"],
        )

    @cached_property
    def _asked(self) -> Any:  # noqa: ANN401 - a sparse matrix
        return self.model.terms(self.asking.columns)


def _options_of(model: LinearModel | MatchingModel, cells: Columns) -> tuple[Any, list[int]]:
    assert isinstance(model, MatchingModel)  # noqa: S101 - of `choice`
    return model.option_terms(cells)
