from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.faults.faulty_disk import FaultyDisk
from warrant.errors import InputError, IntegrityError, OutsideError
from warrant.kernel import batch as batch_module
from warrant.kernel.batch import Batch
from warrant.kernel.digest import Digest
from warrant.kernel.layout import Layout, Shard
from warrant.kernel.pack import SMALL_BYTES
from warrant.kernel.store import LocalStore

LARGE = b"large" * (SMALL_BYTES // 5) + b"!"
TEXTS = [b"text number %d" % number for number in range(50)]


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


def put_all(store: LocalStore, blobs: list[bytes]) -> list[Digest]:
    with store.writer() as batch:
        return [batch.put(data) for data in blobs]


def put_two(batch: Batch, data: bytes, path: Path) -> None:
    batch.put(data)
    batch.put_file(path)


def files(store: LocalStore, pattern: str) -> list[Path]:
    return sorted(path for path in store.path.glob(pattern) if path.is_file())


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize("data", [b"", b"small", LARGE])
def test_what_is_put_is_given_back(store: LocalStore, data: bytes) -> None:
    digest = store.put(data)
    assert digest == Digest.of(data)
    assert store.get(digest) == data
    assert store.size(digest) == len(data)
    assert store.has(digest)
    with store.open(digest) as file:
        assert file.read() == data


@pytest.mark.parametrize("data", [b"small", LARGE])
def test_bytes_whose_digest_is_known_are_kept_under_it(store: LocalStore, data: bytes) -> None:
    with store.writer() as batch:
        assert batch.put(data, Digest.of(data)) == Digest.of(data)
    assert store.get(Digest.of(data)) == data


def test_bytes_under_a_wrong_digest_are_never_given(store: LocalStore) -> None:
    with store.writer() as batch:
        batch.put(b"bytes", Digest.of(b"others"))
    with pytest.raises(IntegrityError, match="has other bytes"):
        store.get(Digest.of(b"others"))


def test_a_batch_of_small_blobs_is_one_pack(store: LocalStore) -> None:
    put_all(store, TEXTS)
    assert len(files(store, "packs/*")) == 2
    assert b"".join(TEXTS) == files(store, "packs/*.pack")[0].read_bytes()


def test_a_large_blob_is_a_file_as_it_is(store: LocalStore) -> None:
    digest = store.put(LARGE)
    path = store.path / "blobs" / digest.hex[:2] / digest.hex[2:]
    assert path.read_bytes() == LARGE
    assert files(store, "packs/*") == []


def test_a_batch_syncs_once_and_not_once_a_blob(tmp_path: Path) -> None:
    disk = FaultyDisk()
    put_all(LocalStore(tmp_path / "store", disk=disk), TEXTS)
    assert disk.acts.count("sync") == 2
    assert disk.acts.count("sync_folder") <= 4


def test_putting_what_is_there_writes_nothing(tmp_path: Path) -> None:
    put_all(LocalStore(tmp_path / "store"), [*TEXTS, LARGE])
    disk = FaultyDisk()
    again = LocalStore(tmp_path / "store", disk=disk)
    put_all(again, TEXTS + TEXTS)
    assert set(disk.acts) == {"sync_folder"}
    before = files(again, "**/*")
    again.put(LARGE)
    assert files(again, "**/*") == before


def test_a_batch_begins_a_new_pack_when_one_is_full(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_module, "PACK_BYTES", 100)
    digests = put_all(store, TEXTS)
    assert len(files(store, "packs/*.idx")) > 5
    assert [store.get(digest) for digest in digests] == TEXTS
    assert list(store.check()) == []


def test_an_empty_batch_leaves_nothing(store: LocalStore) -> None:
    put_all(store, [])
    assert not store.path.exists()


def test_an_abandoned_batch_leaves_nothing(store: LocalStore) -> None:
    with pytest.raises(InputError), store.writer() as batch:
        put_two(batch, b"never", store.path / "gone")
    assert files(store, "**/*") == []
    assert not store.has(Digest.of(b"never"))


def test_compressed_packs_are_smaller_and_read_by_any_store(tmp_path: Path) -> None:
    blobs = [b"word " * 500, os.urandom(500), LARGE]
    digests = put_all(LocalStore(tmp_path, compress=True), blobs)
    plain = LocalStore(tmp_path)
    assert [plain.get(digest) for digest in digests] == blobs
    assert files(plain, "packs/*.pack")[0].stat().st_size < 1_000
    assert [plain.size(digest) for digest in digests] == list(map(len, blobs))
    assert list(plain.check()) == []


@pytest.mark.parametrize("size", [0, 10, SMALL_BYTES - 1, SMALL_BYTES, 3 * SMALL_BYTES])
def test_a_file_is_kept_as_its_bytes(store: LocalStore, tmp_path: Path, size: int) -> None:
    (tmp_path / "source").write_bytes(LARGE[:10] * (size // 10) + b"x" * (size % 10))
    digest = store.put_file(tmp_path / "source")
    assert store.get(digest) == (tmp_path / "source").read_bytes()
    assert bool(files(store, "blobs/*/*")) == (size >= SMALL_BYTES)


@pytest.mark.parametrize("size", [2_000, SMALL_BYTES + 10])
def test_a_file_that_grows_while_it_is_read_is_kept_whole(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    (tmp_path / "source").write_bytes(LARGE[:size])
    stat = os.stat_result([0] * 10)  # it had no bytes when it was looked at
    monkeypatch.setattr(batch_module.os, "fstat", lambda _: stat)
    assert store.get(store.put_file(tmp_path / "source")) == LARGE[:size]
    assert bool(files(store, "blobs/*/*")) == (size >= SMALL_BYTES)


def test_a_source_that_is_not_there_is_the_callers_mistake(
    store: LocalStore, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"'.*gone' cannot be read: .*take it out of the sources"):
        store.put_file(tmp_path / "gone")


def test_a_source_that_fails_while_it_is_read_is_named(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "source").write_bytes(b"x")

    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(batch_module.os, "read", fail)
    with pytest.raises(InputError, match=r"source' cannot be read: Input/output error"):
        store.put_file(tmp_path / "source")


def test_memory_does_not_grow_with_a_file(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    read = os.read

    def watch(descriptor: int, count: int) -> bytes:
        seen.append(count)
        return read(descriptor, count)

    (tmp_path / "source").write_bytes(bytes(5 * SMALL_BYTES))
    monkeypatch.setattr(batch_module.os, "read", watch)
    store.put_file(tmp_path / "source")
    assert max(seen) <= 1 << 20


@pytest.mark.parametrize("act", ["get", "open", "size"])
def test_a_missing_blob_is_named(store: LocalStore, act: str) -> None:
    store.put(b"another")
    digest = Digest.of(b"missing")
    assert not store.has(digest)
    with pytest.raises(IntegrityError, match=f"Blob {digest} is not in the store. Restore it"):
        getattr(store, act)(digest)


@pytest.mark.parametrize("data", [b"small", LARGE])
@pytest.mark.parametrize("act", ["get", "open"])
def test_changed_bytes_are_never_given(store: LocalStore, data: bytes, act: str) -> None:
    digest = store.put(data)
    (path,) = files(store, "packs/*.pack") or files(store, "blobs/*/*")
    flip(path, 2)
    with pytest.raises(IntegrityError, match=f"{digest}.* has other bytes"):
        getattr(store, act)(digest)


def test_a_missing_pack_is_named(store: LocalStore) -> None:
    digest = store.put(b"small")
    (path,) = files(store, "packs/*.pack")
    path.unlink()
    with pytest.raises(
        IntegrityError, match=f"{digest} is missing: there is no 'packs/{path.name}'"
    ):
        store.get(digest)


def test_a_pack_that_was_replaced_meanwhile_is_found_again(tmp_path: Path) -> None:
    writer, reader = LocalStore(tmp_path), LocalStore(tmp_path)
    digests = put_all(writer, TEXTS)
    assert reader.get(digests[0]) == TEXTS[0]
    writer.delete(digests[1])
    assert reader.get(digests[2]) == TEXTS[2]
    writer.delete(*digests[3:])
    with pytest.raises(IntegrityError, match="is not in the store"):
        reader.get(digests[4])


def test_a_pack_that_vanishes_while_it_is_listed_is_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warrant.kernel import shelf

    writer = LocalStore(tmp_path)
    digests = put_all(writer, TEXTS)
    load, calls = shelf.load_index, []

    def replaced_in_between(path: Path) -> object:
        calls.append(path)
        if len(calls) == 1:
            monkeypatch.setattr(shelf, "load_index", load)
            writer.delete(digests[0])
        return load(path)

    monkeypatch.setattr(shelf, "load_index", replaced_in_between)
    assert LocalStore(tmp_path).get(digests[1]) == TEXTS[1]


def test_another_stores_writing_is_seen(tmp_path: Path) -> None:
    reader = LocalStore(tmp_path)
    assert not reader.has(Digest.of(b"later"))
    LocalStore(tmp_path).put(b"later")
    assert reader.get(Digest.of(b"later")) == b"later"


def test_every_blob_is_listed_once_and_sorted(store: LocalStore) -> None:
    digests = put_all(store, [*TEXTS, LARGE])
    store.put(b"one more")
    assert list(store.iterate()) == sorted({*digests, Digest.of(b"one more")})


def test_deleted_blobs_are_in_no_file(store: LocalStore) -> None:
    digests = put_all(store, [*TEXTS, LARGE])
    other = store.put(b"in a pack of its own")
    store.delete(digests[7], digests[-1], other, Digest.of(b"never there"))
    store.delete(digests[7])
    everything = b"".join(path.read_bytes() for path in files(store, "**/*"))
    assert TEXTS[7] not in everything
    assert LARGE not in everything
    assert digests[7].raw not in everything
    kept = [*digests[:7], *digests[8:-1]]
    assert list(store.iterate()) == sorted(kept)
    assert [store.get(digest) for digest in kept] == [*TEXTS[:7], *TEXTS[8:]]
    assert not store.has(digests[7])
    assert list(store.check()) == []


def test_a_blob_that_lies_in_two_packs_is_deleted_from_both(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    put_all(store, [b"twice", b"a"])
    put_all(LocalStore(tmp_path / "other"), [b"twice", b"b"])
    for path in (tmp_path / "other" / "packs").iterdir():
        shutil.copy(path, store.path / "packs")
    assert list(store.check()) == []
    store.delete(Digest.of(b"twice"))
    assert list(store.iterate()) == sorted([Digest.of(b"a"), Digest.of(b"b")])


def test_deletion_keeps_compressed_blobs_as_they_are(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, compress=True)
    digests = put_all(store, [b"word %d " % number * 100 for number in range(5)])
    store.delete(digests[2])
    assert store.get(digests[3]) == b"word 3 " * 100
    assert list(store.check()) == []


def test_a_layout_is_kept_and_replaced(store: LocalStore) -> None:
    dataset = Digest.of(b"manifest")
    for rows in (1, 2):
        layout = Layout(dataset, Digest.of(b"c"), (Shard(rows, Digest.of(b"s"), 4),))
        store.set_layout(layout)
        assert store.layout(dataset) == layout
    assert list(store.layouts()) == [dataset]


def test_a_missing_or_foreign_layout_is_named(store: LocalStore) -> None:
    one, other = Digest.of(b"1"), Digest.of(b"2")
    with pytest.raises(IntegrityError, match=f"{one} has no layout: 'layouts/{one.hex}.json'"):
        store.layout(one)
    store.set_layout(Layout(other, Digest.of(b"c"), ()))
    folder = store.path / "layouts"
    (folder / f"{other.hex}.json").rename(folder / f"{one.hex}.json")
    with pytest.raises(IntegrityError, match=f"is the layout of {other}"):
        store.layout(one)


def test_what_killed_writers_left_is_swept_and_nothing_else(store: LocalStore) -> None:
    digest = store.put(b"kept")
    packs = store.path / "packs"
    (packs / "tmp-1").write_bytes(b"x")
    (packs / ("a" * 32 + ".pack")).write_bytes(b"x")
    (store.path / "blobs").mkdir()
    (store.path / "blobs" / "tmp-2").write_bytes(b"x")
    assert store.sweep() == ["blobs/tmp-2", f"packs/{'a' * 32}.pack", "packs/tmp-1"]
    assert store.sweep() == []
    assert store.get(digest) == b"kept"


def test_a_full_disk_is_told_by_a_batch(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, disk=FaultyDisk(at=2, error=28))
    with pytest.raises(OutsideError, match="The disk is full"), store.writer() as batch:
        batch.put(LARGE)
