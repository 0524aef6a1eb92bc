"""RFC 6962 Merkle trees: roots, proofs that a leaf is in, proofs that a log only grew.

A tree over n leaves is never stored as a whole: its perfect subtrees are named by
`NodeId` and read through a `HashReader`, be it a tree in memory (`tree.RowTree`) or tiles on
disk (`tiles`). Which subtrees a proof needs is said once, here.

Law: `verify_inclusion` takes what `prove_inclusion` makes, for every index and size.
Law: `verify_consistency` takes what `prove_consistency` makes, for every pair of sizes.
Law: `tree_root(leaves)` is the recursive definition of the RFC, level by level.

Source: RFC 6962, section 2.1; RFC 9162, section 2.1.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import NamedTuple, NoReturn

from warrant.errors import InputError, IntegrityError
from warrant.kernel.digest import SIZE

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves. Source: RFC 6962, section 2.1."""


_BLOCK = 1 << 12  # entries hashed at a time; any power of two gives the same root


class NodeId(NamedTuple):
    """A perfect subtree: leaves number·2^level up to (number + 1)·2^level."""

    level: int
    """Its height: 0 for a leaf."""
    number: int
    """Its place among the subtrees of its height, from 0."""


class Span(NamedTuple):
    """The leaves from `start` up to, not including, `end`."""

    start: int
    end: int


