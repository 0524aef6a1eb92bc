"""Merkle proofs: one message for each fault, and the shapes of RFC 6962's own example."""

from __future__ import annotations

from dataclasses import replace

import pytest

from warrant.errors import InputError, IntegrityError
from warrant.kernel.merkle import (
    EMPTY_ROOT,
    Head,
    Leaf,
    NodeId,
    Span,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    leaf_hashes,
    node_hash,
    perfect_nodes,
    prove_consistency,
    split_hashes,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from warrant.kernel.tree import RowTree

LEAVES = leaf_hashes(b"%d" % index for index in range(7))
TREE = RowTree.over(LEAVES)
HEAD = TREE.head()
OLD = Head(3, tree_root(LEAVES[:3]))
CONSISTENCY = prove_consistency(3, 7, TREE.read)


def test_an_empty_tree_has_the_hash_of_nothing_as_root() -> None:
    assert tree_root([]) == tree_root(b"") == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c442")


def test_a_leaf_and_a_node_are_hashed_apart() -> None:
    assert leaf_hash(b"").hex().startswith("6e340b9c")
    assert node_hash(b"\0" * 32, b"\1" * 32) != leaf_hash(b"\0" * 32 + b"\1" * 32)


def test_the_example_of_rfc_6962_section_2_1_3_has_its_spans() -> None:
    assert inclusion_spans(0, 7) == [Span(1, 2), Span(2, 4), Span(4, 7)]
    assert inclusion_spans(6, 7) == [Span(4, 6), Span(0, 4)]
    assert consistency_spans(3, 7) == [Span(2, 3), Span(3, 4), Span(0, 2), Span(4, 7)]
    assert consistency_spans(4, 7) == [Span(4, 7)]
    assert consistency_spans(6, 7) == [Span(4, 6), Span(6, 7), Span(0, 4)]
    assert perfect_nodes(Span(4, 7)) == [NodeId(1, 2), NodeId(0, 6)]


@pytest.mark.parametrize("index", [-1, 7])
def test_no_proof_is_made_for_an_index_outside_the_tree(index: int) -> None:
    with pytest.raises(InputError, match=f"Index {index} is outside the tree of 7 leaves"):
        TREE.prove(index)


@pytest.mark.parametrize("size", [0, 8])
def test_no_consistency_proof_is_made_from_an_empty_or_larger_tree(size: int) -> None:
    with pytest.raises(InputError, match=f"No consistency proof leads from {size} leaves to 7"):
        prove_consistency(size, 7, TREE.read)


def test_hashes_that_do_not_part_evenly_are_refused() -> None:
    with pytest.raises(InputError, match="33 bytes are not a list of hashes"):
        split_hashes(b"\0" * 33)


PROOF = TREE.prove(2)
LEAF = Leaf(LEAVES[2], 2)


@pytest.mark.parametrize(
    ("leaf", "proof", "head", "fault"),
    [
        (replace(LEAF, index=7), PROOF, HEAD, "index 7 is outside the tree of 7 leaves"),
        (replace(LEAF, index=-1), PROOF, HEAD, "index -1 is outside the tree of 7 leaves"),
        (LEAF, PROOF, Head(2, HEAD.root), "index 2 is outside the tree of 2 leaves"),
        (LEAF, PROOF[1:], HEAD, "the proof is too short: 1 hashes are missing"),
        (LEAF, [*PROOF, PROOF[0]], HEAD, "the proof is too long by 1 hashes"),
        (LEAF, [PROOF[0][:31], *PROOF[1:]], HEAD, "a hash has 31 bytes, expected 32"),
        (replace(LEAF, hash=b""), PROOF, HEAD, "a hash has 0 bytes, expected 32"),
        (replace(LEAF, hash=LEAVES[1]), PROOF, HEAD, "leaf 2 and the proof give another root"),
        (replace(LEAF, index=3), PROOF, HEAD, "leaf 3 and the proof give another root"),
        (LEAF, PROOF[::-1], HEAD, "leaf 2 and the proof give another root"),
    ],
)
def test_each_fault_of_an_inclusion_proof_has_its_message(
    leaf: Leaf, proof: list[bytes], head: Head, fault: str
) -> None:
    verify_inclusion(LEAF, PROOF, HEAD)
    with pytest.raises(IntegrityError) as refused:
        verify_inclusion(leaf, proof, head)
    assert refused.value.what.startswith(f"Merkle proof refused: {fault}")


@pytest.mark.parametrize(
    ("old", "new", "proof", "fault"),
    [
        (Head(0, EMPTY_ROOT), HEAD, [], "the earlier tree is empty"),
        (HEAD, OLD, CONSISTENCY, "the tree shrank from 7 leaves to 3"),
        (HEAD, HEAD, [OLD.root], "the proof is too long by 1 hashes"),
        (HEAD, Head(7, OLD.root), [], "two trees of 7 leaves have different roots"),
        (OLD, HEAD, [], "the proof is too short: 4 hashes are missing"),
        (OLD, HEAD, CONSISTENCY[:-1], "the proof is too short: 1 hashes are missing"),
        (OLD, HEAD, [*CONSISTENCY, OLD.root], "the proof is too long by 1 hashes"),
        (OLD, HEAD, [b"", *CONSISTENCY[1:]], "a hash has 0 bytes, expected 32"),
        (Head(3, HEAD.root), HEAD, CONSISTENCY, "the proof gives another root for the earlier"),
        (OLD, Head(7, OLD.root), CONSISTENCY, "the proof gives another root for the later"),
    ],
)
def test_each_fault_of_a_consistency_proof_has_its_message(
    old: Head, new: Head, proof: list[bytes], fault: str
) -> None:
    verify_consistency(OLD, HEAD, CONSISTENCY)
    with pytest.raises(IntegrityError) as refused:
        verify_consistency(old, new, proof)
    assert refused.value.what.startswith(f"Merkle proof refused: {fault}")
