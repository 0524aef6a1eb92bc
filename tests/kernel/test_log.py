from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.faults.faulty_disk import FaultyDisk
from warrant.errors import InputError, IntegrityError, OutsideError
from warrant.kernel import log as log_module
from warrant.kernel.keys import Ed25519Signer, P256Signer, log_origin
from warrant.kernel.log import Log, LogPosition
from warrant.kernel.log_head import Conflict, FileLogHead
from warrant.kernel.merkle import (
    EMPTY_ROOT,
    Head,
    Leaf,
    leaf_hash,
    leaf_hashes,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from warrant.kernel.note import KeyKind, VerifierKey
from warrant.kernel.proof import LogProof, verify_proof
from warrant.kernel.tlog_policy import NO_QUORUM, TlogPolicy

SIGNER = Ed25519Signer.generate()
KEY = VerifierKey(log_origin(SIGNER.public_key), KeyKind.ED25519, SIGNER.public_key)
LEAVES = [b'{"n":%d}' % number for number in range(70_000)]


@pytest.fixture(name="log")
def _log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log")


def root_at(size: int) -> bytes:
    return tree_root(leaf_hashes(LEAVES[:size]))


def names(log: Log) -> list[str]:
    found = (path for path in log.path.rglob("*") if path.is_file())
    return sorted(path.relative_to(log.path).as_posix() for path in found)


def test_a_log_that_was_never_written_is_empty(log: Log) -> None:
    assert log.note() is None
    assert log.checkpoint() is None
    assert log.head() == Head(0, EMPTY_ROOT)
    assert list(log.leaves()) == log.all_leaves() == log.check() == log.sweep() == []
    with pytest.raises(InputError, match="Index 0 is outside the tree of 0 leaves"):
        log.tlog_proof(0)


def test_leaves_stand_where_append_says(log: Log) -> None:
    assert log.append(LEAVES[:3], SIGNER) == LogPosition(0, 3, root_at(3))
    assert log.append(LEAVES[3:5], SIGNER) == LogPosition(3, 5, root_at(5))
    assert log.append([], SIGNER) == LogPosition(5, 5, root_at(5))
    assert log.all_leaves() == LEAVES[:5]
    assert list(log.leaves(1, 3)) == LEAVES[1:3]


def test_the_files_are_those_of_tlog_tiles(log: Log) -> None:
    log.append(LEAVES[:600], SIGNER)
    assert names(log) == [
        "checkpoint",
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/88",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/88",
    ]
    checkpoint = log.checkpoint()
    assert checkpoint is not None
    assert checkpoint.origin == f"warrant-log/{SIGNER.key_id[:20]}"
    assert checkpoint.head == Head(600, root_at(600)) == log.recompute()


def test_a_log_grown_in_any_steps_is_the_same_log(log: Log, tmp_path: Path) -> None:
    ends = [0, 1, 2, 255, 256, 257, 512, 65_535, 65_537]
    for start, end in pairwise(ends):
        log.append(LEAVES[start:end], SIGNER)
        assert log.head() == Head(end, root_at(end))
        assert end > 600 or log.check([KEY]) == []
    assert log.check([KEY]) == []
    once = Log(tmp_path / "once")
    once.append(LEAVES[: ends[-1]], SIGNER)
    assert names(once) == names(log)
    for name in names(log):
        assert (once.path / name).read_bytes() == (log.path / name).read_bytes()
    assert [path for path in log.path.rglob("*.p") if not any(path.iterdir())] == []


def test_every_leaf_is_proved_at_every_size(log: Log) -> None:
    log.append(LEAVES[:600], SIGNER)
    for size in (1, 2, 255, 256, 257, 600):
        for index in {0, size // 2, size - 1}:
            proof = log.inclusion_proof(index, size)
            verify_inclusion(
                Leaf(leaf_hash(LEAVES[index]), index), proof, Head(size, root_at(size))
            )
    assert log.inclusion_proof(599) == log.inclusion_proof(599, 600)


def test_growth_is_proved_between_all_sizes(log: Log) -> None:
    log.append(LEAVES[:600], SIGNER)
    for old in (1, 3, 256, 300, 600):
        for new in (old, 400, 600):
            if old <= new:
                heads = Head(old, root_at(old)), Head(new, root_at(new))
                verify_consistency(*heads, log.consistency_proof(old, new))
    assert log.consistency_proof(5) == log.consistency_proof(5, 600)
    assert log.head_at(300) == Head(300, root_at(300))
    assert log.head_at(600) == log.head()


def test_a_proof_file_convinces_a_reader_who_knows_the_log(log: Log) -> None:
    log.append(LEAVES[:300], SIGNER)
    proof = LogProof.parse(log.tlog_proof(77).to_text())
    policy = TlogPolicy((KEY,), {}, {}, NO_QUORUM)
    assert verify_proof(proof, leaf_hash(LEAVES[77]), policy).checkpoint.size == 300
    with pytest.raises(IntegrityError, match="another root"):
        verify_proof(proof, leaf_hash(LEAVES[78]), policy)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda log: log.inclusion_proof(5), "Index 5 is outside the tree of 5 leaves"),
        (lambda log: log.inclusion_proof(0, 6), "Size 6 is beyond the log of 5 leaves"),
        (lambda log: log.consistency_proof(0), "No consistency proof leads from 0 leaves to 5"),
        (lambda log: log.consistency_proof(4, 3), "No consistency proof leads from 4 leaves to 3"),
        (lambda log: log.consistency_proof(1, 9), "Size 9 is beyond the log of 5 leaves"),
        (lambda log: list(log.leaves(2, 6)), "Leaves 2 to 6 are outside the log of 5"),
        (lambda log: list(log.leaves(3, 2)), "Leaves 3 to 2 are outside the log of 5"),
    ],
)
def test_what_is_beyond_the_log_is_the_callers_mistake(
    log: Log, act: Callable[[Log], object], words: str
) -> None:
    log.append(LEAVES[:5], SIGNER)
    with pytest.raises(InputError, match=words):
        act(log)


