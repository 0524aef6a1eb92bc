"""Laws of trees, proofs and tiles."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrant.errors import IntegrityError
from warrant.kernel.merkle import (
    EMPTY_ROOT,
    Head,
    Leaf,
    entries_root,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from warrant.kernel.tiles import (
    MAX_ENTRY_BYTES,
    Bundle,
    Tile,
    bundles_between,
    decode_bundle,
    encode_bundle,
    grow_tiles,
    hash_reader,
    parse_path,
    tiles_between,
)
from warrant.kernel.tree import Frontier, RowTree

LEAVES = [leaf_hash(b"%d" % index) for index in range(70_000)]
SIZES = st.integers(0, 600)
WIDTHS = st.integers(1, 256)
NUMBERS = st.integers(0, 2**55)


def recursive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else EMPTY_ROOT
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(recursive_root(leaves[:split]), recursive_root(leaves[split:]))


@given(SIZES)
def test_every_way_to_a_root_is_the_recursive_definition(size: int) -> None:
    """Law of `kernel.merkle`: `tree_root(leaves)` is the recursive definition of the RFC, ..."""
    leaves = LEAVES[:size]
    expected = recursive_root(leaves)
    assert tree_root(leaves) == tree_root(b"".join(leaves)) == expected
    assert RowTree.over(leaves).root() == expected
    assert Frontier().extend(leaves).root() == expected


@given(SIZES, st.data())
def test_a_frontier_does_not_depend_on_how_the_leaves_are_split(
    size: int, data: st.DataObject
) -> None:
    """Law of `kernel.tree`: `Frontier().extend(leaves).root() == tree_root(leaves)`, however ...

    Law of `kernel.tree`: `Frontier.from_bytes(frontier.to_bytes()) == frontier`.
    """
    cut = data.draw(st.integers(0, size))
    stepwise = Frontier().extend(LEAVES[:cut]).extend(LEAVES[cut:size])
    assert stepwise == Frontier().extend(LEAVES[:size])
    assert Frontier.from_bytes(stepwise.to_bytes()) == stepwise


@given(st.integers(1, 600), st.data())
def test_each_inclusion_proof_verifies_for_its_leaf_and_no_other(
    size: int, data: st.DataObject
) -> None:
    """Law of `kernel.merkle`: `verify_inclusion` takes what `prove_inclusion` makes, for ...

    Law of `kernel.tree`: `RowTree.over(leaves).root() == tree_root(leaves)`, and every ...
    """
    index, other = (data.draw(st.integers(0, size - 1)) for _ in range(2))
    tree = RowTree.over(LEAVES[:size])
    leaf, proof = Leaf(LEAVES[index], index), tree.prove(index)
    verify_inclusion(leaf, proof, tree.head())
    for wrong in (replace(leaf, index=other), replace(leaf, hash=LEAVES[other])):
        if other != index:
            with pytest.raises(IntegrityError):
                verify_inclusion(wrong, proof, tree.head())


@given(st.integers(1, 600), st.data())
def test_each_consistency_proof_verifies_and_no_rewritten_tree_does(
    size: int, data: st.DataObject
) -> None:
    """Law of `kernel.merkle`: `verify_consistency` takes what `prove_consistency` makes, for ..."""
    old_size = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old_size - 1))
    tree = RowTree.over(LEAVES[:size])
    old = Head(old_size, tree_root(LEAVES[:old_size]))
    proof = prove_consistency(old_size, size, tree.read)
    verify_consistency(old, tree.head(), proof)
    rewritten = LEAVES[:size]
    rewritten[changed] = sha256(b"rewritten").digest()
    forged = RowTree.over(rewritten)
    with pytest.raises(IntegrityError):
        verify_consistency(old, forged.head(), prove_consistency(old_size, size, forged.read))


@given(st.integers(1, 600), st.data())
def test_no_flipped_bit_of_a_proof_verifies(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree = RowTree.over(LEAVES[:size])
    proof = tree.prove(index)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        byte = data.draw(st.integers(0, 31))
        flipped = bytearray(proof[place])
        flipped[byte] ^= 1 << data.draw(st.integers(0, 7))
        proof[place] = bytes(flipped)
        with pytest.raises(IntegrityError):
            verify_inclusion(Leaf(LEAVES[index], index), proof, tree.head())


@given(st.sampled_from([0, 1, 4095, 4096, 4097, 8192, 8193, 12_289, 20_000]))
def test_entries_that_stream_by_have_the_root_of_their_leaves(size: int) -> None:
    entries = [b"%d" % index for index in range(size)]
    assert entries_root(iter(entries)) == recursive_root(LEAVES[:size])


def grown(sizes: list[int]) -> dict[Tile, bytes]:
    tiles: dict[Tile, bytes] = {}
    size = 0
    for step in sizes:
        leaves = LEAVES[size : size + step]
        made = list(grow_tiles(size, leaves, tiles.__getitem__))
        assert [tile for tile, _ in made] == tiles_between(size, size + step)
        tiles.update(made)
        size += step
    return tiles


@given(st.lists(st.integers(0, 400), max_size=6))
def test_tiles_grown_in_steps_are_those_grown_at_once(steps: list[int]) -> None:
    """Law of `kernel.tiles`: tiles grown in any number of steps are those grown in one."""
    stepwise, at_once = grown(steps), grown([sum(steps)])
    assert {tile: stepwise[tile] for tile in at_once} == at_once
    assert list(at_once) == tiles_between(0, sum(steps))


TALL = grown([69_000, 1_000])


@given(st.data())
def test_proofs_read_from_tiles_are_those_of_the_whole_tree(data: st.DataObject) -> None:
    size = data.draw(st.sampled_from([69_000, 70_000]))
    index = data.draw(st.integers(0, size - 1))
    read = hash_reader(size, TALL.__getitem__)
    head = Head(size, ROOTS[size])
    verify_inclusion(Leaf(LEAVES[index], index), prove_inclusion(index, size, read), head)
    old_size = data.draw(st.sampled_from([1, 255, 256, 257, 65_536, 69_000]))
    old = Head(old_size, tree_root(LEAVES[:old_size]))
    proof = prove_consistency(old_size, size, read)
    verify_consistency(old, head, proof)
    assert (proof == []) == (old_size == size)


ROOTS = {size: tree_root(LEAVES[:size]) for size in (69_000, 70_000)}


@given(st.integers(1, 600), st.data())
def test_tiles_and_the_tree_in_memory_give_the_same_hashes(size: int, data: st.DataObject) -> None:
    """Law of `kernel.tiles`: `hash_reader` over the tiles of a tree reads what ..."""
    index = data.draw(st.integers(0, size - 1))
    tree = RowTree.over(LEAVES[:size])
    read = hash_reader(size, grown([size]).__getitem__)
    assert prove_inclusion(index, size, read) == tree.prove(index)


@given(st.integers(0, 63), NUMBERS, WIDTHS)
def test_each_path_is_read_back(level: int, number: int, width: int) -> None:
    """Law of `kernel.tiles`: `parse_path(tile.path) == tile`, and no other path gives that tile."""
    for tile in (Tile(level, number, width), Bundle(number, width)):
        assert parse_path(tile.path) == tile


@given(st.lists(st.binary(max_size=300), max_size=256) | st.just([b"x" * MAX_ENTRY_BYTES]))
def test_each_bundle_is_read_back(entries: list[bytes]) -> None:
    """Law of `kernel.tiles`: `decode_bundle(encode_bundle(entries)) == entries`."""
    assert decode_bundle(encode_bundle(entries)) == entries


@given(SIZES, SIZES)
def test_bundles_are_the_tiles_of_the_lowest_level(old_size: int, more: int) -> None:
    bundles = bundles_between(old_size, old_size + more)
    assert sum(bundle.width for bundle in bundles) == (more and more + old_size % 256)
