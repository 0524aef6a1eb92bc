"""A model that finds labelled places in texts and says how sure it is of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.models.linear.text import join_texts
from warrant.models.model import Columns, Contribution, Description, InputColumn, Predictions
from warrant.models.tagger.features import features_of
from warrant.models.tagger.finding import Finder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.places import FoundSpan
    from warrant.models.tagger.chain import Weights
    from warrant.models.tagger.tags import Sequences
    from warrant.records.task import TaskKind

    Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class TaggerModel:
    """A linear chain over hashed features of tokens; see `TrainedModel` for the methods."""

    labels: tuple[str, ...]
    """All labels, in the order of the tags."""

    reads: tuple[InputColumn, ...]
    """The one column of text."""

    by_line: bool
    """Whether no place goes on over the end of a line."""

    columns: NDArray[np.int32]
    """Columns of features that have weights, rising."""

    weights: NDArray[np.float32]
    """Shape (columns, tags)."""

    chain: Weights
    """Of steps from tag to tag."""

    @property
    def task(self) -> TaskKind:
        """How many answers a row has."""
        return "spans"

    @property
    def inputs(self) -> tuple[str, ...]:
        """Name of the column."""
        return tuple(one.column for one in self.reads)

    def predict(self, columns: Columns) -> Predictions:
        """Answer each row; see `TrainedModel.predict`."""
        return self._finder.predict(join_texts(columns, self.inputs))

    def find(self, texts: Sequence[str]) -> list[list[FoundSpan]]:
        """Find places.

        Args:
            texts: any.

        Returns:
            Of each text its places, in order.
        """
        return self._finder.find(texts)

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer; see `TrainedModel.explain`.

        Of each label the surest place is told: how much more each of its words, seen with what
        stands around it, looks like the label than like nothing.
        """
        return self._finder.explain(join_texts(columns, self.inputs), top, chosen)

    def describe(self) -> Description:
        """Say what is inside."""
        return Description(
            kind="tagger",
            parameters=self.weights.size + self.chain.steps.size + self.chain.start.size,
            precision="float32",
            facts={"features": len(self.columns), "tags": self.weights.shape[1]},
        )

    def score(self, sequences: Sequences) -> Numbers:
        """Score each tag of each token, shape (tokens, tags)."""
        seen = self.seen((), sequences)
        return np.asarray(seen @ self.weights.astype(np.float64), dtype=np.float64)

    def seen(self, texts: Sequence[str], sequences: Sequences) -> Any:  # noqa: ANN401 - a sparse matrix
        """Give the features of each token that have weights.

        Args:
            texts: any; tokens say all of them.
            sequences: their tokens.

        Returns:
            Sparse matrix, shape (tokens, columns).
        """
        del texts
        return features_of(sequences.tokens)[:, self.columns]

    @property
    def _finder(self) -> Finder:
        def score(_: Sequence[str], sequences: Sequences) -> Numbers:
            return self.score(sequences)

        return Finder(self.labels, self.inputs[0], self.by_line, self.chain, score)
