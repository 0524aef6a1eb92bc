from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.faults.faulty_disk import ANSWER_LOST, FaultyDisk
from warrant.errors import InputError, OutsideError
from warrant.kernel import durable
from warrant.kernel.disk import LOCAL, free_bytes
from warrant.kernel.durable import Draft, explained, require_free, sweep, write_file, write_files


def test_a_written_file_is_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [one.name for one in path.parent.iterdir()] == ["file"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_a_private_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_file(tmp_path / "folder" / "secret", b"x", private=True)
    assert (tmp_path / "folder" / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o700


def test_each_file_is_synced_before_it_gets_its_name_and_the_folder_after(tmp_path: Path) -> None:
    disk = FaultyDisk()
    write_file(tmp_path / "file", b"x", disk)
    assert disk.acts == ["create", "write", "sync", "rename", "sync_folder"]


def test_many_files_are_written_before_the_first_is_synced(tmp_path: Path) -> None:
    disk = FaultyDisk()
    write_files([(tmp_path / name, name.encode()) for name in "ab"], disk)
    files = ["create", "write"] * 2 + ["sync"] * 2 + ["rename"] * 2
    assert disk.acts == [*files, "sync_folder"]
    assert (tmp_path / "a").read_bytes() == b"a"


def test_a_failed_write_keeps_the_old_file_and_cleans_up(tmp_path: Path) -> None:
    write_file(tmp_path / "file", b"old")
    with pytest.raises(OutsideError, match=r"'.*file' could not be written: made to fail"):
        write_file(tmp_path / "file", b"new", FaultyDisk(at=2))
    assert (tmp_path / "file").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_failed_files_are_not_named_and_are_cleaned_up(tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match=r"could not be written"):
        write_files([(tmp_path / "a", b"a"), (tmp_path / "b", b"b")], FaultyDisk(at=5))
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    disk = FaultyDisk(at=1, is_killed=True, how=ANSWER_LOST)
    with pytest.raises(OutsideError, match="nothing committed is lost"):
        write_file(tmp_path / "deep" / "file", b"x", disk)
    (tmp_path / "other").write_bytes(b"x")
    assert [path.name[:4] for path in sweep(tmp_path)] == ["tmp-"]
    assert sweep(tmp_path) == []
    assert (tmp_path / "other").exists()


def test_where_nobody_sweeps_the_next_writer_takes_the_draft_over(tmp_path: Path) -> None:
    disk = FaultyDisk(at=2, is_killed=True, how=ANSWER_LOST)
    with pytest.raises(OutsideError, match="nothing committed is lost"):
        write_file(tmp_path / "card.md", b"half", disk, swept=False)
    assert [path.name for path in tmp_path.iterdir()] == ["tmp-card.md"]
    write_file(tmp_path / "card.md", b"whole", swept=False)
    assert [path.name for path in tmp_path.iterdir()] == ["card.md"]
    assert (tmp_path / "card.md").read_bytes() == b"whole"


def test_a_draft_writes_in_large_pieces(tmp_path: Path) -> None:
    disk = FaultyDisk()
    with Draft(tmp_path, disk) as draft:
        for _ in range(5):
            draft.write(bytes(durable.BUFFER_BYTES // 2))
        assert draft.size == 5 * durable.BUFFER_BYTES // 2
        draft.publish(tmp_path / "file")
    assert disk.acts.count("write") == 3
    assert (tmp_path / "file").stat().st_size == draft.size


def test_a_draft_that_was_not_published_is_gone(tmp_path: Path) -> None:
    with Draft(tmp_path) as draft:
        draft.write(b"x")
        draft.discard()
    with pytest.raises(OSError, match="made to fail"):
        Draft(tmp_path, FaultyDisk(at=0))
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_needs_no_write(tmp_path: Path) -> None:
    disk = FaultyDisk()
    with Draft(tmp_path, disk) as draft:
        draft.publish(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b""
    assert disk.acts == ["create", "sync", "rename"]


@pytest.mark.parametrize(
    ("number", "kind", "message"),
    [
        (
            errno.ENOSPC,
            OutsideError,
            "The disk is full: 'x' could not be written. Free some disk space and run the same "
            "command again; nothing committed is lost.",
        ),
        (
            errno.EROFS,
            InputError,
            f"'x' cannot be written: {os.strerror(errno.EROFS)}. Give this account the right to "
            "write there, or use a workspace elsewhere.",
        ),
        (
            errno.EIO,
            OutsideError,
            f"'x' could not be written: {os.strerror(errno.EIO)}. Check the disk and run the same "
            "command again; nothing committed is lost.",
        ),
    ],
)
def test_an_error_of_the_system_says_what_to_do(
    number: int, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as raised, explained(Path("x")):
        raise OSError(number, os.strerror(number))
    assert str(raised.value) == message


def test_an_error_without_a_number_is_told_too() -> None:
    with (
        pytest.raises(OutsideError, match="'x' could not be written: no number"),
        explained(Path("x")),
    ):
        raise OSError("no number")


def test_too_little_disk_is_said_before_the_work(tmp_path: Path) -> None:
    require_free(tmp_path / "not" / "yet", 1)
    assert free_bytes(tmp_path / "not" / "yet") > 0
    with pytest.raises(OutsideError, match=r"needs 1,000,000,000,000 MB of free disk, .* are free"):
        require_free(tmp_path, 10**18)


def test_folders_are_removed_when_empty_and_never_otherwise(tmp_path: Path) -> None:
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    with pytest.raises(OSError, match="not empty"):
        LOCAL.remove_folder(tmp_path / "folder")
    LOCAL.remove_folder(tmp_path / "folder" / "inner")
    assert list((tmp_path / "folder").iterdir()) == []
