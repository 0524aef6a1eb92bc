from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from warrant.errors import InputError, OutsideError
from warrant.kernel.digest import Digest, hash_file
from warrant.kernel.filetree import RACY_NS, FoundFile, StatCache, scan_files

HOUR_NS = 3_600_000_000_000


class Reader:
    def __init__(self) -> None:
        self.paths: list[str] = []

    def __call__(self, path: str) -> Digest:
        self.paths.append(Path(path).name)
        return hash_file(path)


@pytest.fixture(name="cache")
def _cache(tmp_path: Path) -> Iterator[StatCache]:
    cache = StatCache(tmp_path / "index.db")
    yield cache
    cache.close()


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    for name in ("a/1.txt", "a/2.txt", "a-b/3.txt", "é.txt", ".warrant/own", "a/.warrant/own"):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "root"


def later() -> int:
    """A clock that is an hour ahead, so that no file is racy."""
    import time

    return time.time_ns() + HOUR_NS


def scan(root: Path, cache: StatCache | None) -> tuple[list[FoundFile], list[str]]:
    reader = Reader()
    found = scan_files(root, cache, read=reader, now_ns=later)
    return found, sorted(reader.paths)


def test_every_file_is_listed_sorted_with_size_and_digest(root: Path) -> None:
    assert scan_files(root) == [
        FoundFile(name, len(name.encode()), Digest.of(name.encode()))
        for name in ("a-b/3.txt", "a/1.txt", "a/2.txt", "é.txt")
    ]


def test_an_unchanged_file_is_not_read_again(root: Path, cache: StatCache) -> None:
    first, read = scan(root, cache)
    assert len(read) == 4
    assert scan(root, cache) == (first, [])


def test_a_changed_file_is_read_again(root: Path, cache: StatCache) -> None:
    scan(root, cache)
    (root / "a" / "1.txt").write_bytes(b"changed")
    found, read = scan(root, cache)
    assert read == ["1.txt"]
    assert FoundFile("a/1.txt", 7, Digest.of(b"changed")) in found


def test_a_file_whose_time_was_set_back_is_read_again(root: Path, cache: StatCache) -> None:
    scan(root, cache)
    path = root / "a" / "1.txt"
    before = path.stat()
    path.write_bytes(b"A/1.txt")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    found, read = scan(root, cache)
    assert read == ["1.txt"]
    assert found == scan_files(root)


def test_a_racily_clean_file_is_read_again(root: Path, cache: StatCache) -> None:
    for clock in (lambda: (root / "é.txt").stat().st_ctime_ns + RACY_NS // 2, lambda: 0):
        for _ in range(2):
            reader = Reader()
            scan_files(root, cache, read=reader, now_ns=clock)
            assert len(reader.paths) == 4


def test_a_file_that_changes_while_it_is_read_is_read_again(root: Path, cache: StatCache) -> None:
    def read(path: str) -> Digest:
        digest = hash_file(path)
        if path.endswith("1.txt"):
            Path(path).write_bytes(b"longer than it was")
        return digest

    scan_files(root, cache, read=read, now_ns=later)
    assert scan(root, cache)[1] == ["1.txt"]


def test_a_removed_file_is_forgotten(root: Path, cache: StatCache) -> None:
    scan(root, cache)
    (root / "a" / "1.txt").unlink()
    assert "a/1.txt" not in [one.path for one in scan(root, cache)[0]]
    assert list(cache.known(os.path.realpath(root / "a"))) == ["2.txt"]


def test_bytes_that_the_store_has_lost_are_read_again(root: Path, cache: StatCache) -> None:
    scan(root, cache)
    reader = Reader()
    lost = Digest.of(b"a/1.txt")
    scan_files(root, cache, read=reader, is_held=lambda one: one != lost, now_ns=later)
    assert reader.paths == ["1.txt"]
    assert scan(root, cache)[1] == []


def test_names_to_skip_are_the_callers(root: Path) -> None:
    assert [one.path for one in scan_files(root, skip={"a", "é.txt"})] == [
        ".warrant/own",
        "a-b/3.txt",
    ]


@pytest.mark.skipif(os.name != "posix", reason="Windows asks for rights to make links")
def test_a_link_to_a_file_is_the_file(root: Path, tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"target")
    (root / "link").symlink_to(tmp_path / "target")
    assert FoundFile("link", 6, Digest.of(b"target")) in scan_files(root)


@pytest.mark.skipif(os.name != "posix", reason="Windows asks for rights to make links")
def test_a_link_to_a_folder_is_refused(root: Path) -> None:
    (root / "link").symlink_to(root / "a")
    with pytest.raises(InputError, match=r"link' is a link to a folder. Take it out, or name its"):
        scan_files(root)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no pipes in folders")
def test_a_pipe_is_refused(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with pytest.raises(InputError, match="pipe' is neither file nor folder"):
        scan_files(root)


@pytest.mark.skipif(os.name != "posix", reason="Windows asks for rights to make links")
def test_a_link_to_nothing_is_refused(root: Path) -> None:
    (root / "link").symlink_to(root / "nothing")
    with pytest.raises(InputError, match="link' cannot be read: No such file"):
        scan_files(root)


@pytest.mark.skipif(os.name != "posix", reason="Windows names are text")
def test_a_name_that_is_not_text_is_refused(root: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(root) + b"/\xff")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes only text")
    with pytest.raises(InputError, match=r"\\xff' is not UTF-8. Rename the file"):
        scan_files(root)


def test_a_missing_folder_is_named(root: Path) -> None:
    with pytest.raises(InputError, match=r"gone' cannot be read: .*take it out of the sources"):
        scan_files(root / "gone")


def test_a_file_that_vanishes_is_named(root: Path) -> None:
    def read(path: str) -> Digest:
        Path(path).unlink()
        return Digest.of(b"")

    with pytest.raises(InputError, match="cannot be read: No such file"):
        scan_files(root, read=read)


def test_a_damaged_index_says_how_to_make_it_anew(tmp_path: Path) -> None:
    (tmp_path / "index.db").write_bytes(b"nothing like a database" * 99)
    with pytest.raises(OutsideError, match=r"cannot be used: .* Run: warrant rebuild"):
        StatCache(tmp_path / "index.db")
    with pytest.raises(OutsideError, match="warrant rebuild"):
        StatCache(tmp_path / "gone" / "index.db")


def test_a_failed_write_keeps_what_was_known(root: Path, cache: StatCache) -> None:
    scan(root, cache)
    folder = os.path.realpath(root / "a")
    known = cache.known(folder)
    with pytest.raises(sqlite3.ProgrammingError):
        cache.replace(folder, {"x": ((1, 2, 3, object()), b"")})  # type: ignore[dict-item]
    assert cache.known(folder) == known


def test_a_closed_cache_is_our_own_mistake(cache: StatCache) -> None:
    cache.close()
    with pytest.raises(sqlite3.ProgrammingError):
        cache.known("x")
