"""The two trees in hand: a growing edge and a finished tree."""

from __future__ import annotations

import pytest

from warrant.errors import InputError
from warrant.kernel.merkle import EMPTY_ROOT, Head, leaf_hashes, tree_root
from warrant.kernel.tree import Frontier, RowTree

LEAVES = leaf_hashes(b"%d" % index for index in range(11))


def test_an_empty_frontier_and_an_empty_tree_have_the_empty_root() -> None:
    assert Frontier().head() == RowTree.over(b"").head() == Head(0, EMPTY_ROOT)


def test_a_frontier_holds_one_hash_for_each_bit_of_its_size() -> None:
    frontier = Frontier().extend(LEAVES)
    assert frontier.edge == (tree_root(LEAVES[:8]), tree_root(LEAVES[8:10]), LEAVES[10])


def test_an_edge_that_does_not_fit_the_size_is_refused() -> None:
    with pytest.raises(InputError, match="A tree of 3 leaves needs an edge of 2 hashes"):
        Frontier(3, (LEAVES[0],))
    with pytest.raises(InputError, match="of 32 bytes"):
        Frontier(1, (b"",))


def test_a_written_frontier_that_is_cut_short_is_refused() -> None:
    written = Frontier().extend(LEAVES).to_bytes()
    assert Frontier.from_bytes(written).head() == Head(11, tree_root(LEAVES))
    with pytest.raises(InputError, match="A frontier has at least 8 bytes, got 7"):
        Frontier.from_bytes(written[:7])
    with pytest.raises(InputError, match="needs an edge of 3 hashes"):
        Frontier.from_bytes(written[:-32])
    with pytest.raises(InputError, match="not a list of hashes"):
        Frontier.from_bytes(written[:-1])


def test_a_tree_is_built_from_a_list_or_from_one_string_of_bytes() -> None:
    assert RowTree.over(LEAVES) == RowTree.over(b"".join(LEAVES))
