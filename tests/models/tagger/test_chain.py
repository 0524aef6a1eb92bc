"""Sums over all ways to tag, held against every way written out."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from warrant.models.places import Span
from warrant.models.tagger.chain import Chains, Weights, best_way, sum_ways
from warrant.models.tagger.finding import span_odds
from warrant.models.tagger.tags import Run, allowed, cut, runs_of, tag

LENGTHS = np.array([3, 1, 4])
CHAINS = Chains(np.array([0, 3, 4]), LENGTHS)


def random_weights(tags: int, seed: int = 5) -> tuple[np.ndarray, Weights]:
    some = np.random.default_rng(seed)
    return some.normal(size=(8, tags)), Weights(
        some.normal(size=tags), some.normal(size=(tags, tags))
    )


def ways(
    scores: np.ndarray, weights: Weights, start: int, length: int
) -> dict[tuple[int, ...], float]:
    found = {}
    for tags in product(range(scores.shape[1]), repeat=length):
        value = weights.start[tags[0]] + sum(scores[start + at, one] for at, one in enumerate(tags))
        found[tags] = value + sum(weights.steps[a, b] for a, b in pairwise(tags))
    return found


def test_sums_and_the_best_way_are_those_of_all_ways_written_out() -> None:
    scores, weights = random_weights(3)
    sums, best = sum_ways(scores, CHAINS, weights), best_way(scores, CHAINS, weights)
    for at, (start, length) in enumerate(zip(CHAINS.starts, LENGTHS, strict=True)):
        every = ways(scores, weights, int(start), int(length))
        whole = np.log(sum(np.exp(value) for value in every.values()))
        assert sums.whole[at] == pytest.approx(whole)
        assert tuple(best[start : start + length]) == max(every, key=lambda one: every[one])
        for place, chosen in product(range(length), range(3)):
            share = sum(
                np.exp(value - whole) for tags, value in every.items() if tags[place] == chosen
            )
            token = start + place
            found = np.exp(sums.forward[token, chosen] + sums.backward[token, chosen] - whole)
            assert found == pytest.approx(share)


def test_a_chain_has_the_same_numbers_alone_and_among_others() -> None:
    scores, weights = random_weights(5)
    whole = sum_ways(scores, CHAINS, weights)
    for start, length in zip(CHAINS.starts, LENGTHS, strict=True):
        part = slice(start, start + length)
        alone = sum_ways(scores[part], Chains(np.array([0]), np.array([length])), weights)
        assert (alone.forward == whole.forward[part]).all()
        assert (alone.backward == whole.backward[part]).all()


def test_the_odds_of_a_place_are_the_share_of_ways_that_have_it() -> None:
    scores, plain = random_weights(3)
    mask = allowed(1)
    weights = Weights(plain.start + mask.start, plain.steps + mask.steps)
    sequences = cut(["a b c", "d", "e f g h"], by_line=False)
    runs = [Run(0, 1, 0), Run(1, 2, 0), Run(3, 3, 0), Run(4, 5, 0), Run(7, 7, 0)]
    found = span_odds(scores, sequences, weights, runs)
    for run, odds in zip(runs, found, strict=True):
        at = int(np.searchsorted(CHAINS.starts, run.first, "right")) - 1
        start, length = int(CHAINS.starts[at]), int(LENGTHS[at])
        every = ways(scores, weights, start, length)
        whole = sum(np.exp(value) for value in every.values())
        chains = Chains(CHAINS.starts[: at + 1], LENGTHS[: at + 1])
        has = sum(
            np.exp(value)
            for tags, value in every.items()
            if run in runs_of(np.array([0] * start + list(tags)), chains)
        )
        assert odds == pytest.approx(has / whole, abs=1e-8)
    assert span_odds(scores, sequences, weights, []) == []


def test_places_become_tags_and_tags_places() -> None:
    text = "Stoke fever, and measles"
    sequences = cut([text, ""], by_line=True)
    tags, blurred = tag(sequences, [[Span(0, 11, "D"), Span(17, 24, "E")], []], ["D", "E"])
    assert tags.tolist() == [1, 2, 0, 0, 3]
    assert blurred == 0
    assert runs_of(tags, sequences.chains) == [Run(0, 1, 0), Run(4, 4, 1)]
    assert tag(sequences, [[Span(1, 3, "D"), Span(12, 13, "D")], []], ["D"])[1] == 2


def test_a_line_ends_a_chain_where_asked() -> None:
    assert cut(["a b\nc"], by_line=True).chains.lengths.tolist() == [2, 1]
    assert cut(["a b\nc"], by_line=False).chains.lengths.tolist() == [3]
    assert cut([""], by_line=True).chains.lengths.tolist() == []
