"""Tiles: the worked examples of the standard, and what is refused."""

from __future__ import annotations

import pytest

from warrant.errors import InputError, IntegrityError
from warrant.kernel.merkle import NodeId, leaf_hashes, prove_inclusion
from warrant.kernel.tiles import (
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


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 17, 5), "tile/1/017.p/5"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
        (Bundle(0), "tile/entries/000"),
        (Bundle(273, 112), "tile/entries/273.p/112"),
    ],
)
def test_a_path_names_one_tile_and_back(tile: Tile | Bundle, path: str) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "checkpoint",
        "tile/0/1",
        "tile/0/0001",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/00/001",
        "tile/64/001",
        "tile/-1/001",
        "tile/0/001.p/0",
        "tile/0/001.p/01",
        "tile/0/001.p/256",
        "tile/0/001.p/257",
        "tile/0/001\n",
        "/tile/0/001",
        "tile/0/../0/001",
        "tile/data/001",
        "tile/0/" + "x001/" * 2000 + "001",
    ],
)
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="is not the path of a tile"):
        parse_path(path)


def test_a_tree_of_70000_has_the_tiles_that_the_standard_counts() -> None:
    tiles = tiles_between(0, 70_000)
    assert tiles == [
        *(Tile(0, number) for number in range(273)),
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert bundles_between(0, 70_000)[-1] == Bundle(273, 112)


def test_a_tree_of_256_has_a_full_tile_and_one_above() -> None:
    assert tiles_between(0, 256) == [Tile(0, 0), Tile(1, 0, 1)]
    assert tiles_between(256, 257) == [Tile(0, 1, 1)]
    assert tiles_between(255, 255) == []
    assert bundles_between(255, 300) == [Bundle(0), Bundle(1, 44)]


LEAVES = leaf_hashes(b"%d" % index for index in range(300))


def no_tile(tile: Tile) -> bytes:
    raise AssertionError(tile)


def test_each_tile_is_read_once_for_a_proof() -> None:
    tiles = dict(grow_tiles(0, LEAVES, no_tile))
    asked: list[Tile] = []

    def read(tile: Tile) -> bytes:
        asked.append(tile)
        return tiles[tile]

    prove_inclusion(7, 300, hash_reader(300, read))
    assert sorted(asked) == [Tile(0, 0), Tile(0, 1, 44)]


def test_a_tile_of_another_length_is_damage() -> None:
    with pytest.raises(IntegrityError, match=r"'tile/0/000.p/5' has 31 bytes, expected 160"):
        hash_reader(5, lambda _: b"\0" * 31)([NodeId(0, 0)])
    with pytest.raises(IntegrityError, match="Log is damaged"):
        list(grow_tiles(5, LEAVES, lambda _: b""))


def test_a_bundle_holds_entries_after_their_lengths() -> None:
    assert encode_bundle([b"ab", b""]) == b"\0\2ab\0\0"
    assert decode_bundle(b"\0\2ab\0\0") == [b"ab", b""]
    longest = b"x" * 65_535
    assert decode_bundle(encode_bundle([longest])) == [longest]


def test_an_entry_or_bundle_too_large_is_refused() -> None:
    with pytest.raises(InputError, match="A log entry has 65536 bytes, at most 65535 fit"):
        encode_bundle([b"x" * 65_536])
    with pytest.raises(InputError, match="A bundle holds at most 256 entries, got 257"):
        encode_bundle([b""] * 257)


@pytest.mark.parametrize("data", [b"\0", b"\0\1", b"\0\2a", b"\0\0\1"])
def test_a_bundle_cut_short_is_damage(data: bytes) -> None:
    with pytest.raises(IntegrityError, match="an entry of a bundle ends at byte"):
        decode_bundle(data)


def test_a_bundle_of_too_many_entries_is_damage() -> None:
    with pytest.raises(IntegrityError, match="a bundle holds 257 entries, at most 256 fit"):
        decode_bundle(b"\0\0" * 257)
