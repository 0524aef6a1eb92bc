"""Tiles: a Merkle tree as a folder of small files that never change once full.

A tile holds up to 256 neighbouring hashes of one height that is a multiple of 8; the
heights between are hashed again when asked for. A log can be copied with `cp`, and any proof
is read from a handful of tiles.

Law: `parse_path(tile.path) == tile`, and no other path gives that tile.
Law: tiles grown in any number of steps are those grown in one.
Law: `hash_reader` over the tiles of a tree reads what `tree.RowTree` over its leaves reads.
Law: `decode_bundle(encode_bundle(entries)) == entries`.

Source: C2SP tlog-tiles v0.1.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.errors import InputError, IntegrityError
from warrant.kernel.digest import SIZE
from warrant.kernel.merkle import parent_hashes, split_hashes, tree_root

if TYPE_CHECKING:
    from warrant.kernel.merkle import HashReader, NodeId

HEIGHT = 8
"""Levels of the tree between a tile's hashes and the hash of the tile."""

WIDTH = 1 << HEIGHT
"""Hashes in a full tile, entries in a full bundle."""

MAX_ENTRY_BYTES = 65_535
"""The longest entry: its length is written in 16 bits."""

MAX_LEVEL = 63
"""The highest level a path may name."""

_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)
_LENGTH_BYTES = 2


@dataclass(frozen=True, order=True, slots=True)
class Tile:
    """Which hashes a tile holds.

    Args:
        level: height in the tree divided by 8.
        number: place among the tiles of its level.
        width: hashes in it, 1 to 256.
    """

    level: int
    """Height in the tree divided by 8, 0 to 63."""
    number: int
    """Place among the tiles of its level, from 0."""
    width: int = WIDTH
    """Hashes in it; 256 when it is full."""

    @property
    def path(self) -> str:
        """Where it lies under the log's folder, parted by slashes."""
        return f"tile/{self.level}/{_number_path(self.number, self.width)}"


@dataclass(frozen=True, order=True, slots=True)
class Bundle:
    """Which entries a bundle holds.

    Args:
        number: place among the bundles.
        width: entries in it, 1 to 256.
    """

    number: int
    """Place among the bundles, from 0; its first entry is number · 256."""
    width: int = WIDTH
    """Entries in it; 256 when it is full."""

    @property
    def path(self) -> str:
        """Where it lies under the log's folder, parted by slashes."""
        return f"tile/entries/{_number_path(self.number, self.width)}"


TileReader = Callable[[Tile], bytes]
"""Gives a tile's bytes: its width times 32."""


def parse_path(path: str) -> Tile | Bundle:
    """Read where a tile or bundle lies.

    Args:
        path: parted by slashes, from the log's folder on.

    Returns:
        The tile or bundle whose `path` it is.

    Raises:
        InputError: for any other path.

    Source: C2SP tlog-tiles, "Merkle Tree" and "Log entries".
    """
    found = _PATH.fullmatch(path)
    if found:
        width, number = int(found[3] or WIDTH), int(found[2].replace("/", "").replace("x", ""))
        level = 0 if found[1] == "entries" else int(found[1])
        read = Bundle(number, width) if found[1] == "entries" else Tile(level, number, width)
        if read.path == path and level <= MAX_LEVEL and width <= WIDTH:
            return read
    raise InputError(
        f"{path[:120]!r} is not the path of a tile.", do="Copy the log's folder again."
    )


