"""Digests: one spelling, one size."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from warrant.errors import InputError
from warrant.kernel.digest import Digest, hash_file, tagged, u64

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_digest_is_sha256_and_prints_so() -> None:
    digest = Digest.of(b"abc")
    assert digest.hex == ABC
    assert str(digest) == f"sha256:{ABC}"
    assert digest.short == "ba7816bf8f01"
    assert Digest.from_hex(ABC) == digest


def test_digests_are_ordered_by_their_bytes() -> None:
    assert Digest(b"\0" * 32) < Digest(b"\1" * 32)


@pytest.mark.parametrize(
    "text", [ABC.upper(), ABC[:-1], ABC + "0", f"sha256:{ABC}", ABC[:-1] + "\n", ABC[:-1] + "٣", ""]
)
def test_another_spelling_of_a_digest_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a SHA-256 digest: expected 64 lower-case hex"):
        Digest.from_hex(text)


def test_a_digest_of_another_size_is_refused() -> None:
    with pytest.raises(InputError, match="A SHA-256 digest has 32 bytes, got 31"):
        Digest(b"\0" * 31)


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_a_file_is_hashed_like_its_bytes(tmp_path: Path, size: int) -> None:
    data = b"\r\n\x1a" * size
    path = tmp_path / "file"
    path.write_bytes(data)
    assert hash_file(path) == Digest.of(data)


def test_a_missing_file_is_said_by_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        hash_file(tmp_path / "absent")


def test_a_tag_ends_in_a_zero_byte() -> None:
    assert tagged("a/1", b"b", b"c").raw == sha256(b"a/1\0bc").digest()


def test_counts_are_eight_bytes_big_endian() -> None:
    assert u64(0x0102) == bytes([0, 0, 0, 0, 0, 0, 1, 2])
    assert u64(2**64 - 1) == b"\xff" * 8


@pytest.mark.parametrize("number", [-1, 2**64])
def test_a_count_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(InputError, match="is not a count: expected 0 to 2"):
        u64(number)
