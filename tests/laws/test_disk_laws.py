"""Laws of files, locks and the head of the log, whatever fails and whoever else is there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.faulty_disk import ANSWER_LOST, HALF_DONE, NOT_DONE, FaultyDisk
from warrant.errors import OutsideError
from warrant.kernel.durable import TEMPORARY, sweep, write_file, write_files
from warrant.kernel.log_head import Conflict, FileLogHead

MANY = settings(max_examples=3 * settings.default.max_examples)
"""For a law whose cases are many and cheap."""

FEW = settings(max_examples=max(6, settings.default.max_examples // 4))
"""For a law whose cases wait for one another."""

SOME_BYTES = st.binary(max_size=8)


# --- files -------------------------------------------------------------------


@dataclass
class ForgetfulDisk(FaultyDisk):
    """A disk whose power can be cut: it forgets what was not synced, bytes as well as names."""

    unsynced: set[Path] = field(default_factory=set)
    names: dict[Path, bytes | None] = field(default_factory=dict)
    """What each name was before a rename that its folder does not know for sure yet."""

    def create(self, path: Path, *, private: bool) -> int:
        descriptor = super().create(path, private=private)
        self.unsynced.add(path)
        return descriptor

    def sync(self, path: Path) -> None:
        super().sync(path)
        self.unsynced.discard(path)

    def rename(self, source: Path, target: Path) -> None:
        before = target.read_bytes() if target.exists() else None
        try:
            super().rename(source, target)
        finally:
            if not source.exists():
                self.names.setdefault(target, before)
                if source in self.unsynced:
                    self.unsynced.add(target)

    def sync_folder(self, path: Path) -> None:
        super().sync_folder(path)
        self.names = {name: old for name, old in self.names.items() if name.parent != path}

    def cut_power(self, *, forgets_names: bool) -> None:
        """Lose what may be lost; of names, all or none."""
        for path in self.unsynced:
            if path.exists():
                path.write_bytes(b"lost: " + path.read_bytes()[:1])
        for name, old in self.names.items() if forgets_names else ():
            if old is None:
                name.unlink()
            else:
                name.write_bytes(old)


@MANY
@given(
    old=st.none() | SOME_BYTES,
    new=SOME_BYTES,
    at=st.integers(0, 8),
    how=st.sampled_from([NOT_DONE, ANSWER_LOST, HALF_DONE]),
    forgets_names=st.booleans(),
    deep=st.booleans(),
)
def test_after_a_crash_a_file_holds_the_old_bytes_or_the_new(
    old: bytes | None, new: bytes, at: int, how: str, forgets_names: bool, deep: bool
) -> None:
    """Law of `kernel.durable`: after a crash at any moment, a file written by `write_file` ..."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "deep" / "file" if deep else Path(folder) / "file"
        if old is not None:
            write_file(path, old)
        disk = ForgetfulDisk(at, how, is_killed=True)
        is_written = False
        with suppress(OutsideError):
            write_file(path, new, disk)
            is_written = True
        disk.cut_power(forgets_names=forgets_names)
        holds = path.read_bytes() if path.exists() else None
        assert holds in ({new} if is_written else {old, new})
        _check_that_sweeping_leaves(Path(folder), [path] if path.exists() else [])


@MANY
@given(
    new=st.dictionaries(st.sampled_from("abc"), SOME_BYTES, min_size=1),
    old=st.dictionaries(st.sampled_from("abc"), SOME_BYTES),
    at=st.integers(0, 16),
    how=st.sampled_from([NOT_DONE, ANSWER_LOST, HALF_DONE]),
    forgets_names=st.booleans(),
)
def test_after_a_crash_each_of_many_files_holds_the_old_bytes_or_the_new(
    new: dict[str, bytes], old: dict[str, bytes], at: int, how: str, *, forgets_names: bool
) -> None:
    with TemporaryDirectory() as folder:
        for name, data in old.items():
            write_file(Path(folder) / name, data)
        disk = ForgetfulDisk(at, how, is_killed=True)
        is_written = False
        with suppress(OutsideError):
            write_files([(Path(folder) / name, data) for name, data in new.items()], disk)
            is_written = True
        disk.cut_power(forgets_names=forgets_names)
        left = [Path(folder) / name for name in "abc" if (Path(folder) / name).exists()]
        for name, data in new.items():
            path = Path(folder) / name
            holds = path.read_bytes() if path.exists() else None
            assert holds in ({data} if is_written else {data, old.get(name)})
        _check_that_sweeping_leaves(Path(folder), left)


