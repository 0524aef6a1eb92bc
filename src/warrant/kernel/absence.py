"""A keyed sparse prefix tree: a short proof that something is not in a dataset version.

What a version holds (documents, texts of cells) becomes tokens under the version's own secret
key; row ids and names of files become tokens too, for look-ups, and hang in no tree. The bits of
a token, first one first, are its way down a binary tree: a subtree without a token is `EMPTY`, a
subtree with one token is that token's leaf wherever it hangs, any other is the hash of its two
halves. The root and a commitment to the key are signed when the version is made, so a key chosen
later to hide something is refused.

Law: the path of a token ends in the token exactly when the set holds it.
Law: `follow` of what `path_to` makes gives `root_of` the set, for tokens in it and for others.
Law: a `Crown` of any depth gives the root and the paths that `root_of` and `path_to` give.

Source: DESIGN, section 4, "Salts"; docs/reference/formats.md, section 4.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from warrant.errors import InputError
from warrant.kernel.digest import SIZE, tagged

if TYPE_CHECKING:
    from collections.abc import Sequence

TOKEN_BYTES: Final = 16
"""Length of a token; two things with one token would both be called present, never absent."""
EMPTY: Final = bytes(SIZE)
"""What stands for a subtree without any token."""

Kind = Literal["document", "text", "row", "name"]
"""A file or record as it was read, the whole text of one cell; a row by its id, a file's name."""
PLANTED: Final[tuple[Kind, ...]] = ("document", "text")
"""What hangs in a tree: what somebody outside can know of a thing before she asks."""

_BITS = 8 * TOKEN_BYTES
_TOKEN = "warrant/absence-token/1"  # noqa: S105 - a public tag, not a password
_KEY = "warrant/absence-key/1"
_KINDS: dict[Kind, bytes] = {"document": b"d", "text": b"t", "row": b"r", "name": b"n"}


class Path(NamedTuple):
    """The way from the root to where a token stands, or would stand."""

    siblings: tuple[bytes, ...]
    """What hangs on the other side at each branch, from the root down, 32 bytes each."""
    end: bytes | None
    """The one token in the subtree at the end; None when there is none."""


class Reach(NamedTuple):
    """How far the crown of a tree leads towards a token."""

    siblings: tuple[bytes, ...]
    """From the root down, 32 bytes each."""
    low: int
    """Place of the first token that the rest of the way needs, among all in order."""
    high: int
    """Place behind the last."""

    def path(self, token: bytes, near: Sequence[bytes]) -> Path:
        """Finish the path.

        Args:
            token: the one sought.
            near: the tokens from `low` to `high`.

        Returns:
            What `path_to` gives of the whole tree.
        """
        rest = path_to(near, token, len(self.siblings))
        return Path((*self.siblings, *rest.siblings), rest.end)


def tokens_of(key: bytes, kind: Kind, digests: Sequence[bytes]) -> list[bytes]:
    """Hide digests so that only who has the key can look for one.

    Args:
        key: 32 secret bytes of one dataset version.
        kind: what the digests are of.
        digests: of documents and texts their SHA-256 (of a text of its UTF-8 bytes), 32 bytes
            each; of rows and names any bytes.

    Returns:
        The first 16 bytes of SHA-256("warrant/absence-token/1" ‖ 0x00 ‖ key ‖ kind ‖ digest) of
        each, in order; the kind is the letter d, t, r or n.
    """
    hash_, head = sha256, _TOKEN.encode() + b"\0" + key + _KINDS[kind]
    return [hash_(head + digest).digest()[:TOKEN_BYTES] for digest in digests]


def commit_key(key: bytes) -> bytes:
    """Bind a key without telling it.

    Args:
        key: 32 secret bytes.

    Returns:
        SHA-256("warrant/absence-key/1" ‖ 0x00 ‖ key).
    """
    return tagged(_KEY, key).raw


def root_of(tokens: Sequence[bytes], depth: int = 0) -> bytes:
    """Give the root of a tree, or of a subtree of it.

    Args:
        tokens: 16 bytes each, sorted, each once; of a subtree, those that hang in it.
        depth: how many bits they share, 0 to 128: the subtree's place below the root.

    Returns:
        32 bytes.
    """
    values = [int.from_bytes(token, "big") for token in tokens]
    return _node(values, 0, len(values), depth)


def path_to(tokens: Sequence[bytes], token: bytes, depth: int = 0) -> Path:
    """Make the path to a token, in a tree or in the subtree where it would stand.

    Args:
        tokens: as in `root_of`.
        token: the one sought.
        depth: as in `root_of`.

    Returns:
        The path from the top of this (sub)tree.
    """
    values = [int.from_bytes(one, "big") for one in tokens]
    sought = int.from_bytes(token, "big")
    siblings = []
    low, high = 0, len(values)
    while high - low > 1:
        middle = _half(values, low, high, depth)
        if sought >> (_BITS - 1 - depth) & 1:
            siblings.append(_node(values, low, middle, depth + 1))
            low = middle
        else:
            siblings.append(_node(values, middle, high, depth + 1))
            high = middle
        depth += 1
    end = tokens[low] if high > low else None
    return Path(tuple(siblings), end)


