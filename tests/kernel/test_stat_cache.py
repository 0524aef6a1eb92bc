"""The stat cache trusts only what cannot have changed unseen."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from warrant.errors import InputError
from warrant.kernel import stat_cache
from warrant.kernel.digest import Digest
from warrant.kernel.stat_cache import RACE_NS, Found, StatCache


def _later() -> int:
    return time.time_ns() + 2 * RACE_NS


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"weights")
    return path


def test_an_unchanged_file_is_hashed_once(path: Path) -> None:
    cache = StatCache(now_ns=_later)
    assert cache.digest(path) == Found(Digest.of(b"weights"), is_hashed_now=True)
    assert cache.digest(path) == Found(Digest.of(b"weights"), is_hashed_now=False)


def test_a_file_written_just_before_is_hashed_again(path: Path) -> None:
    cache = StatCache()
    for _ in range(2):
        assert cache.digest(path).is_hashed_now


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(b"Weights"),
        lambda path: path.write_bytes(b"weights and more"),
        lambda path: (path.rename(path.with_name("old")), path.write_bytes(b"another")),
    ],
    ids=["bytes", "size", "replaced"],
)
def test_a_changed_file_is_hashed_again(path: Path, change: Callable[[Path], object]) -> None:
    cache = StatCache(now_ns=_later)
    cache.digest(path)
    before = path.stat()
    time.sleep(0.02)  # more than a tick of the clock that stamps files
    change(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # ctime still tells
    assert cache.digest(path) == Found(Digest.of(path.read_bytes()), is_hashed_now=True)


def test_a_file_that_changes_while_it_is_read_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hash_and_write(read: Path) -> Digest:
        read.write_bytes(b"longer than before")
        return Digest.of(b"")

    monkeypatch.setattr(stat_cache, "hash_file", hash_and_write)
    with pytest.raises(InputError) as caught:
        StatCache().digest(path)
    assert str(caught.value) == (
        f"File '{path}' was changed while it was read. "
        "Let the program that writes it finish, then run again."
    )


def test_a_cache_is_written_and_read_back(path: Path) -> None:
    cache = StatCache(now_ns=_later)
    cache.digest(path)
    again = StatCache.parse(cache.to_bytes())
    assert again.known == cache.known
    assert not again.digest(path).is_hashed_now


def test_another_file_is_no_cache() -> None:
    with pytest.raises(InputError, match="stat cache is not as the format says"):
        StatCache.parse(b"{}")
