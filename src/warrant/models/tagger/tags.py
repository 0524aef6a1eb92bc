"""Tags of tokens: one for what is no place, and two a label, for the first token and all others."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.models.tagger.chain import FORBIDDEN, Chains, Weights
from warrant.models.tagger.features import Tokens, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.places import Span

    Places = NDArray[np.int64]

OUTSIDE = 0
"""Number of the tag of tokens that belong to no place."""


class Sequences(NamedTuple):
    """Texts cut into tokens, and the tokens into chains."""

    tokens: Tokens
    chains: Chains


class Run(NamedTuple):
    """Tokens that are one place."""

    first: int
    """Its first token."""
    last: int
    """Its last token."""
    label: int
    """Number of its label."""


def first_of(label: int) -> int:
    """Give the tag of the first token of a place with this label, counted from 0."""
    return 1 + 2 * label


def rest_of(label: int) -> int:
    """Give the tag of the other tokens of a place with this label."""
    return 2 + 2 * label


def cut(texts: Sequence[str], *, by_line: bool) -> Sequences:
    """Cut texts into tokens and chains.

    Args:
        texts: any.
        by_line: whether a line ends a chain; else only a text does.

    Returns:
        Tokens of all texts, and chains over them.
    """
    tokens = tokens_of(texts)
    of = tokens.lines if by_line else tokens.texts
    if not len(of):
        return Sequences(tokens, Chains(np.zeros(0, np.int64), np.zeros(0, np.int64)))
    starts = np.concatenate([[0], np.flatnonzero(np.diff(of)) + 1]).astype(np.int64)
    lengths = np.diff(np.concatenate([starts, [len(of)]])).astype(np.int64)
    return Sequences(tokens, Chains(starts, lengths))


def tag(
    sequences: Sequences, places: Sequence[Sequence[Span]], labels: Sequence[str]
) -> tuple[Places, int]:
    """Tag tokens.

    Args:
        sequences: of the texts.
        places: true places of each text, none touching another.
        labels: all labels.

    Returns:
        Shape (tokens,): number of the tag of each; and how many places begin or end within a
        token, or hold none: they cannot be found as they are.
    """
    tokens, numbers = sequences.tokens, {label: at for at, label in enumerate(labels)}
    tags = np.full(len(tokens.words), OUTSIDE, np.int64)
    edges = np.searchsorted(tokens.texts, np.arange(len(places) + 1))
    blurred = 0
    for spans, (first, after) in zip(places, pairwise(edges.tolist()), strict=True):
        starts, ends = tokens.starts[first:after], tokens.ends[first:after]
        for span in spans:
            begin = first + int(np.searchsorted(ends, span.start, "right"))
            end = first + int(np.searchsorted(starts, span.end))
            if begin >= end:
                blurred += 1
                continue
            label = numbers[span.label]
            tags[begin] = first_of(label)
            tags[begin + 1 : end] = rest_of(label)
            exact = tokens.starts[begin] == span.start and tokens.ends[end - 1] == span.end
            blurred += not exact
    return tags, blurred


def tag_names(sequences: Sequences, places: Sequence[Sequence[Span]]) -> list[str]:
    """Write tags as other programs read them.

    Args:
        sequences: of the texts.
        places: true places of each text, none touching another.

    Returns:
        Of each token `O`, `B-LABEL` or `I-LABEL`.
    """
    labels = sorted({one.label for row in places for one in row})
    tags, _ = tag(sequences, places, labels)
    names = ["O", *(f"{mark}-{label}" for label in labels for mark in "BI")]
    return [names[at] for at in tags.tolist()]


def runs_of(tags: Places, chains: Chains) -> list[Run]:
    """Read places out of tags.

    Args:
        tags: number of the tag of each token, as `allowed` allows them.
        chains: of the tokens.

    Returns:
        Places in order.
    """
    runs: list[Run] = []
    begins = set(chains.starts.tolist())
    for at in np.flatnonzero(tags != OUTSIDE).tolist():
        label, is_rest = divmod(int(tags[at]) - 1, 2)
        last = runs[-1] if runs else None
        if is_rest and last and last.label == label and last.last == at - 1 and at not in begins:
            runs[-1] = last._replace(last=at)
        else:
            runs.append(Run(at, at, label))
    return runs


def allowed(labels: int) -> Weights:
    """Give weights that forbid what cannot be: the rest of a place without its beginning.

    Args:
        labels: how many there are.

    Returns:
        Zero where a step may be, `FORBIDDEN` where not.
    """
    count = 1 + 2 * labels
    start, steps = np.zeros(count), np.zeros((count, count))
    for label in range(labels):
        rest = rest_of(label)
        start[rest] = FORBIDDEN
        steps[:, rest] = FORBIDDEN
        steps[[first_of(label), rest], rest] = 0.0
    return Weights(start, steps)
