from __future__ import annotations

import threading
from pathlib import Path

import pytest

from warrant.errors import Busy, InputError, OutsideError
from warrant.kernel.lock import Claim, FileLock


def test_one_is_inside_at_a_time(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock", wait_s=0)
    with first, pytest.raises(Busy, match="is held by process"), second:
        pytest.fail("two are inside")
    with second:
        assert (tmp_path / "lock").exists()


def test_the_second_waits_for_the_first_and_is_told_once(tmp_path: Path) -> None:
    said: list[str] = []
    first = FileLock(tmp_path / "lock", Claim("warrant run", "2026-01-02T03:04:05Z"))
    second = FileLock(tmp_path / "lock", Claim("warrant status"), tell=said.append)
    first.__enter__()
    timer = threading.Timer(0.2, lambda: None)
    timer.start()

    def leave_soon(sentence: str) -> None:
        said.append(sentence)
        timer.join()
        first.__exit__(None, None, None)

    second._tell = leave_soon
    with second:
        assert "'warrant status'" in second.holder()
    assert len(said) == 1
    assert said[0].startswith("Waiting up to 10 s for process ")
    assert said[0].endswith("'warrant run', since 2026-01-02T03:04:05Z.")


def test_the_second_waits_in_silence_when_nobody_listens(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock", wait_s=0.2)
    with first, pytest.raises(Busy, match="is held by"), second:
        pytest.fail("two are inside")
    assert "'writing'" in first.holder()


def test_a_thread_enters_its_own_lock_again(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    with lock, lock:
        assert "'writing'" in lock.holder()
    other = FileLock(tmp_path / "lock", wait_s=0)
    with lock:
        with lock:
            pass
        with pytest.raises(Busy, match="Wait until it is done"), other:
            pytest.fail("two are inside")


def test_another_thread_waits_for_the_same_lock(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock", wait_s=0.05)
    refused: list[Busy] = []

    def try_it() -> None:
        try:
            with lock:
                pass
        except Busy as error:
            refused.append(error)

    with lock:
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert len(refused) == 1


@pytest.mark.parametrize("said", [b"", b"{", b"[]", b'{"pid":"x","host":1,"command":2}', b"\xff"])
def test_a_holder_that_has_not_said_who_it_is_is_another_process(
    tmp_path: Path, said: bytes
) -> None:
    (tmp_path / "lock").write_bytes(said)
    assert FileLock(tmp_path / "lock").holder() == "another process"


def test_nobody_has_held_a_lock_without_a_file(tmp_path: Path) -> None:
    assert FileLock(tmp_path / "lock").holder() == "another process"


def test_a_lock_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    with (
        pytest.raises((InputError, OutsideError), match="lock"),
        FileLock(tmp_path / "missing" / "lock"),
    ):
        pytest.fail("it was made")
