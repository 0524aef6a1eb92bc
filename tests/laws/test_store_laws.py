"""Laws of store, pack, layout and file tree, as their docstrings state them."""

from __future__ import annotations

import tempfile
import time
from hashlib import sha256
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from warrant.kernel.digest import Digest
from warrant.kernel.filetree import StatCache, scan_files
from warrant.kernel.layout import Layout, Shard, decode_layout, encode_layout
from warrant.kernel.pack import PLAIN, ZLIB, Entry, encode_index, index_name, read_index
from warrant.kernel.store import LocalStore

BLOBS = st.lists(st.binary(max_size=200), max_size=12)
COUNTS = st.integers(0, 2**40)
DIGESTS = st.binary(max_size=4).map(Digest.of)
ENTRIES = st.lists(
    st.builds(
        Entry,
        st.binary(min_size=32, max_size=32),
        COUNTS,
        COUNTS,
        COUNTS,
        st.sampled_from([PLAIN, ZLIB]),
    ),
    unique_by=lambda entry: entry.digest,
)


@given(blobs=BLOBS, compress=st.booleans())
def test_what_is_put_is_given_back_and_put_again_writes_nothing(
    blobs: list[bytes], compress: bool
) -> None:
    """Law of `kernel.store`: `store.get(store.put(data)) == data`.

    Law of `kernel.store`: putting what is there writes nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        store = LocalStore(Path(folder), compress=compress)
        for _ in range(2):
            with store.writer() as batch:
                digests = [batch.put(data) for data in blobs]
            files = sorted(path.name for path in Path(folder).rglob("*.*"))
            assert len(files) == (2 if blobs else 0)
        assert [store.get(digest) for digest in digests] == blobs
        assert list(store.iterate()) == sorted(set(digests))
        assert list(store.check()) == []


@given(blobs=BLOBS, data=st.data())
def test_deleting_some_keeps_the_others(blobs: list[bytes], data: st.DataObject) -> None:
    gone = set(data.draw(st.lists(st.sampled_from(blobs)))) if blobs else set()
    with tempfile.TemporaryDirectory() as folder:
        store = LocalStore(Path(folder))
        with store.writer() as batch:
            for blob in blobs:
                batch.put(blob)
        store.delete(*map(Digest.of, gone))
        kept = {Digest.of(blob) for blob in set(blobs) - gone}
        assert list(LocalStore(Path(folder)).iterate()) == sorted(kept)
        assert list(store.check()) == []


@given(entries=ENTRIES)
def test_an_index_holds_exactly_its_entries(entries: list[Entry]) -> None:
    """Law of `kernel.pack`: `read_index(encode_index(entries))` holds exactly those entries."""
    data = encode_index(entries)
    index = read_index(index_name(data), data)
    assert sorted(index.entries()) == sorted(entries)
    assert data[-32:] == sha256(data[:-32]).digest()


@given(
    dataset=DIGESTS,
    commitments=DIGESTS,
    shards=st.lists(st.builds(Shard, COUNTS, DIGESTS, COUNTS), max_size=4),
)
def test_a_layout_is_read_as_it_was_written(
    dataset: Digest, commitments: Digest, shards: list[Shard]
) -> None:
    """Law of `kernel.layout`: `decode_layout(encode_layout(layout)) == layout`."""
    layout = Layout(dataset, commitments, tuple(shards))
    assert decode_layout(encode_layout(layout)) == layout


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["a", "b", "c/d"]), st.none() | st.binary(max_size=3)),
        max_size=8,
    ),
    hours_behind=st.integers(0, 2),
)
def test_a_cache_never_changes_what_is_found(
    steps: list[tuple[str, bytes | None]], hours_behind: int
) -> None:
    """Law of `kernel.filetree`: `scan_files` with a cache gives what it gives without one.

    Also when the clock was set back.
    """

    def now_ns() -> int:
        return time.time_ns() - hours_behind * 3_600_000_000_000

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        (root / "c").mkdir(parents=True)
        cache = StatCache(Path(folder) / "index.db")
        try:
            for name, data in steps:
                if data is None:
                    (root / name).unlink(missing_ok=True)
                else:
                    (root / name).write_bytes(data)
                assert scan_files(root, cache, now_ns=now_ns) == scan_files(root)
        finally:
            cache.close()
