from __future__ import annotations

import io
import struct
import zlib
from hashlib import sha256

import pytest

from warrant.errors import IntegrityError
from warrant.kernel.pack import (
    PLAIN,
    SMALL_BYTES,
    ZLIB,
    Entry,
    encode_index,
    index_name,
    read_blob,
    read_index,
    shrink,
)

TEXT = b"the same words " * 40


def entry_of(data: bytes, offset: int = 0, **changes: int) -> Entry:
    entry = Entry(sha256(data).digest(), offset, len(data), len(data), PLAIN)
    return entry._replace(**changes)


def sealed(body: bytes) -> tuple[str, bytes]:
    data = body + sha256(body).digest()
    return index_name(data), data


def test_an_index_holds_what_was_written_sorted_by_digest() -> None:
    entries = [entry_of(b"a"), entry_of(b"bc", 1), entry_of(b"d", 3)]
    data = encode_index(entries)
    index = read_index(index_name(data), data)
    assert len(index) == 3
    assert index.digests() == sorted(one.digest for one in entries)
    assert index.entries() == entries
    assert {index.entry(row) for row in range(3)} == set(entries)


def test_the_bytes_of_an_index_are_those_of_the_format() -> None:
    data = encode_index([entry_of(b"a", 5)])
    assert data[:16] == b"WRPKIDX1" + bytes(7) + b"\1"
    assert data[16:73] == sha256(b"a").digest() + struct.pack(">QQQB", 5, 1, 1, 0)
    assert data[73:] == sha256(data[:73]).digest()


def test_any_changed_byte_of_an_index_is_found() -> None:
    data = encode_index([entry_of(b"a"), entry_of(b"bc", 1)])
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(IntegrityError, match=r"Restore it from a backup"):
            read_index(index_name(data), changed)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x", b"short", "'packs/x.idx' does not start with 'WRPKIDX1'"),
        ("x", b"WRPKIDX1" + bytes(8), "has 16 bytes, expected 48 for 0 blobs"),
        ("x", b"WRPKIDX1" + bytes(40), "Sum of 'packs/x.idx' is sha256:"),
        ("x", encode_index([]), "'packs/x.idx' is the index of another pack"),
    ],
)
def test_each_fault_of_an_index_has_its_message(name: str, data: bytes, message: str) -> None:
    with pytest.raises(IntegrityError, match=message):
        read_index(name, data)


def test_an_index_that_lists_a_digest_twice_is_refused() -> None:
    record = struct.pack(">32sQQQB", bytes(32), 0, 1, 1, 0)
    with pytest.raises(IntegrityError, match="does not list its blobs in order"):
        read_index(*sealed(b"WRPKIDX1" + (2).to_bytes(8, "big") + record * 2))


def test_an_unknown_codec_is_refused() -> None:
    with pytest.raises(IntegrityError, match="names a codec that this version cannot read"):
        read_index(*sealed(encode_index([entry_of(b"a", codec=2)])[:-32]))


def test_a_blob_is_read_from_its_place() -> None:
    assert read_blob(io.BytesIO(b"xxabc"), "p", entry_of(b"abc", 2)) == b"abc"


def test_a_changed_blob_names_both_digests() -> None:
    with pytest.raises(IntegrityError) as raised:
        read_blob(io.BytesIO(b"xxabd"), "p", entry_of(b"abc", 2))
    assert str(raised.value) == (
        f"Blob sha256:{sha256(b'abc').hexdigest()} in 'packs/p.pack' at byte 2 has other bytes: "
        f"they hash to sha256:{sha256(b'abd').hexdigest()}. Restore it from a backup."
    )


def test_an_index_that_gives_a_wrong_length_is_refused() -> None:
    with pytest.raises(IntegrityError, match="a wrong length"):
        read_blob(io.BytesIO(b"abc"), "p", entry_of(b"abc", length=4))


def test_a_pack_that_ends_early_is_refused() -> None:
    with pytest.raises(IntegrityError, match=r"'packs/p\.pack' ends before"):
        read_blob(io.BytesIO(b"ab"), "p", entry_of(b"abc"))


@pytest.mark.parametrize(
    "changes", [{"stored": SMALL_BYTES}, {"length": SMALL_BYTES}, {"offset": 1 << 62}]
)
def test_an_index_that_promises_too_much_is_not_believed(changes: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match="promises a blob of"):
        read_blob(io.BytesIO(b"abc"), "p", entry_of(b"abc", **changes))


def test_what_does_not_shrink_is_kept_as_it_is() -> None:
    assert shrink(b"") == (PLAIN, b"")
    codec, stored = shrink(TEXT)
    assert codec == ZLIB
    assert zlib.decompress(stored) == TEXT


def test_a_compressed_blob_is_read_back() -> None:
    codec, stored = shrink(TEXT)
    entry = entry_of(TEXT, stored=len(stored), codec=codec)
    assert read_blob(io.BytesIO(stored), "p", entry) == TEXT


@pytest.mark.parametrize(
    "stored",
    [
        zlib.compress(TEXT, 1) + b"x",
        zlib.compress(TEXT, 9),
        zlib.compress(TEXT, 1)[:-1],
        zlib.compress(TEXT + b"longer" * 1000, 1),
        b"no stream at all",
    ],
    ids=["something behind it", "another header", "cut short", "a bomb", "no stream"],
)
def test_a_stream_of_another_spelling_is_refused(stored: bytes) -> None:
    entry = entry_of(TEXT, stored=len(stored), codec=ZLIB)
    with pytest.raises(IntegrityError, match="has other bytes"):
        read_blob(io.BytesIO(stored), "p", entry)
