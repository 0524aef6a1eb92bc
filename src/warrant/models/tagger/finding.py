"""Labelled places in texts, from scores of words: the likeliest that fit together, each with odds.

Where the scores come from is the model's own affair.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from warrant.models.model import Abstention, Contribution, Predictions
from warrant.models.places import FoundSpan
from warrant.models.tagger.chain import Sums, Weights, best_way, sum_ways
from warrant.models.tagger.tags import OUTSIDE, Run, Sequences, cut, rest_of, runs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Numbers: TypeAlias = NDArray[np.float64]

BATCH_CHARACTERS = 1 << 20
"""So much text is described at once: some 100 MB of features."""

PLACES = 9
"""Decimal places of a probability: none of them depends on what stands beside a row."""


@dataclass(frozen=True)
class Finder:
    """Finds places, and says how sure it is of each."""

    labels: tuple[str, ...]
    """All labels, in the order of the tags."""

    column: str
    """Name of the column of text."""

    by_line: bool
    """Whether no place goes on over the end of a line."""

    chain: Weights
    """Of steps from tag to tag."""

    score: Callable[[Sequence[str], Sequences], Numbers]
    """Scores each tag of each word of texts, shape (words, tags)."""

    def predict(self, texts: Sequence[str]) -> Predictions:
        """Answer each text.

        Args:
            texts: any.

        Returns:
            Places, and which labels occur; a blank text has no answer.
        """
        spans = self.find(texts)
        probabilities = np.zeros((len(texts), len(self.labels)))
        chosen = np.zeros(probabilities.shape, np.bool_)
        for row, found in enumerate(spans):
            for one in found:
                at = self.labels.index(one.label)
                probabilities[row, at] = max(probabilities[row, at], one.probability)
                chosen[row, at] = True
        reason = (Abstention("missing", self.column),)
        blank = [not text.strip() for text in texts]
        return Predictions(
            self.labels,
            probabilities,
            chosen,
            abstentions=tuple(reason if one else () for one in blank) if any(blank) else (),
            spans=tuple(tuple(one) for one in spans),
        )

    def find(self, texts: Sequence[str]) -> list[list[FoundSpan]]:
        """Find places.

        Args:
            texts: any.

        Returns:
            Of each text its places, in order.
        """
        found: list[list[FoundSpan]] = []
        for batch in _batches(texts):
            found += self._find_in(batch)
        return found

    def places(
        self, texts: Sequence[str], sequences: Sequences, scores: Numbers
    ) -> list[list[FoundSpan]]:
        """Read places out of scores.

        Args:
            texts: any.
            sequences: their words.
            scores: of these, shape (words, tags).

        Returns:
            Of each text its places, in order.
        """
        found: list[list[FoundSpan]] = [[] for _ in texts]
        tokens = sequences.tokens
        if not tokens.words:
            return found
        runs = runs_of(best_way(scores, sequences.chains, self.chain), sequences.chains)
        sure = span_odds(scores, sequences, self.chain, runs)
        for run, odds in zip(runs, sure, strict=True):
            found[int(tokens.texts[run.first])].append(
                FoundSpan(
                    int(tokens.starts[run.first]),
                    int(tokens.ends[run.last]),
                    self.labels[run.label],
                    odds,
                )
            )
        return found

    def explain(
        self, texts: Sequence[str], top: int, chosen: NDArray[np.bool_] | None
    ) -> list[dict[str, list[Contribution]]]:
        """Tell of each label the surest place: its words, and how much more like it they look.

        Args:
            texts: any.
            top: at most so many words a label.
            chosen: shape (texts, labels): labels that are told; None: those found.

        Returns:
            Of each text, words by label, the strongest first.
        """
        found = self.find(texts)
        told: list[dict[str, list[Contribution]]] = []
        for row, text in enumerate(texts):
            asked = self._asked(found[row], None if chosen is None else chosen[row])
            told.append({label: self._words(text, span, top) for label, span in asked})
        return told

    def _find_in(self, texts: Sequence[str]) -> list[list[FoundSpan]]:
        sequences = cut(texts, by_line=self.by_line)
        if not sequences.tokens.words:
            return [[] for _ in texts]
        return self.places(texts, sequences, self.score(texts, sequences))

    def _asked(
        self, found: Sequence[FoundSpan], chosen: NDArray[np.bool_] | None
    ) -> Iterator[tuple[str, FoundSpan | None]]:
        """Give the labels that are told, each with its surest place."""
        surest: dict[str, FoundSpan] = {}
        for one in found:
            if one.label not in surest or one.probability > surest[one.label].probability:
                surest[one.label] = one
        for at, label in enumerate(self.labels):
            if label in surest if chosen is None else chosen[at]:
                yield label, surest.get(label)

    def _words(self, text: str, span: FoundSpan | None, top: int) -> list[Contribution]:
        if span is None:
            return []
        sequences = cut([text], by_line=self.by_line)
        scores, tokens = self.score([text], sequences), sequences.tokens
        label = self.labels.index(span.label)
        inside = np.flatnonzero((tokens.starts >= span.start) & (tokens.ends <= span.end))
        tags = np.full(len(inside), rest_of(label))
        tags[0] -= 1
        weights = scores[inside, tags] - scores[inside, OUTSIDE]
        order = np.lexsort((inside, -np.abs(weights)))[:top]
        return [
            Contribution(self.column, "word", tokens.words[inside[at]], float(weights[at]))
            for at in order.tolist()
        ]


def span_odds(
    scores: Numbers, sequences: Sequences, chain: Weights, runs: Sequence[Run]
) -> list[float]:
    """Say how sure a chain is of places, each with its label and both ends.

    Args:
        scores: shape (tokens, tags).
        sequences: tokens and chains.
        chain: weights of steps.
        runs: the places.

    Returns:
        Of each 0 to 1: the share of all ways to tag that have it.
    """
    if not runs:
        return []
    chains = sequences.chains
    sums = sum_ways(scores, chains, chain)
    of = np.searchsorted(chains.starts, [run.first for run in runs], side="right") - 1
    ways = [
        _log_ways(scores, sums, chain, run, is_last=run.last == int(chains.ends[at]))
        for run, at in zip(runs, of.tolist(), strict=True)
    ]
    odds = np.minimum(np.exp(np.array(ways) - sums.whole[of]), 1.0)
    return [round(one, PLACES) for one in odds.tolist()]


def _log_ways(scores: Numbers, sums: Sums, chain: Weights, run: Run, *, is_last: bool) -> float:
    """Sum over all ways to tag that have this place, as a logarithm."""
    rest = rest_of(run.label)
    tags = [rest - 1, *[rest] * (run.last - run.first)]
    inner = sum(
        float(chain.steps[one, other]) + float(scores[run.first + at + 1, other])
        for at, (one, other) in enumerate(pairwise(tags))
    )
    known = float(sums.forward[run.first, tags[0]]) + inner
    if is_last:
        return known
    after = chain.steps[tags[-1]] + scores[run.last + 1] + sums.backward[run.last + 1]
    others = np.delete(after, rest)  # where the place went on, it would be another one
    top = float(others.max())
    return known + top + float(np.log(np.exp(others - top).sum()))


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size > BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
