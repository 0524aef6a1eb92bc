"""How far each training row pushes one place of a tagger: how alike gradients are.

The gradient of a training row is what it still taught at the end: the tags that are true of its
tokens, less how sure the model is of each. Set beside the gradient of the place that is asked
about, row by row, it says which rows pulled the same way. Nothing is solved, so a figure has no
unit and says an order only.

Source: Pruthi and others, Estimating training data influence by tracing gradient descent (2020),
with the last weights alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from warrant.models.tagger.chain import sum_ways
from warrant.models.tagger.tags import OUTSIDE, cut, rest_of, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.places import Span
    from warrant.models.tagger.chain import Weights
    from warrant.models.tagger.tags import Sequences

_ROWS_AT_A_TIME = 200


class Tagger(Protocol):
    """Scores each tag of each token by a weight a term, and lets tags follow one another."""

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, in the order of the tags."""
        ...

    @property
    def by_line(self) -> bool:
        """Whether no place goes on over the end of a line."""
        ...

    @property
    def weights(self) -> NDArray[np.float32] | NDArray[np.float64]:
        """Shape (terms, tags)."""
        ...

    @property
    def chain(self) -> Weights:
        """Of steps from tag to tag."""
        ...

    def seen(self, texts: Sequence[str], sequences: Sequences) -> Any:  # noqa: ANN401 - a matrix
        """Give the terms of each token, shape (tokens, terms)."""
        ...


def influence_of_place(
    model: Tagger,
    text: str,
    place: tuple[int, int],
    labels: tuple[str | None, str | None],
    taught: tuple[Sequence[str], Sequence[Sequence[Span]]],
) -> NDArray[np.float64]:
    """Say how far each training row pushes one place to its label.

    Args:
        model: taught on the rows; of an encoder only the head is looked at, as if its network stood
            still.
        text: the row that is asked about.
        place: first character, and after the last one.
        labels: the label that is pushed to, and the one it is weighed against; None: no place.
        taught: texts of the training rows, and their true places.

    Returns:
        Shape (training rows,): above 0 where the row pushed to the label; without a unit.
    """
    aim = _aim(model, text, place, labels)
    texts, spans = taught
    found = [
        _pushes(model, texts[at : at + _ROWS_AT_A_TIME], spans[at : at + _ROWS_AT_A_TIME], aim)
        for at in range(0, len(texts), _ROWS_AT_A_TIME)
    ]
    return np.concatenate(found) if found else np.zeros(0)


def _aim(
    model: Tagger, text: str, place: tuple[int, int], labels: tuple[str | None, str | None]
) -> NDArray[np.float64]:
    """Give what the place weighs in each weight, shape (columns, tags)."""
    sequences = cut([text], by_line=model.by_line)
    tokens = sequences.tokens
    inside = np.flatnonzero((tokens.starts < place[1]) & (tokens.ends > place[0]))
    delta = np.zeros((len(inside), model.weights.shape[1]))
    for label, sign in zip(labels, (1.0, -1.0), strict=True):
        for row in range(len(inside)):
            delta[row, _tag_of(model, label, is_first=row == 0)] += sign
    return np.asarray(model.seen([text], sequences)[inside].T @ delta)


def _tag_of(model: Tagger, label: str | None, *, is_first: bool) -> int:
    if label is None or label not in model.labels:
        return OUTSIDE
    return rest_of(model.labels.index(label)) - is_first


def _pushes(
    model: Tagger,
    texts: Sequence[str],
    spans: Sequence[Sequence[Span]],
    aim: NDArray[np.float64],
) -> NDArray[np.float64]:
    sequences = cut(texts, by_line=model.by_line)
    if not sequences.tokens.words:
        return np.zeros(len(texts))
    known = [[one for one in row if one.label in model.labels] for row in spans]
    tags, _ = tag(sequences, known, model.labels)
    seen = model.seen(texts, sequences)
    scores = np.asarray(seen @ model.weights.astype(np.float64), dtype=np.float64)
    sums = sum_ways(scores, sequences.chains, model.chain)
    whole = np.repeat(sums.whole, sequences.chains.lengths)
    slope = -np.exp(np.minimum(sums.forward + sums.backward - whole[:, None], 0.0))
    slope[np.arange(len(tags)), tags] += 1.0
    pushes = ((seen @ aim) * slope).sum(axis=1)
    found = np.bincount(sequences.tokens.texts, weights=pushes, minlength=len(texts))
    return np.asarray(found, np.float64)