@dataclass(frozen=True, slots=True)
class Crown:
    """The upper part of a tree, kept so that a path needs the tokens of one subtree alone.

    Args:
        depth: of the subtrees, 0 to 30.
        counts: how many tokens hang in each of the 2^depth subtrees.
        roots: of each, 32 bytes.
    """

    depth: int
    """Of the subtrees."""
    counts: tuple[int, ...]
    """Tokens in each of the 2^depth subtrees."""
    roots: tuple[bytes, ...]
    """Of each, 32 bytes."""

    @classmethod
    def over(cls, tokens: Sequence[bytes], depth: int) -> Crown:
        """Build it over all tokens of a tree.

        Args:
            tokens: 16 bytes each, sorted, each once.
            depth: of the subtrees.

        Returns:
            The crown.
        """
        borders = [
            (number << _BITS - depth).to_bytes(TOKEN_BYTES, "big") for number in range(1 << depth)
        ]
        starts = [*(bisect_left(tokens, border) for border in borders), len(tokens)]
        parts = list(pairwise(starts))
        roots = tuple(root_of(tokens[low:high], depth) for low, high in parts)
        return cls(depth, tuple(high - low for low, high in parts), roots)

    def root(self) -> bytes:
        """Give the root of the whole tree.

        Returns:
            32 bytes.
        """
        return self._levels()[-1][0][0]

    def reach(self, token: bytes) -> Reach:
        """Go down towards a token as far as the crown goes.

        Args:
            token: the one sought.

        Returns:
            The siblings met, and which tokens, among all in order, the rest of the way needs.
        """
        number = int.from_bytes(token, "big") >> (_BITS - self.depth)
        levels = self._levels()
        siblings: list[bytes] = []
        height = self.depth
        while height and levels[height][1][number >> height] > 1:
            height -= 1
            siblings.append(levels[height][0][number >> height ^ 1])
        first = number >> height << height
        low = sum(self.counts[:first])
        return Reach(tuple(siblings), low, low + levels[height][1][number >> height])

    def _levels(self) -> list[tuple[list[bytes], list[int]]]:
        """Give hashes and counts of all subtrees, the lowest first."""
        levels = [(list(self.roots), list(self.counts))]
        while len(levels[-1][0]) > 1:
            hashes, counts = levels[-1]
            joined = [
                join(hashes[at], hashes[at + 1])
                if counts[at] + counts[at + 1] > 1
                else hashes[at + (counts[at + 1] > 0)]
                for at in range(0, len(hashes), 2)
            ]
            levels.append(
                (
                    joined,
                    [one + other for one, other in zip(counts[::2], counts[1::2], strict=True)],
                )
            )
        return levels


def join(left: bytes, right: bytes) -> bytes:
    """Join the two halves of a subtree that holds two tokens or more.

    Args:
        left: the half whose next bit is 0.
        right: the half whose next bit is 1.

    Returns:
        SHA-256(0x01 ‖ left ‖ right).
    """
    return sha256(b"\1" + left + right).digest()


def follow(token: bytes, path: Path) -> bytes:
    """Compute the root to which a path leads.

    Args:
        token: the one sought.
        path: as whoever proves has made it.

    Returns:
        32 bytes. The token is absent from a tree with this root, unless `path.end` is the token.

    Raises:
        InputError: when the path does not belong to this token.
    """
    depth = len(path.siblings)
    if depth > _BITS or len(token) != TOKEN_BYTES or any(len(one) != SIZE for one in path.siblings):
        raise InputError(
            f"A path of {depth} steps leads to no token.", do="Use the proof as its maker wrote it."
        )
    value = int.from_bytes(token, "big")
    hash_ = EMPTY
    if path.end is not None:
        end = int.from_bytes(path.end, "big")
        if len(path.end) != TOKEN_BYTES or end >> (_BITS - depth) != value >> (_BITS - depth):
            raise InputError(
                "The path ends in a token that hangs elsewhere in the tree.",
                do="Use the proof as its maker wrote it.",
            )
        hash_ = _leaf(end)
    for at in reversed(range(depth)):
        sibling = path.siblings[at]
        is_right = value >> (_BITS - 1 - at) & 1
        hash_ = join(sibling, hash_) if is_right else join(hash_, sibling)
    return hash_


def _leaf(value: int) -> bytes:
    return sha256(b"\0" + value.to_bytes(TOKEN_BYTES, "big")).digest()


def _half(values: list[int], low: int, high: int, depth: int) -> int:
    """Give the first place in a sorted run whose bit at `depth` is 1."""
    shift = _BITS - 1 - depth
    return bisect_left(values, (values[low] >> shift | 1) << shift, low, high)


def _node(values: list[int], low: int, high: int, depth: int) -> bytes:
    if high == low:
        return EMPTY
    if high - low == 1:
        return _leaf(values[low])
    middle = _half(values, low, high, depth)
    return join(_node(values, low, middle, depth + 1), _node(values, middle, high, depth + 1))
