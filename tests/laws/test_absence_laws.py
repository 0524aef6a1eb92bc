"""Laws of the keyed sparse prefix tree."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from warrant.kernel.absence import follow, join_all, path_to, root_of

TOKENS = st.lists(
    st.one_of(
        st.binary(min_size=16, max_size=16),
        # Tokens that share almost all of their bits.
        st.integers(0, 7).map(lambda number: number.to_bytes(16, "big")),
    ),
    max_size=40,
).map(lambda tokens: sorted(set(tokens)))
TOKEN = st.binary(min_size=16, max_size=16)


@given(TOKENS, TOKEN)
def test_presence_and_absence_are_told_apart(tokens: list[bytes], other: bytes) -> None:
    """Law of `kernel.absence`: the path of a token ends in the token exactly when ..."""
    for token in (*tokens, other):
        assert (path_to(tokens, token).end == token) is (token in tokens)


@given(TOKENS, TOKEN)
def test_every_path_leads_to_the_root(tokens: list[bytes], other: bytes) -> None:
    """Law of `kernel.absence`: `follow` of what `path_to` makes gives `root_of` the set, ..."""
    for token in (*tokens, other):
        assert follow(token, path_to(tokens, token)) == root_of(tokens)


@given(TOKENS, st.sampled_from([0, 1, 3, 6]))
def test_a_tree_may_be_made_of_subtrees(tokens: list[bytes], depth: int) -> None:
    """Law of `kernel.absence`: the root of a tree is that of its subtrees joined, ..."""
    borders = [(number << (128 - depth)).to_bytes(17, "big")[1:] for number in range(1 << depth)]
    starts = [*(bisect_left(tokens, border) for border in borders), len(tokens)]
    parts = [tokens[low:high] for low, high in pairwise(starts)]
    roots = [root_of(part, depth) for part in parts]
    assert join_all(roots, [len(part) for part in parts]) == root_of(tokens)