HashReader = Callable[[Sequence[NodeId]], Sequence[bytes]]
"""Gives the 32-byte hashes of perfect subtrees, in the order asked."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry as a leaf.

    Args:
        entry: the entry's bytes, any length.

    Returns:
        32 bytes: SHA-256(0x00 ‖ entry).

    Source: RFC 6962, section 2.1.
    """
    return sha256(b"\0" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Hash many entries as leaves.

    Args:
        entries: each entry's bytes, any length.

    Returns:
        `leaf_hash` of each, in order.

    Source: RFC 6962, section 2.1.
    """
    hash_ = sha256
    return [hash_(b"\0" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent.

    Args:
        left: 32 bytes.
        right: 32 bytes.

    Returns:
        32 bytes: SHA-256(0x01 ‖ left ‖ right).

    Source: RFC 6962, section 2.1.
    """
    return sha256(b"\1" + left + right).digest()


def parent_hashes(hashes: Iterable[bytes]) -> list[bytes]:
    """Hash neighbours in pairs, one level up.

    Args:
        hashes: 32-byte hashes of one level, from an even position on.

    Returns:
        The hashes of the full pairs; an odd last hash has no parent yet.

    Source: RFC 6962, section 2.1.
    """
    hash_, pairs = sha256, iter(hashes)
    return [hash_(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def split_hashes(joined: bytes) -> list[bytes]:
    """Cut concatenated hashes apart.

    Args:
        joined: 32-byte hashes without separators.

    Returns:
        The hashes in order.

    Raises:
        InputError: when the length is not a multiple of 32.
    """
    if len(joined) % SIZE:
        raise InputError(
            f"{len(joined)} bytes are not a list of hashes: expected a multiple of {SIZE}.",
            do="Read the whole file again.",
        )
    return [one for (one,) in struct.iter_unpack("32s", joined)]


def tree_root(hashes: bytes | Sequence[bytes]) -> bytes:
    """Compute the root over leaf hashes.

    Args:
        hashes: leaf hashes in order, 32 bytes each, as a list or concatenated.

    Returns:
        32 bytes; `EMPTY_ROOT` for no leaves.

    Source: RFC 6962, section 2.1.
    """
    level = split_hashes(hashes) if isinstance(hashes, bytes) else hashes
    ragged: list[bytes] = []
    while level:
        if len(level) % 2:
            ragged.append(level[-1])
        level = parent_hashes(level)
    return fold(ragged[::-1])


def entries_root(entries: Iterable[bytes]) -> bytes:
    """Compute the root over entries, such as row commitments, as they stream by.

    Whole subtrees are finished one after another, so that their hashes stay in the cache:
    a fifth cheaper than `tree_root` over `leaf_hashes` of a million, and without their memory.

    Args:
        entries: each entry's bytes, in order.

    Returns:
        32 bytes: `tree_root(leaf_hashes(entries))`.

    Source: RFC 6962, section 2.1.
    """
    rest = iter(entries)
    roots = []
    while block := list(islice(rest, _BLOCK)):
        roots.append(tree_root(leaf_hashes(block)))
    return tree_root(roots)


def span_root(span: Span, read: HashReader) -> bytes:
    """Compute the hash over a span of leaves from its perfect subtrees.

    Args:
        span: not empty, its start a multiple of the largest power of two below its length.
        read: gives the hashes of perfect subtrees.

    Returns:
        32 bytes: MTH(D[start:end]).

    Source: RFC 6962, section 2.1.
    """
    return fold(read(perfect_nodes(span)))


def fold(hashes: Sequence[bytes]) -> bytes:
    """Hash the perfect subtrees of a span into the hash of the span.

    Args:
        hashes: 32 bytes each, from left to right, each over fewer leaves than the one before.

    Returns:
        32 bytes; `EMPTY_ROOT` for none.

    Source: RFC 6962, section 2.1.
    """
    if not hashes:
        return EMPTY_ROOT
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result


def perfect_nodes(span: Span) -> list[NodeId]:
    """Cut a span into perfect subtrees.

    Args:
        span: its start a multiple of the largest power of two not above its length.

    Returns:
        Subtrees from left to right, each larger than the next.

    Source: RFC 9162, section 2.1.1.
    """
    start, end = span
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(NodeId(level, start >> level))
        start += 1 << level
    return nodes


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Say whose hashes prove that a leaf is in a tree.

    Args:
        index: position of the leaf, 0 to size − 1.
        size: number of leaves.

    Returns:
        Spans from the leaf's sibling up to the root's child.

    Raises:
        InputError: when the index lies outside the tree.

    Source: RFC 6962, section 2.1.1.
    """
    if not 0 <= index < size:
        raise InputError(
            f"Index {index} is outside the tree of {size} leaves.",
            do="Ask for an index below the size.",
        )
    start, end = 0, size
    spans = []
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old_size: int, size: int) -> list[Span]:
    """Say whose hashes prove that a tree only grew.

    Args:
        old_size: leaves of the earlier tree, 1 to size.
        size: leaves of the later tree.

    Returns:
        Spans in the order of the proof; none when the sizes are equal.

    Raises:
        InputError: when the earlier tree is empty or larger than the later.

    Source: RFC 6962, section 2.1.2.
    """
    if not 0 < old_size <= size:
        raise InputError(
            f"No consistency proof leads from {old_size} leaves to {size}.",
            do="Ask for an earlier size of at least 1 and at most the later size.",
        )
    start, end, is_whole = 0, size, True
    spans = []
    while old_size != end:
        middle = start + _largest_power_below(end - start)
        if old_size <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start, is_whole = middle, False
    if not is_whole:
        spans.append(Span(start, end))
    return spans[::-1]


def prove_inclusion(index: int, size: int, read: HashReader) -> list[bytes]:
    """Make the proof that a leaf is in a tree.

    Args:
        index: position of the leaf, 0 to size − 1.
        size: number of leaves.
        read: gives the hashes of perfect subtrees of the tree.

    Returns:
        32-byte hashes from the leaf's sibling up to the root's child.

    Raises:
        InputError: when the index lies outside the tree.

    Source: RFC 6962, section 2.1.1.
    """
    return _read_spans(inclusion_spans(index, size), read)


def prove_consistency(old_size: int, size: int, read: HashReader) -> list[bytes]:
    """Make the proof that a tree of `size` leaves begins with one of `old_size`.

    Args:
        old_size: leaves of the earlier tree, 1 to size.
        size: leaves of the later tree.
        read: gives the hashes of perfect subtrees of the later tree.

    Returns:
        32-byte hashes in the order of RFC 6962; none when the sizes are equal.

    Raises:
        InputError: when the earlier tree is empty or larger than the later.

    Source: RFC 6962, section 2.1.2.
    """
    return _read_spans(consistency_spans(old_size, size), read)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf and where it is said to stand.

    Args:
        hash: 32 bytes, as `leaf_hash` gives them.
        index: position in the tree, from 0.
    """

    hash: bytes
    """32 bytes, as `leaf_hash` gives them."""
    index: int
    """Position in the tree, from 0."""


class Head(NamedTuple):
    """What a checkpoint says of a tree."""

    size: int
    """Number of leaves."""
    root: bytes
    """32 bytes."""


def verify_inclusion(leaf: Leaf, proof: Sequence[bytes], head: Head) -> None:
    """Check that a leaf is in a tree.

    Args:
        leaf: the leaf's hash and index.
        proof: 32-byte hashes from the leaf's sibling up.
        head: size and root of the tree.

    Raises:
        IntegrityError: one message each for an index outside the tree, a hash of the wrong
            size, a proof too short or too long, and another root.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= leaf.index < head.size:
        _distrust(f"index {leaf.index} is outside the tree of {head.size} leaves")
    inner = (leaf.index ^ (head.size - 1)).bit_length()
    border = (leaf.index >> inner).bit_count()
    _check_shape([leaf.hash, *proof], 1 + inner + border)
    result = leaf.hash
    for height, sibling in enumerate(proof):
        if height >= inner or leaf.index >> height & 1:
            result = node_hash(sibling, result)
        else:
            result = node_hash(result, sibling)
    if result != head.root:
        _distrust(f"leaf {leaf.index} and the proof give another root than the checkpoint's")


def verify_consistency(old: Head, new: Head, proof: Sequence[bytes]) -> None:
    """Check that a later tree begins with all of an earlier one.

    Args:
        old: size and root of the earlier tree, not empty.
        new: size and root of the later tree.
        proof: 32-byte hashes in the order of RFC 6962.

    Raises:
        IntegrityError: one message each for an earlier tree that is empty or larger, a hash
            of the wrong size, a proof too short or too long, and another root, old or new.

    Source: RFC 9162, section 2.1.4.2.
    """
    if old.size < 1:
        _distrust("the earlier tree is empty, so nothing can be proved from it")
    if old.size > new.size:
        _distrust(f"the tree shrank from {old.size} leaves to {new.size}")
    if old.size == new.size:
        _check_shape(proof, 0)
        if old.root != new.root:
            _distrust(f"two trees of {old.size} leaves have different roots")
        return
    trailing = (old.size & -old.size).bit_length() - 1
    inner = ((old.size - 1) ^ (new.size - 1)).bit_length() - trailing
    border = ((old.size - 1) >> trailing + inner).bit_count()
    is_perfect = old.size == 1 << trailing
    path = [old.root, *proof] if is_perfect else list(proof)
    _check_shape(path, 1 + inner + border)
    old_root = new_root = path[0]
    for height, sibling in enumerate(path[1:]):
        if height >= inner or (old.size - 1) >> trailing + height & 1:
            old_root = node_hash(sibling, old_root)
            new_root = node_hash(sibling, new_root)
        else:
            new_root = node_hash(new_root, sibling)
    if old_root != old.root:
        _distrust(f"the proof gives another root for the earlier tree of {old.size} leaves")
    if new_root != new.root:
        _distrust(f"the proof gives another root for the later tree of {new.size} leaves")


def _read_spans(spans: Iterable[Span], read: HashReader) -> list[bytes]:
    groups = [perfect_nodes(span) for span in spans]
    found = iter(read([node for group in groups for node in group]))
    return [fold(_take(found, len(group))) for group in groups]


def _take(hashes: Iterator[bytes], count: int) -> list[bytes]:
    return [next(hashes) for _ in range(count)]


def _largest_power_below(number: int) -> int:
    return 1 << (number - 1).bit_length() - 1


def _check_shape(hashes: Sequence[bytes], expected: int) -> None:
    for one in hashes:
        if len(one) != SIZE:
            _distrust(f"a hash has {len(one)} bytes, expected {SIZE}")
    if len(hashes) < expected:
        _distrust(f"the proof is too short: {expected - len(hashes)} hashes are missing")
    if len(hashes) > expected:
        _distrust(f"the proof is too long by {len(hashes) - expected} hashes")


def _distrust(fault: str) -> NoReturn:
    raise IntegrityError(
        f"Merkle proof refused: {fault}.",
        do="Keep the proof as evidence and ask its maker for a new one.",
    )
