"""Every write of the kernel fails both ways; nothing committed is lost and the next one works."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.faulty_disk import FaultyDisk, ways_to_fail
from warrant.errors import InputError, OutsideError, WarrantError
from warrant.kernel.digest import Digest
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.layout import Layout, Shard
from warrant.kernel.log import Log
from warrant.kernel.pack import SMALL_BYTES
from warrant.kernel.store import LocalStore
from warrant.kernel.vault import Vault

OLD = [b"old %d" % number * 9 for number in range(5)]
NEW = [b"new %d" % number * 9 for number in range(5)] + [bytes(SMALL_BYTES + 1)]
DATASET = Digest.of(b"dataset")
SIGNER = Ed25519Signer.generate()
LEAVES = [b'{"n":%d}' % number for number in range(900)]

Act = Callable[[Path, FaultyDisk], object]


def layout_of(rows: int) -> Layout:
    data = bytes(rows)
    return Layout(DATASET, Digest.of(bytes(32 * rows)), (Shard(rows, Digest.of(data), rows),))


def put_layout_blobs(store: LocalStore, rows: int) -> None:
    with store.writer() as batch:
        batch.put(bytes(32 * rows))
        batch.put(bytes(rows))


def put_batch(folder: Path, disk: FaultyDisk) -> None:
    with LocalStore(folder / "store", disk=disk).writer() as batch:
        for data in NEW:
            batch.put(data)


def delete_blobs(folder: Path, disk: FaultyDisk) -> None:
    store = LocalStore(folder / "store", disk=disk)
    store.delete(Digest.of(OLD[1]), Digest.of(bytes(SMALL_BYTES)))


def replace_layout(folder: Path, disk: FaultyDisk) -> None:
    LocalStore(folder / "store", disk=disk).set_layout(layout_of(7))


def append_leaves(folder: Path, disk: FaultyDisk) -> None:
    Log(folder / "log", disk=disk).append(LEAVES[300:], SIGNER)


def open_log(folder: Path, disk: FaultyDisk) -> None:
    Log(folder / "new-log", disk=disk).append(LEAVES[:3], SIGNER)


def draw_salts(folder: Path, disk: FaultyDisk) -> None:
    with Vault(folder / "vault", disk=disk) as vault:
        vault.salts_for([Digest.of(data).raw for data in NEW])


def erase_documents(folder: Path, disk: FaultyDisk) -> None:
    with Vault(folder / "vault", disk=disk) as vault:
        vault.erase([Digest.of(OLD[1]).raw])


def make_vault(folder: Path, disk: FaultyDisk) -> None:
    Vault.create(folder / "new-vault", disk=disk).close()


ACTS: list[Act] = [
    put_batch,
    delete_blobs,
    replace_layout,
    append_leaves,
    open_log,
    draw_salts,
    erase_documents,
    make_vault,
]


@pytest.fixture(name="before", scope="module")
def _before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("before")
    store = LocalStore(folder / "store")
    with store.writer() as batch:
        for data in [*OLD, bytes(SMALL_BYTES)]:
            batch.put(data)
    for rows in (3, 7):
        put_layout_blobs(store, rows)
    store.set_layout(layout_of(3))
    Log(folder / "log").append(LEAVES[:300], SIGNER)
    with Vault.create(folder / "vault", draw=bytes) as vault:
        vault.salts_for([Digest.of(data).raw for data in OLD])
    return folder


def require_nothing_lost(folder: Path, act: Act) -> None:
    store, log = LocalStore(folder / "store"), Log(folder / "log")
    for data in OLD:
        if act is not delete_blobs or data is not OLD[1]:
            assert store.get(Digest.of(data)) == data
    assert store.layout(DATASET) in (layout_of(3), layout_of(7))
    assert log.all_leaves()[:300] == LEAVES[:300]
    assert [fault for fault in store.check() if not fault.is_leftover] == []
    assert [fault for fault in log.check() if not fault.is_leftover] == []
    with Vault(folder / "vault") as vault:
        vault.check()
        salts = vault.known_salts([Digest.of(data).raw for data in OLD])
    assert set(salts) <= {bytes(32), None}
    assert salts.count(None) <= (act is erase_documents)


def require_the_next_one_works(folder: Path, act: Act) -> None:
    disk = FaultyDisk()
    LocalStore(folder / "store").sweep()
    log = Log(folder / "log")
    if act is not append_leaves or log.head().size == 300:
        if act is make_vault and (folder / "new-vault" / "vault.db").exists():
            Vault(folder / "new-vault").close()
        else:
            act(folder, disk)
    if act is append_leaves:
        log.append([b"{}"], SIGNER)
        assert log.all_leaves() == [*LEAVES, b"{}"]
    log.sweep()
    assert list(LocalStore(folder / "store").check()) == []
    assert log.check() == []


@pytest.mark.parametrize("act", ACTS)
def test_no_failing_write_loses_anything(act: Act, before: Path, tmp_path: Path) -> None:
    trial = tmp_path / "count"
    shutil.copytree(before, trial)
    counter = FaultyDisk()
    act(trial, counter)
    for number, disk in enumerate(ways_to_fail(counter.acts)):
        folder = tmp_path / str(number)
        shutil.copytree(before, folder)
        with pytest.raises(OutsideError, match=r"made to fail|dead"):
            act(folder, disk)
        require_nothing_lost(folder, act)
        require_the_next_one_works(folder, act)
        shutil.rmtree(folder)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.ENOSPC, OutsideError, "Free some"),
        (errno.EROFS, InputError, "Give this account the right"),
        (errno.EACCES, InputError, "Give this account the right"),
    ],
)
def test_a_full_or_forbidden_disk_says_what_to_do(
    act: Act, number: int, kind: type[WarrantError], words: str, before: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "work"
    shutil.copytree(before, folder)
    with pytest.raises(kind, match=words):
        act(folder, FaultyDisk(at=0, is_killed=True, error=number))
    require_nothing_lost(folder, act)
