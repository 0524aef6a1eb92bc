"""A linear chain over the tags of tokens: sums over all ways to tag, and the best one.

Every function works on many chains at once: they are put in order by length, and each step in time
touches the chains that are long enough. Sums are made row by row in one order, so that a chain has
the same numbers alone and among others.

Source: Lafferty, McCallum and Pereira, Conditional Random Fields (ICML 2001); Sutton and McCallum,
An Introduction to Conditional Random Fields (2012), section 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Places = NDArray[np.int64]

FORBIDDEN = -1e4
"""Weight of a step that cannot be."""

_LEAST = 1e-300


@dataclass(frozen=True)
class Chains:
    """Where chains begin and end among tokens that stand one after another."""

    starts: Places
    """First token of each chain."""
    lengths: Places
    """Tokens of each, 1 or more."""

    @cached_property
    def order(self) -> Places:
        """Chains, the longest first."""
        return np.argsort(-self.lengths, kind="stable").astype(np.int64)

    @property
    def ends(self) -> Places:
        """Last token of each chain."""
        return self.starts + self.lengths - 1

    def steps(self) -> Iterator[Places]:
        """Give the tokens of each step in time, of the chains that are long enough, in order."""
        starts, lengths = self.starts[self.order], self.lengths[self.order]
        longest = int(lengths[0]) if len(lengths) else 0
        for at in range(longest):
            yield starts[: int(np.searchsorted(-lengths, -at, side="left"))] + at


class Weights(NamedTuple):
    """What steps weigh."""

    start: Numbers
    """Shape (tags,): of a chain that begins with the tag."""
    steps: Numbers
    """Shape (tags, tags): from the first to the second."""


class Sums(NamedTuple):
    """Sums over all ways to tag, as logarithms."""

    forward: Numbers
    """Shape (tokens, tags): of what stands up to the token, itself included."""
    backward: Numbers
    """Shape (tokens, tags): of what comes after it."""
    whole: Numbers
    """Shape (chains,): of each chain."""


def sum_ways(scores: Numbers, chains: Chains, weights: Weights) -> Sums:
    """Sum over all ways to tag.

    Args:
        scores: shape (tokens, tags).
        chains: of these tokens.
        weights: of steps.

    Returns:
        The sums.
    """
    forward, backward = np.zeros_like(scores), np.zeros_like(scores)
    steps = list(chains.steps())
    factors = np.exp(weights.steps)
    before: Places | None = None
    for tokens in steps:
        if before is None:
            forward[tokens] = scores[tokens] + weights.start
        else:
            forward[tokens] = scores[tokens] + _summed(forward[before[: len(tokens)]], factors)
        before = tokens
    for at in range(len(steps) - 1, 0, -1):
        tokens = steps[at]
        came = steps[at - 1][: len(tokens)]
        backward[came] = _summed(scores[tokens] + backward[tokens], factors.T)
    return Sums(forward, backward, _log_sum(forward[chains.ends]))


def best_way(scores: Numbers, chains: Chains, weights: Weights) -> Places:
    """Find the best way to tag.

    Args:
        scores: shape (tokens, tags).
        chains: of these tokens.
        weights: of steps.

    Returns:
        Shape (tokens,): number of the tag of each.

    Source: Viterbi (1967).
    """
    best, came = np.zeros_like(scores), np.zeros(scores.shape, np.int64)
    steps = list(chains.steps())
    for at, tokens in enumerate(steps):
        if not at:
            best[tokens] = scores[tokens] + weights.start
            continue
        ways = best[steps[at - 1][: len(tokens)]][:, :, None] + weights.steps
        came[tokens] = ways.argmax(axis=1)
        best[tokens] = ways.max(axis=1) + scores[tokens]
    tags = np.zeros(len(scores), np.int64)
    tags[chains.ends] = best[chains.ends].argmax(axis=1)
    for at in range(len(steps) - 1, 0, -1):
        tokens = steps[at]
        tags[tokens - 1] = came[tokens, tags[tokens]]
    return tags


def _summed(values: Numbers, factors: Numbers) -> Numbers:
    """Give log(exp(values) · factors), shape (chains, tags)."""
    top = values.max(axis=1, keepdims=True)
    powers = np.exp(values - top)
    total = np.zeros_like(values)
    for tag in range(factors.shape[0]):  # one order of sums, whatever stands beside a row
        total += powers[:, tag, None] * factors[tag]
    return np.asarray(np.log(np.maximum(total, _LEAST)) + top)


def _log_sum(values: Numbers) -> Numbers:
    top = values.max(axis=1)
    return np.asarray(np.log(np.exp(values - top[:, None]).sum(axis=1)) + top)
