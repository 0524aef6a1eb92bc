"""A model of trees that answers and says why, exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from warrant.models.linear.link import choose
from warrant.models.model import VALUE, Columns, Contribution, Description, Predictions
from warrant.models.trees.forest import Shape, Tree, write_trees
from warrant.models.trees.link import by_label, shape_of, to_probabilities
from warrant.models.trees.process import Trees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.model import Abstention, InputColumn
    from warrant.models.trees.reader import Read, Reader
    from warrant.records.model import TaskKind


@dataclass(frozen=True)
class TreesModel:
    """Scores are sums over trees; see `TrainedModel` for the methods."""

    task: TaskKind
    """How many answers a row has."""

    labels: tuple[str, ...]
    """All answers, in order; none of `regression`."""

    reader: Reader
    """From cells to numbers."""

    trees: tuple[Tree, ...]
    """Whole rounds."""

    thresholds: tuple[float, ...]
    """One a label, 0 to 1; see `choose`."""

    slopes: tuple[float, ...]
    offsets: tuple[float, ...]
    """One a label each: a calibrated score is slope · score + offset."""

    def with_trees(self, trees: tuple[Tree, ...]) -> TreesModel:
        """Give the same model with other trees."""
        return replace(self, trees=trees)

    def calibrated(
        self,
        slopes: NDArray[np.float64],
        offsets: NDArray[np.float64],
        thresholds: tuple[float, ...],
    ) -> TreesModel:
        """Give the same model with calibrated scores."""
        return replace(
            self,
            slopes=tuple(slopes.tolist()),
            offsets=tuple(offsets.tolist()),
            thresholds=thresholds,
        )

    def scores(self, columns: Columns) -> NDArray[np.float64]:
        """Give the score of each label, log-odds, before any calibration.

        Args:
            columns: as for `predict`.

        Returns:
            Shape (rows, labels).
        """
        return by_label(self._forest.scores(self.reader.read(columns).numbers), self.task)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns it reads."""
        return self.reader.inputs

    @property
    def reads(self) -> tuple[InputColumn, ...]:
        """The same columns, and how each enters."""
        return self.reader.reads

    @property
    def shape(self) -> Shape:
        """What the text of the trees must hold."""
        reader = self.reader
        return shape_of(self.task, len(self.labels), reader.features, reader.categories)

    def predict(self, columns: Columns) -> Predictions:
        """Answer each row; see `TrainedModel.predict`."""
        return self._answer(self.reader.read(columns))

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer, exactly; see `TrainedModel.explain`.

        Of words those that stand in the text are named. What each row gets whatever it holds is no
        contribution.
        """
        read = self.reader.read(columns)
        answer = self._answer(read)
        parts = self._forest.contributions(read.numbers)[:, :, :-1]
        if self.task == "regression":
            return [
                {VALUE: self._top(read.numbers[row], parts[row, 0], top)}
                for row in range(len(parts))
            ]
        # Of two labels log-odds are the distance of two scores, each of which has half of it.
        slopes = np.array(self.slopes) * (2.0 if self.task == "binary" else 1.0)
        shares = by_label(parts, self.task) * slopes[np.newaxis, :, np.newaxis]
        picked = answer.chosen if chosen is None else chosen
        explained = []
        for row, odds in enumerate(answer.probabilities):
            told = np.flatnonzero(picked[row])
            if not told.size:
                told = odds.argmax(keepdims=True)
            explained.append(
                {self.labels[at]: self._top(read.numbers[row], shares[row, at], top) for at in told}
            )
        return explained

    def describe(self) -> Description:
        """Say what is inside."""
        leaves = sum(len(tree.leaf_value) for tree in self.trees)
        splits = sum(len(tree.split_feature) for tree in self.trees)
        return Description(
            kind="trees",
            parameters=splits + leaves,
            precision="float64",
            facts={
                "trees": len(self.trees),
                "leaves": leaves,
                "features": self.reader.features,
                "words": len(self.reader.words),
            },
        )

    @cached_property
    def _forest(self) -> Trees:
        shape = self.shape
        return Trees(write_trees(self.trees, shape), shape.features, shape.trees_a_round)

    def _answer(self, read: Read) -> Predictions:
        scores = self._forest.scores(read.numbers)
        reasons: tuple[tuple[Abstention, ...], ...] = read.abstentions
        if self.task == "regression":
            none = np.zeros((len(scores), 0))
            return Predictions((), none, none.astype(np.bool_), scores[:, 0], reasons)
        calibrated = by_label(scores, self.task) * self.slopes + self.offsets
        odds = to_probabilities(calibrated, self.task)
        chosen = choose(odds, self.task, self.thresholds)
        return Predictions(self.labels, odds, chosen, abstentions=reasons)

    def _top(
        self, numbers: NDArray[np.float64], shares: NDArray[np.float64], top: int
    ) -> list[Contribution]:
        """Name what is strongest in a row; what is equally strong keeps the order of features."""
        found = [one for one in self.reader.contributions(numbers, shares) if one.value]
        return sorted(found, key=lambda one: -abs(one.value))[:top]
