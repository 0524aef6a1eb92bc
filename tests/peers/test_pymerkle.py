"""`pymerkle` computes our roots and proofs, and refuses what was tampered with.

It is GPL: it is installed for tests only, and nothing in the package may name it
(tests/architecture/test_dependencies.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from warrant.errors import IntegrityError
from warrant.kernel.merkle import (
    EMPTY_ROOT,
    Head,
    leaf_hash,
    leaf_hashes,
    prove_consistency,
    tree_root,
    verify_consistency,
)
from warrant.kernel.tree import RowTree

SIZES = (1, 2, 3, 7, 8, 100, 257)
PAIRS = ((1, 1), (1, 2), (2, 3), (3, 7), (4, 8), (6, 8), (8, 100), (64, 100), (100, 257))


def entries(size: int) -> list[bytes]:
    return [b"row %d" % number for number in range(size)]


def ours(size: int) -> RowTree:
    return RowTree.over(leaf_hashes(entries(size)))


@pytest.fixture(name="theirs")
def _theirs(peer: Callable[[str], Any]) -> Callable[[int], Any]:
    pymerkle = peer("pymerkle")

    def theirs(size: int) -> Any:  # noqa: ANN401 - of another library
        tree = pymerkle.InmemoryTree(algorithm="sha256")
        tree.append_entries(entries(size))
        return tree

    return theirs


def with_path(proof: Any, path: list[bytes]) -> Any:  # noqa: ANN401 - of another library
    """Give a proof of theirs our hashes, by way of its written form."""
    written = {**proof.serialize(), "path": [one.hex() for one in path]}
    return type(proof).deserialize(written)


@pytest.mark.parametrize("size", SIZES)
def test_roots_are_equal(theirs: Callable[[int], Any], size: int) -> None:
    assert theirs(size).get_root() == ours(size).root() == tree_root(leaf_hashes(entries(size)))


def test_the_root_of_nothing_is_equal(theirs: Callable[[int], Any]) -> None:
    assert theirs(0).get_root() == EMPTY_ROOT


@pytest.mark.parametrize("size", SIZES)
def test_inclusion_proofs_are_equal_and_accepted(theirs: Callable[[int], Any], size: int) -> None:
    tree, our_tree = theirs(size), ours(size)
    for index, entry in enumerate(entries(size)):
        their_proof = tree.prove_inclusion(index + 1)  # counts from one
        path = [leaf_hash(entry), *our_tree.prove(index)]
        assert their_proof.path == path
        proof = with_path(their_proof, path)
        proof.verify(leaf_hash(entry), our_tree.root(), index + 1, size, "sha256")


def grown_path(old: int, new: int) -> list[bytes]:
    """Give our hashes in the form in which pymerkle proves that a tree only grew.

    Not the one of RFC 6962: the way from leaf `old` to the later root, whose left-hand hashes
    fold into the earlier root.
    """
    if old == new:
        return [ours(new).root()]
    return [leaf_hash(entries(new)[old]), *ours(new).prove(old)]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_its_consistency_proofs_hold_over_our_hashes(
    theirs: Callable[[int], Any], old: int, new: int
) -> None:
    their_proof = theirs(new).prove_consistency(old)
    assert their_proof.path == grown_path(old, new)
    proof = with_path(their_proof, grown_path(old, new))
    proof.verify(ours(old).root(), ours(new).root(), old, new, "sha256")


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_our_consistency_proofs_lead_to_its_roots(
    theirs: Callable[[int], Any], old: int, new: int
) -> None:
    tree, proof = theirs(new), prove_consistency(old, new, ours(new).read)
    verify_consistency(Head(old, tree.get_root(old)), Head(new, tree.get_root()), proof)
    with pytest.raises(IntegrityError):
        verify_consistency(Head(old, tree.get_root(old)), Head(new, EMPTY_ROOT), proof)


@pytest.fixture(name="refused")
def _refused(peer: Callable[[str], Any]) -> type[Exception]:
    found: type[Exception] = peer("pymerkle").InvalidProof
    return found


def test_a_wrong_leaf_is_refused(theirs: Callable[[int], Any], refused: type[Exception]) -> None:
    path = [leaf_hash(b"row 4"), *ours(100).prove(3)]
    proof = with_path(theirs(100).prove_inclusion(4), path)
    with pytest.raises(refused, match="State does not match"):
        proof.verify(leaf_hash(b"row 4"), ours(100).root(), 4, 100)


def test_a_wrong_root_is_refused(theirs: Callable[[int], Any], refused: type[Exception]) -> None:
    path = [leaf_hash(b"row 3"), *ours(100).prove(3)]
    proof = with_path(theirs(100).prove_inclusion(4), path)
    with pytest.raises(refused, match="State does not match"):
        proof.verify(leaf_hash(b"row 3"), ours(101).root(), 4, 100)


def test_a_truncated_proof_is_refused(
    theirs: Callable[[int], Any], refused: type[Exception]
) -> None:
    path = [leaf_hash(b"row 3"), *ours(100).prove(3)[:-1]]
    proof = with_path(theirs(100).prove_inclusion(4), path)
    with pytest.raises(refused, match="Invalid proof structure"):
        proof.verify(leaf_hash(b"row 3"), ours(100).root(), 4, 100)


def test_a_rewritten_past_is_refused(
    theirs: Callable[[int], Any], refused: type[Exception]
) -> None:
    proof = with_path(theirs(257).prove_consistency(100), grown_path(100, 257))
    rewritten = tree_root(leaf_hashes([b"another", *entries(100)[1:]]))
    with pytest.raises(refused, match="Prior state does not match"):
        proof.verify(rewritten, ours(257).root(), 100, 257)
