"""Laws of the keyed sparse prefix tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from warrant.kernel.absence import Crown, follow, path_to, root_of

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


@given(TOKENS, TOKEN, st.sampled_from([0, 1, 3, 6]))
def test_a_crown_leads_as_the_whole_tree_does(
    tokens: list[bytes], other: bytes, depth: int
) -> None:
    """Law of `kernel.absence`: a `Crown` of any depth gives the root and the paths that ..."""
    crown = Crown.over(tokens, depth)
    assert crown.root() == root_of(tokens)
    for token in (*tokens, other):
        reach = crown.reach(token)
        assert reach.path(token, tokens[reach.low : reach.high]) == path_to(tokens, token)
