"""A tagger: says of each token of a text how likely it is personal data, and of what kind.

Law: the spans of a text depend on that text alone, and lie inside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.models.tagger.features import features_of, tokens_of
from warrant.stages.curate.recogniser import Kind, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.models.tagger.features import Tokens

    Numbers = NDArray[np.float32]

BATCH_CHARACTERS = 1 << 20
"""So much text is described at once: some 100 MB of features."""

SWITCH = 3.0
"""What it costs, in log odds, when the kind changes from one token to the next."""


class Fit(NamedTuple):
    """How well a tagger found what was labelled, in documents that it had not seen.

    The threshold was chosen on the same places: other labelled rows tell it without flattery.
    """

    texts: int
    """Labelled rows."""
    places: int
    """Labelled places in them."""
    found: int
    """Of these, places found whole by taggers that had not seen their document."""
    precision: float
    """Share of the tokens found that are labelled, 0 to 1."""


@dataclass(frozen=True)
class Tagger:
    """Finds what it learnt to find; see `Recogniser` for the methods."""

    kinds: tuple[Kind, ...]
    """In the order of the columns of `of_kind`."""
    columns: NDArray[np.int32]
    """Columns of features that have weights, rising."""
    personal: Numbers
    """Shape (columns,): weight of each for a token being personal data."""
    bias: float
    """Of the same."""
    of_kind: Numbers
    """Shape (columns, kinds): weight of each for a kind, of tokens that are personal data."""
    threshold: float
    """A token is personal data when its log odds are higher."""
    fit: Fit
    """Measured while it learnt."""

    def find(self, text: str) -> Iterator[Span]:
        """Find what is probably personal data."""
        return iter(self.find_all([text])[0])

    def find_all(self, texts: Sequence[str]) -> list[list[Span]]:
        """Find what is probably personal data in many texts."""
        found: list[list[Span]] = []
        batch: list[str] = []
        size = 0
        for text in texts:
            batch.append(text)
            size += len(text)
            if size > BATCH_CHARACTERS:
                found += self._find_in(batch)
                batch, size = [], 0
        return found + self._find_in(batch)

    def odds(self, tokens: Tokens) -> tuple[Numbers, Numbers]:
        """Judge tokens.

        Args:
            tokens: of any texts.

        Returns:
            Log odds of being personal data, shape (tokens,), and of each kind, (tokens, kinds).
        """
        seen = features_of(tokens)[:, self.columns]
        return seen @ self.personal + np.float32(self.bias), seen @ self.of_kind

    def _find_in(self, texts: Sequence[str]) -> list[list[Span]]:
        found: list[list[Span]] = [[] for _ in texts]
        tokens = tokens_of(texts)
        if not tokens.words:
            return found
        personal, of_kind = self.odds(tokens)
        for start, end in _runs(tokens, personal > self.threshold):
            for first, last, kind in _kinds(of_kind[start:end]):
                span = Span(
                    int(tokens.starts[start + first]),
                    int(tokens.ends[start + last]),
                    self.kinds[kind].name,
                )
                found[int(tokens.texts[start])].append(span)
        return found


def _runs(tokens: Tokens, chosen: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Give runs of chosen tokens of one line: the first token, and after the last."""
    goes_on = np.zeros(len(chosen) + 1, bool)
    goes_on[1:-1] = chosen[1:] & chosen[:-1] & (tokens.lines[1:] == tokens.lines[:-1])
    begins = np.flatnonzero(chosen & ~goes_on[:-1])
    stops = np.flatnonzero(chosen & ~goes_on[1:]) + 1
    return list(zip(begins.tolist(), stops.tolist(), strict=True))


def _kinds(odds: Numbers) -> list[tuple[int, int, int]]:
    """Divide a run by kinds, the best way in sum: first token, last token, kind.

    Source: Viterbi 1967, with one price for every change.
    """
    count, width = odds.shape
    best = odds[0].astype(np.float64)
    came = np.zeros((count, width), np.int64)
    for at in range(1, count):
        top = int(best.argmax())
        changes = best < best[top] - SWITCH
        came[at] = np.where(changes, top, np.arange(width))
        best = np.where(changes, best[top] - SWITCH, best) + odds[at]
    kind = int(best.argmax())
    parts: list[tuple[int, int, int]] = []
    last = count - 1
    for at in range(count - 1, 0, -1):
        before = int(came[at, kind])
        if before != kind:
            parts.append((at, last, kind))
            last, kind = at - 1, before
    return [*reversed([*parts, (0, last, kind)])]