def _check_that_sweeping_leaves(folder: Path, expected: list[Path]) -> None:
    swept = sweep(folder)
    assert all(path.name.startswith(TEMPORARY) for path in swept)
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(expected)


# --- locks -------------------------------------------------------------------

WORKER = """
import sys
from pathlib import Path
from warrant.errors import Busy
from warrant.kernel.lock import FileLock

lock, depth = None, 0
for line in sys.stdin:
    act, _, path = line[:-1].partition(": ")
    answer = "done"
    if act == "enter":
        lock = lock if depth else FileLock(Path(path), wait_s=0)
        try:
            lock.__enter__()
            depth += 1
        except Busy:
            answer = "busy"
    for _ in range({"enter": 0, "leave": 1, "leave all": depth}[act]):
        lock.__exit__(None, None, None)
        depth -= 1
    print(answer, flush=True)
"""


class Worker:
    """A process of its own that enters and leaves locks when it is told."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, act: str, path: Path | None = None) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{act}: {path or ''}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(name="workers", scope="module")
def _workers() -> Generator[list[Worker]]:
    workers = [Worker() for _ in range(3)]
    yield workers
    for worker in workers:
        worker.kill()


ACTS = st.tuples(st.integers(0, 2), st.sampled_from(["enter", "enter", "leave"]))


@given(acts=st.lists(ACTS, max_size=20), is_killed=st.sampled_from([False] * 6 + [True]))
def test_of_many_processes_at_most_one_is_inside(
    workers: list[Worker], acts: list[tuple[int, str]], *, is_killed: bool
) -> None:
    """Law of `kernel.lock`: of two processes, at most one is inside `with FileLock(path)` at ...

    Who is inside may enter again; a process that is killed leaves no lock behind.
    """
    holder, depth = -1, 0
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lock"
        try:
            for number, act in acts:
                if act == "enter":
                    may = holder in {-1, number}
                    assert workers[number].tell("enter", path) == ("done" if may else "busy")
                    holder, depth = (number, depth + 1) if may else (holder, depth)
                elif holder == number:
                    assert workers[number].tell("leave") == "done"
                    depth -= 1
                    holder = number if depth else -1
            if is_killed and depth:
                workers[holder].kill()
                workers[holder] = Worker()
                assert workers[holder - 1].tell("enter", path) == "done"
        finally:
            for worker in workers:
                worker.tell("leave all")


# --- the head of the log -----------------------------------------------------


@FEW
@given(expected=st.lists(st.none() | SOME_BYTES, max_size=2), writers=st.integers(2, 4))
def test_of_many_swaps_that_expect_the_same_head_one_succeeds(
    expected: list[bytes | None], writers: int
) -> None:
    """Law of `kernel.log_head`: of any number of swaps that expect the same head, at most ..."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(writers) as pool:
        path = Path(folder) / "log" / "checkpoint"
        heads = [FileLogHead(path) for _ in range(writers)]
        for wanted in [None, *expected]:
            before = heads[0].read()
            start = Barrier(writers)

            def swap(number: int, wanted: bytes | None = wanted, start: Barrier = start) -> bool:
                start.wait()
                try:
                    heads[number].swap(wanted, b"by %d" % number)
                except Conflict:
                    return False
                return True

            done = [
                number for number, is_done in enumerate(pool.map(swap, range(writers))) if is_done
            ]
            assert len(done) == (1 if wanted == before else 0)
            assert heads[0].read() == (b"by %d" % done[0] if done else before)


@MANY
@given(
    swaps=st.lists(
        st.tuples(
            st.booleans(),
            st.none() | SOME_BYTES,
            SOME_BYTES,
            st.integers(-1, 5),
            st.sampled_from([NOT_DONE, ANSWER_LOST]),
        ),
        max_size=5,
    )
)
def test_a_swap_replaces_exactly_what_it_expected_or_changes_nothing(
    swaps: list[tuple[bool, bytes | None, bytes, int, str]],
) -> None:
    """After another error than a conflict, either has happened."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoint"
        for knows, other, new, at, how in swaps:
            before = FileLogHead(path).read()
            expected = before if knows else other
            allowed: set[bytes | None] = {before}
            try:
                FileLogHead(path, disk=FaultyDisk(at, how)).swap(expected, new)
                allowed = {new}
                assert expected == before
            except Conflict:
                assert expected != before
            except OutsideError:
                assert expected == before
                allowed = {before, new}
            assert FileLogHead(path).read() in allowed