def test_another_key_cannot_add_to_the_log(log: Log) -> None:
    log.append(LEAVES[:5], SIGNER)
    with pytest.raises(InputError, match=r"The log is 'warrant-log/.*', the key signs for"):
        log.append(LEAVES[5:6], Ed25519Signer.generate())
    with pytest.raises(InputError, match="A log is signed with an Ed25519 key"):
        log.append(LEAVES[5:6], P256Signer.generate())
    assert log.all_leaves() == LEAVES[:5]


def test_a_leaf_that_is_too_long_adds_nothing(log: Log) -> None:
    log.append(LEAVES[:5], SIGNER)
    with pytest.raises(InputError, match="at most 65535 fit"):
        log.append([LEAVES[5], bytes(65_536)], SIGNER)
    assert log.all_leaves() == LEAVES[:5]
    assert log.check([KEY]) == []


def test_a_checkpoint_that_the_key_never_signed_is_not_continued(log: Log) -> None:
    log.append(LEAVES[:5], SIGNER)
    path = log.path / "checkpoint"
    path.write_text(path.read_text("utf-8").replace("\n5\n", "\n4\n"), "utf-8")
    with pytest.raises(IntegrityError, match="does not hold"):
        log.append(LEAVES[5:6], SIGNER)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tile/0/001.p/44", "its files give the root"),
        ("tile/1/000.p/1", "its files give the root"),
        ("tile/entries/001.p/44", "does not hold the entries that the log's checkpoint covers"),
    ],
)
def test_a_damaged_edge_is_not_continued(log: Log, name: str, words: str) -> None:
    log.append(LEAVES[:300], SIGNER)
    data = (log.path / name).read_bytes()
    (log.path / name).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    before = names(log)
    with pytest.raises(IntegrityError, match=words):
        log.append(LEAVES[300:301], SIGNER)
    assert names(log) == before


def test_damaged_entries_are_not_handed_out_as_the_log(log: Log) -> None:
    log.append(LEAVES[:5], SIGNER)
    path = log.path / "tile/entries/000.p/5"
    path.write_bytes(path.read_bytes().replace(b'{"n":3}', b'{"n":9}'))
    with pytest.raises(IntegrityError, match="its files give the root"):
        log.all_leaves()
    with pytest.raises(IntegrityError, match="another root"):
        log.inclusion_proof(3)
    assert log.recompute() != log.head()


def test_two_writers_cannot_both_move_the_head(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    log.append(LEAVES[:3], SIGNER)
    other = Log(log.path)
    monkeypatch.setattr(other, "_guard", log_module.lock_of(log.path.with_name("elsewhere")))
    grow = other._grow

    def overtaken(*args: object) -> object:
        grown = grow(*args)  # type: ignore[arg-type]
        log.append(LEAVES[3:4], SIGNER)
        return grown

    monkeypatch.setattr(other, "_grow", overtaken)
    with pytest.raises(Conflict, match="was moved by another writer in the meantime"):
        other.append([b"{}"], SIGNER)
    assert log.head().size == 4


def test_a_failed_append_is_swept_by_the_next(tmp_path: Path) -> None:
    disk = FaultyDisk()
    log = Log(tmp_path / "log", disk=disk)
    log.append(LEAVES[:3], SIGNER)
    disk.at, disk.is_killed = len(disk.acts) + 12, True
    with pytest.raises(OutsideError, match="Check the disk"):
        log.append(LEAVES[3:600], SIGNER)
    disk.at = -1
    assert any(fault.is_leftover for fault in log.check())
    assert log.append(LEAVES[3:4], SIGNER).first_index == 3
    assert log.check([KEY]) == []


def test_tiles_without_a_checkpoint_are_a_lost_head_and_never_swept(log: Log) -> None:
    log.append(LEAVES[:3], SIGNER)
    (log.path / "checkpoint").unlink()
    before = names(log)
    for act in (log.sweep, lambda: log.append(LEAVES[:1], SIGNER)):
        with pytest.raises(IntegrityError, match="'checkpoint' of the log is missing"):
            act()
    assert names(log) == before


def test_a_reader_with_an_old_checkpoint_reads_the_wider_tiles(log: Log) -> None:
    class OldHead:
        def __init__(self, note: bytes) -> None:
            self._note = note

        def read(self) -> bytes:
            return self._note

        def swap(self, expected: bytes | None, new: bytes) -> None:
            raise NotImplementedError

    log.append(LEAVES[:3], SIGNER)
    reader = Log(log.path, OldHead((log.path / "checkpoint").read_bytes()))
    for end in (5, 255, 256, 700):
        log.append(LEAVES[log.head().size : end], SIGNER)
        assert reader.all_leaves() == LEAVES[:3]
        assert reader.tlog_proof(2).index == 2
        assert reader.consistency_proof(1)


def test_a_head_is_swapped_only_from_what_was_expected(tmp_path: Path) -> None:
    head = FileLogHead(tmp_path / "log" / "checkpoint")
    assert head.read() is None
    head.swap(None, b"1")
    with pytest.raises(Conflict, match="Run the same command again: it continues from the new"):
        head.swap(None, b"2")
    head.swap(b"1", b"2")
    assert head.read() == b"2"


def test_a_head_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(OutsideError, match="checkpoint"):
        FileLogHead(tmp_path / "checkpoint").read()