def tiles_between(old_size: int, size: int) -> list[Tile]:
    """Say which tiles a log must write when it grows.

    Args:
        old_size: leaves before.
        size: leaves after, not fewer.

    Returns:
        New or wider tiles, lowest level first, each as wide as it is at `size`.

    Source: C2SP tlog-tiles, "Partial Tiles".
    """
    tiles = []
    level = 0
    while size:
        if size > old_size:
            tiles += [
                Tile(level, number, min(WIDTH, size - number * WIDTH))
                for number in range(old_size // WIDTH, -(-size // WIDTH))
            ]
        level, old_size, size = level + 1, old_size // WIDTH, size // WIDTH
    return tiles


def bundles_between(old_size: int, size: int) -> list[Bundle]:
    """Say which entry bundles a log must write when it grows.

    Args:
        old_size: entries before.
        size: entries after, not fewer.

    Returns:
        New or wider bundles in order, each as wide as it is at `size`.

    Source: C2SP tlog-tiles, "Log entries".
    """
    tiles = tiles_between(old_size, size)
    return [Bundle(tile.number, tile.width) for tile in tiles if tile.level == 0]


def grow_tiles(
    size: int, hashes: Sequence[bytes], read: TileReader
) -> Iterator[tuple[Tile, bytes]]:
    """Make the tiles of a longer log.

    Args:
        size: leaves before.
        hashes: leaf hashes to append, 32 bytes each.
        read: gives the partial tiles of the log as it was.

    Yields:
        Each of `tiles_between`, in that order, with its bytes.

    Raises:
        IntegrityError: when a partial tile has another length than its width says.

    Source: C2SP tlog-tiles, "Merkle Tree".
    """
    level, count, pending = 0, size, list(hashes)
    while pending:
        first, kept = divmod(count, WIDTH)
        if kept:
            pending = [*_read_tile(Tile(level, first, kept), read), *pending]
        chunks = [pending[start : start + WIDTH] for start in range(0, len(pending), WIDTH)]
        for number, chunk in enumerate(chunks, start=first):
            yield Tile(level, number, len(chunk)), b"".join(chunk)
        pending = [tree_root(chunk) for chunk in chunks if len(chunk) == WIDTH]
        level, count = level + 1, first


def hash_reader(size: int, read: TileReader) -> HashReader:
    """Read hashes of subtrees out of tiles, each tile once.

    Args:
        size: leaves of the tree; subtrees beyond it are not asked for.
        read: gives the tiles of the tree.

    Returns:
        A reader for `merkle`; it raises `IntegrityError` when a tile has another length than its
        width says. What it reads is believed only once a proof leads to a signed root.

    Source: C2SP tlog-tiles, "Merkle Tree".
    """
    seen: dict[Tile, list[bytes]] = {}

    def read_hashes(nodes: Sequence[NodeId]) -> list[bytes]:
        return [read_hash(node) for node in nodes]

    def read_hash(node: NodeId) -> bytes:
        level, rest = divmod(node.level, HEIGHT)
        number, offset = divmod(node.number << rest, WIDTH)
        tile = Tile(level, number, min(WIDTH, (size >> level * HEIGHT) - number * WIDTH))
        if tile not in seen:
            seen[tile] = _read_tile(tile, read)
        hashes = seen[tile][offset : offset + (1 << rest)]
        while len(hashes) > 1:
            hashes = parent_hashes(hashes)
        return hashes[0]

    return read_hashes


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Write a bundle of entries.

    Args:
        entries: 1 to 256 of them, each at most 65,535 bytes.

    Returns:
        Each entry after its length in 2 bytes big-endian.

    Raises:
        InputError: when there are too many entries, or one is too long.

    Source: C2SP tlog-tiles, "Log entries".
    """
    if len(entries) > WIDTH:
        raise InputError(
            f"A bundle holds at most {WIDTH} entries, got {len(entries)}.", do="Split them."
        )
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise InputError(
                f"A log entry has {len(entry)} bytes, at most {MAX_ENTRY_BYTES} fit.",
                do="Log a digest and keep the bytes in the store.",
            )
    return b"".join([len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries])


def decode_bundle(data: bytes) -> list[bytes]:
    """Read a bundle of entries.

    Args:
        data: as `encode_bundle` writes it.

    Returns:
        The entries in order.

    Raises:
        IntegrityError: when an entry is cut short, or there are too many.

    Source: C2SP tlog-tiles, "Log entries".
    """
    entries = []
    start = 0
    while start < len(data):
        body = start + _LENGTH_BYTES
        end = body + int.from_bytes(data[start:body], "big")
        if end > len(data) or body > len(data):
            raise _damage(f"an entry of a bundle ends at byte {end}, the bundle at {len(data)}")
        entries.append(data[body:end])
        start = end
    if len(entries) > WIDTH:
        raise _damage(f"a bundle holds {len(entries)} entries, at most {WIDTH} fit")
    return entries


def _number_path(number: int, width: int) -> str:
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    path = "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
    return path if width == WIDTH else f"{path}.p/{width}"


def _read_tile(tile: Tile, read: TileReader) -> list[bytes]:
    data = read(tile)
    if len(data) != tile.width * SIZE:
        raise _damage(f"{tile.path!r} has {len(data)} bytes, expected {tile.width * SIZE}")
    return split_hashes(data)


def _damage(fault: str) -> IntegrityError:
    return IntegrityError(
        f"Log is damaged: {fault}.", do="Keep it as evidence and restore the log from a backup."
    )
