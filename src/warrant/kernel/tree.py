"""Two trees to hold in hand: one that grows at its right edge, one that is finished.

Law: `Frontier().extend(leaves).root() == tree_root(leaves)`, however the leaves are split.
Law: `RowTree.over(leaves).root() == tree_root(leaves)`, and every proof it makes verifies.

Source: RFC 6962, section 2.1; RFC 9162, section 2.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.kernel.digest import SIZE, u64
from warrant.kernel.merkle import (
    Head,
    NodeId,
    Span,
    fold,
    parent_hashes,
    prove_inclusion,
    span_root,
    split_hashes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SIZE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a growing tree: enough to append and to give the root.

    Args:
        size: number of leaves so far.
        edge: hashes of the perfect subtrees of `size`, from left to right.

    Raises:
        InputError: when the edge does not have one hash for each bit of the size.

    Law: `Frontier.from_bytes(frontier.to_bytes()) == frontier`.

    Source: RFC 9162, section 2.1.2.
    """

    size: int = 0
    """Number of leaves so far."""
    edge: tuple[bytes, ...] = ()
    """One 32-byte hash for each bit set in the size, largest subtree first."""

    def __post_init__(self) -> None:
        if len(self.edge) != self.size.bit_count() or any(len(one) != SIZE for one in self.edge):
            raise InputError(
                f"A tree of {self.size} leaves needs an edge of {self.size.bit_count()} hashes "
                f"of {SIZE} bytes, got {len(self.edge)}.",
                do="Rebuild the frontier from the log's tiles.",
            )

    def extend(self, hashes: Iterable[bytes]) -> Frontier:
        """Append leaves.

        Args:
            hashes: leaf hashes, 32 bytes each.

        Returns:
            The frontier of the longer tree; this one is unchanged.
        """
        hash_, edge, size = sha256, list(self.edge), self.size
        for right in hashes:
            rest, size = size, size + 1
            while rest & 1:
                right = hash_(b"\1" + edge.pop() + right).digest()  # noqa: PLW2901
                rest >>= 1
            edge.append(right)
        return Frontier(size, tuple(edge))

    def root(self) -> bytes:
        """Give the root of the tree so far.

        Returns:
            32 bytes.
        """
        return fold(self.edge)

    def head(self) -> Head:
        """Give what a checkpoint of the tree so far says.

        Returns:
            Size and root.
        """
        return Head(self.size, self.root())

    def to_bytes(self) -> bytes:
        """Write the frontier.

        Returns:
            The size as 8 bytes big-endian, then the edge.
        """
        return u64(self.size) + b"".join(self.edge)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """Read what `to_bytes` wrote.

        Args:
            data: the size as 8 bytes big-endian, then the edge.

        Returns:
            The frontier.

        Raises:
            InputError: when the length does not fit the size.
        """
        if len(data) < _SIZE_BYTES:
            raise InputError(
                f"A frontier has at least {_SIZE_BYTES} bytes, got {len(data)}.",
                do="Rebuild the frontier from the log's tiles.",
            )
        size = int.from_bytes(data[:_SIZE_BYTES], "big")
        return cls(size, tuple(split_hashes(data[_SIZE_BYTES:])))


@dataclass(frozen=True, slots=True)
class RowTree:
    """A finished tree kept in memory, to prove any of its leaves quickly.

    Args:
        size: number of leaves.
        levels: the hashes of all perfect subtrees, concatenated, one level each.

    Source: RFC 6962, section 2.1.
    """

    size: int
    """Number of leaves."""
    levels: tuple[bytes, ...]
    """Hashes of 32 bytes; level k holds size >> k of them; about 64 bytes a leaf in all."""

    @classmethod
    def over(cls, hashes: bytes | Sequence[bytes]) -> RowTree:
        """Build the tree over leaf hashes.

        Args:
            hashes: leaf hashes in order, 32 bytes each, as a list or concatenated.

        Returns:
            The tree.
        """
        level = split_hashes(hashes) if isinstance(hashes, bytes) else hashes
        size, levels = len(level), []
        while level:
            levels.append(b"".join(level))
            level = parent_hashes(level)
        return cls(size, tuple(levels))

    def read(self, nodes: Sequence[NodeId]) -> list[bytes]:
        """Give the hashes of perfect subtrees: a `HashReader`.

        Args:
            nodes: subtrees that lie wholly in the tree.

        Returns:
            32-byte hashes in the order asked.
        """
        levels = self.levels
        return [levels[level][number * SIZE : (number + 1) * SIZE] for level, number in nodes]

    def root(self) -> bytes:
        """Give the root.

        Returns:
            32 bytes.
        """
        return span_root(Span(0, self.size), self.read)

    def head(self) -> Head:
        """Give what a manifest says of the tree.

        Returns:
            Size and root.
        """
        return Head(self.size, self.root())

    def prove(self, index: int) -> list[bytes]:
        """Make the proof that a leaf is in the tree.

        Args:
            index: position of the leaf, 0 to size − 1.

        Returns:
            32-byte hashes from the leaf's sibling up to the root's child.

        Raises:
            InputError: when the index lies outside the tree.
        """
        return prove_inclusion(index, self.size, self.read)
