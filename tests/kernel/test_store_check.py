from __future__ import annotations

from pathlib import Path

import pytest

from warrant.kernel.digest import Digest
from warrant.kernel.fault import Fault
from warrant.kernel.layout import Layout, Shard
from warrant.kernel.pack import SMALL_BYTES, Entry, encode_index, index_name
from warrant.kernel.store import LocalStore

BLOBS = [b"one", b"two two", b"", bytes(64)]
LARGE = bytes(SMALL_BYTES)
DATASET = Digest.of(b"dataset")


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> LocalStore:
    store = LocalStore(tmp_path)
    with store.writer() as batch:
        for data in [*BLOBS, LARGE]:
            batch.put(data)
    shards = (Shard(1, Digest.of(b"one"), 3), Shard(1, Digest.of(LARGE), len(LARGE)))
    store.set_layout(Layout(DATASET, Digest.of(bytes(64)), shards))
    return store


def one(store: LocalStore) -> Fault:
    (fault,) = store.check()
    return fault


def only(store: LocalStore, pattern: str) -> Path:
    (path,) = store.path.glob(pattern)
    return path


def test_a_sound_store_has_no_fault(store: LocalStore) -> None:
    assert list(store.check()) == []
    assert list(LocalStore(store.path / "not there").check()) == []


@pytest.mark.parametrize("bits", [0x01, 0xFF])
def test_a_changed_byte_anywhere_is_found(store: LocalStore, bits: int) -> None:
    for path in [path for path in store.path.rglob("*") if path.is_file()]:
        data = path.read_bytes()
        for at in range(0, len(data), 1 if len(data) < 1_000 else len(data) // 9):
            path.write_bytes(data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :])
            found = list(store.check())
            assert found, f"{path} at {at}"
            assert not any(fault.is_leftover for fault in found)
        path.write_bytes(data)


def test_a_changed_byte_of_compressed_packs_is_found(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, compress=True)
    with store.writer() as batch:
        batch.put(b"word " * 100)
        batch.put(b"other " * 100)
    path = only(store, "packs/*.pack")
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        assert list(store.check()), at


def test_a_changed_blob_is_reported_with_the_digest_that_should_be_there(store: LocalStore) -> None:
    path = only(store, "packs/*.pack")
    path.write_bytes(path.read_bytes().replace(b"two two", b"two too"))
    assert str(Digest.of(b"two two")) in one(store).what
    assert one(store).file == f"packs/{path.name}"


def test_a_changed_file_is_reported_with_the_digest_that_should_be_there(store: LocalStore) -> None:
    path = only(store, "blobs/*/*")
    path.write_bytes(bytes(SMALL_BYTES - 1) + b"x")
    assert f"should be {Digest.of(LARGE)}" in one(store).what
    assert str(one(store)).endswith("Restore it from a backup.")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("packs/*.pack", ["is missing, and with it 4 blobs"]),
        ("blobs/*/*", [f"names {Digest.of(LARGE)}, which is not in the store"]),
    ],
)
def test_a_missing_file_is_named(store: LocalStore, pattern: str, words: list[str]) -> None:
    only(store, pattern).unlink()
    found = list(store.check())
    assert any(words[0] in fault.what for fault in found)


def test_a_pack_without_an_index_is_a_leftover(store: LocalStore) -> None:
    only(store, "packs/*.idx").unlink()
    leftovers = [fault for fault in store.check() if fault.is_leftover]
    assert [fault.file for fault in leftovers] == [f"packs/{only(store, 'packs/*.pack').name}"]
    assert "was left by a writer that did not finish" in str(leftovers[0])


def test_an_unfinished_file_is_a_leftover(store: LocalStore) -> None:
    (store.path / "layouts" / "tmp-1").write_bytes(b"{")
    assert one(store).is_leftover


def test_a_file_that_belongs_to_nothing_is_named(store: LocalStore) -> None:
    (store.path / "packs" / "note.txt").write_bytes(b"")
    assert one(store) == Fault(
        "packs/note.txt", "'packs/note.txt' belongs to nothing in the store.", "Move it elsewhere."
    )


@pytest.mark.parametrize("more", [b"x", b"tail of bytes"])
def test_bytes_behind_the_last_blob_are_found(store: LocalStore, more: bytes) -> None:
    path = only(store, "packs/*.pack")
    path.write_bytes(path.read_bytes() + more)
    assert f"has {74 + len(more)} bytes, its index says 74" in one(store).what


@pytest.mark.parametrize("offsets", [(1, 4), (0, 2), (0, 4)])
def test_gaps_and_overlaps_between_blobs_are_found(
    tmp_path: Path, offsets: tuple[int, int]
) -> None:
    entries = [
        Entry(Digest.of(b"a" * 3).raw, offsets[0], 3, 3, 0),
        Entry(Digest.of(b"b" * 3).raw, offsets[1], 3, 3, 0),
    ]
    data = encode_index(entries)
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / f"{index_name(data)}.idx").write_bytes(data)
    (folder / f"{index_name(data)}.pack").write_bytes(bytes(offsets[0]) + b"aaabbb")
    found = [fault.what for fault in LocalStore(tmp_path).check()]
    assert any("that belong to no or two blobs" in what for what in found)


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (Layout(DATASET, Digest.of(b"?"), ()), "which is not in the store"),
        (Layout(DATASET, Digest.of(b"one"), ()), "has 0 bytes, it has 3"),
        (
            Layout(DATASET, Digest.of(bytes(64)), (Shard(2, Digest.of(b"one"), 4),)),
            "has 4 bytes, it has 3",
        ),
    ],
)
def test_a_layout_that_does_not_fit_its_blobs_is_named(
    store: LocalStore, layout: Layout, words: str
) -> None:
    store.set_layout(layout)
    assert words in one(store).what
    assert one(store).file == f"layouts/{DATASET.hex}.json"


def test_a_layout_under_another_name_is_found(store: LocalStore) -> None:
    path = only(store, "layouts/*.json")
    path.rename(path.with_name("0" * 64 + ".json"))
    assert f"It is the layout of {DATASET}" in one(store).what


def test_a_file_that_cannot_be_read_is_a_fault(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warrant.kernel import store_check

    def fail(_: Path) -> Digest:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(store_check, "hash_file", fail)
    assert any("cannot be read: Input/output error" in fault.what for fault in store.check())
