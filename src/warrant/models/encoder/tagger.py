"""A model on an encoder that finds labelled places in texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrant.models.encoder.windows import windows_of
from warrant.models.linear.embeddings import stored
from warrant.models.linear.model import score_rows
from warrant.models.linear.text import join_texts
from warrant.models.model import Columns, Contribution, Description, InputColumn, Predictions
from warrant.models.tagger.finding import Finder
from warrant.models.tagger.tags import allowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.models.base import BaseRecord, Embedder
    from warrant.models.encoder.settings import Method
    from warrant.models.places import FoundSpan
    from warrant.models.tagger.chain import Weights
    from warrant.models.tagger.tags import Sequences
    from warrant.records.task import TaskKind

    Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class EncoderTagger:
    """Scores of words are `coef · vector + intercept`; see `TrainedModel` for the methods.

    A place begins with its label's first tag and goes on with the other: what does not fit
    together is never answered.
    """

    labels: tuple[str, ...]
    """All labels, in the order of the tags."""

    reads: tuple[InputColumn, ...]
    """The one column of text."""

    by_line: bool
    """Whether no place goes on over the end of a line."""

    embedder: Embedder
    """The network; its `longest` is that of a window."""

    base: BaseRecord
    """What the network was before training."""

    method: Method
    """What training changed of it."""

    coef: NDArray[np.float32]
    """Shape (tags, width of a vector)."""

    intercept: NDArray[np.float32]
    """Shape (tags,)."""

    first_characters: int
    """Only this many characters of a text are read."""

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
        return self.finder.predict(self._texts(columns))

    def find(self, texts: Sequence[str]) -> list[list[FoundSpan]]:
        """Find places.

        Args:
            texts: any.

        Returns:
            Of each text its places, in order.
        """
        return self.finder.find(texts)

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer; see `TrainedModel.explain`.

        Of each label the surest place is told: how much more each of its words, where it stands,
        looks like the label than like nothing.
        """
        return self.finder.explain(self._texts(columns), top, chosen)

    def describe(self) -> Description:
        """Say what is inside."""
        return describe_network(
            "encoder-tagger", self.base, self.method, self.embedder, self.coef, self.intercept
        )

    def score(self, texts: Sequence[str], sequences: Sequences) -> Numbers:
        """Score each tag of each word.

        Args:
            texts: any.
            sequences: their words.

        Returns:
            Shape (words, tags).
        """
        scores = np.zeros((len(sequences.tokens.words), len(self.intercept)))
        for words, vectors in self._read(texts, sequences):
            scores[words] = score_rows(stored(vectors), self.coef, self.intercept)
        return scores

    def seen(self, texts: Sequence[str], sequences: Sequences) -> Numbers:
        """Give what the head reads of each word.

        Args:
            texts: any.
            sequences: their words.

        Returns:
            Shape (words, width of a vector + 1): its vector, and 1 for the intercept.
        """
        found = np.ones((len(sequences.tokens.words), self.coef.shape[1] + 1))
        for words, vectors in self._read(texts, sequences):
            found[words, :-1] = vectors
        return found

    @property
    def weights(self) -> Numbers:
        """Shape (width of a vector + 1, tags): of what `seen` gives."""
        return np.vstack([self.coef.T, self.intercept]).astype(np.float64)

    @property
    def chain(self) -> Weights:
        """Of steps from tag to tag: what cannot follow is forbidden, and nothing else is known."""
        return allowed(len(self.labels))

    @property
    def finder(self) -> Finder:
        """What reads places out of scores."""
        return Finder(self.labels, self.inputs[0], self.by_line, self.chain, self.score)

    def _read(
        self, texts: Sequence[str], sequences: Sequences
    ) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Give the vectors of words, those of a window together: which words, and theirs."""
        windows = windows_of(self.embedder.encoder, texts, sequences, self.embedder.longest)
        for group, states in self.embedder.states([one.read for one in windows]):
            for at, window in enumerate(windows[one] for one in group):
                words = slice(window.first, window.first + len(window.words))
                yield words, states[at].numpy()[window.words]

    def _texts(self, columns: Columns) -> list[str]:
        return [text[: self.first_characters] for text in join_texts(columns, self.inputs)]


def describe_network(  # noqa: PLR0913, PLR0917, RUF100 - what a description is made of
    kind: str,
    base: BaseRecord,
    method: Method,
    embedder: Embedder,
    coef: NDArray[np.float32],
    intercept: NDArray[np.float32],
) -> Description:
    """Say what is inside a network with a linear head.

    Args:
        kind: of the model.
        base: what the network was.
        method: what training changed.
        embedder: the network.
        coef: of the head.
        intercept: of the head.

    Returns:
        The description.
    """
    network = sum(int(one.numel()) for one in embedder.encoder.network.parameters())
    return Description(
        kind=kind,
        parameters=network + coef.size + intercept.size,
        precision="float32",
        facts={
            "base": base.name,
            "method": method,
            "network": network,
            "width": embedder.width,
            "tokens": embedder.longest,
        },
    )
