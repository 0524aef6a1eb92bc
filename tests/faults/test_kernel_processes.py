"""Processes that are killed, that write at once, or that read while another writes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.outside import place_for_everyone
from warrant.errors import Busy
from warrant.kernel.digest import Digest
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.lock import Claim, FileLock
from warrant.kernel.log import Log
from warrant.kernel.log_head import FileLogHead
from warrant.kernel.store import LocalStore

SEED = bytes(range(32))

PREAMBLE = """
import sys
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from warrant.kernel.digest import Digest
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.lock import Claim, FileLock
from warrant.kernel.log import Log
from warrant.kernel.log_head import Conflict, FileLogHead
from warrant.kernel.store import LocalStore
folder, name = Path(sys.argv[1]), sys.argv[2]
signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
def say(word):
    print(word, flush=True)
"""

APPEND_FOR_EVER = """
log, store = Log(folder / "log"), LocalStore(folder / "store")
with FileLock(folder / "lock"):
    store.sweep()
    while True:
        size = log.head().size
        with store.writer() as batch:
            kept = [batch.put(b"%d" % number) for number in range(size, size + 100)]
        log.append([digest.hex.encode() for digest in kept], signer)
        say(size + 100)
"""

APPEND_TWENTY = """
log = Log(folder / "log")
for number in range(20):
    log.append([f"{name} {number}".encode()] * 7, signer)
"""

COUNT_UP = """
head, done = FileLogHead(folder / "log" / "checkpoint"), 0
while done < 50:
    old = head.read()
    try:
        head.swap(old, b"%d" % (int(old or b"0") + 1))
        done += 1
    except Conflict:
        pass
"""

HOLD = """
with FileLock(folder / "lock", Claim("warrant run", "2026-01-02T03:04:05Z")):
    say("held")
    sys.stdin.read()
"""

READ_ON = """
log, store = Log(folder / "log"), LocalStore(folder / "store")
say("reading")
while (size := log.head().size) < 3000:
    for index in {0, size // 2, size - 1} if size else ():
        log.inclusion_proof(index)
        (leaf,) = log.leaves(index, index + 1)
        digest = Digest.from_hex(leaf.decode())
        assert Digest.of(store.get(digest)) == digest
"""


def start(script: str, folder: Path, name: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + script, str(folder), name],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )


def signer() -> Ed25519Signer:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(SEED))


def finish(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_killed_writer_loses_nothing_that_it_had_told(tmp_path: Path) -> None:
    draw = random.Random(7)
    told = 0
    for _ in range(12):
        with start(APPEND_FOR_EVER, tmp_path) as writer:
            assert writer.stdout is not None
            told = max(told, int(writer.stdout.readline()))
            time.sleep(draw.random() / 20)
            os.kill(writer.pid, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
            told = max([told, *map(int, writer.stdout.read().split())])
        log, store = Log(tmp_path / "log"), LocalStore(tmp_path / "store")
        leaves = log.all_leaves()
        assert len(leaves) >= told
        assert leaves == [Digest.of(b"%d" % one).hex.encode() for one in range(len(leaves))]
        assert all(store.has(Digest.from_hex(leaf.decode())) for leaf in leaves)
        assert [fault for fault in store.check() if not fault.is_leftover] == []
        assert [fault for fault in log.check() if not fault.is_leftover] == []


def test_two_processes_that_append_at_once_lose_no_leaf(tmp_path: Path) -> None:
    writers = [start(APPEND_TWENTY, tmp_path, name) for name in "ab"]
    for writer in writers:
        finish(writer)
    leaves = Log(tmp_path / "log").all_leaves()
    expected = [f"{name} {number}".encode() for name in "ab" for number in range(20)] * 7
    assert sorted(leaves) == sorted(expected)
    for name in "ab":
        own = [leaf for leaf in leaves if leaf.startswith(name.encode())]
        assert own == [f"{name} {n}".encode() for n in range(20) for _ in range(7)]
    assert Log(tmp_path / "log").check() == []


def test_swaps_of_three_processes_are_one_after_another(tmp_path: Path) -> None:
    for writer in [start(COUNT_UP, tmp_path) for _ in range(3)]:
        finish(writer)
    assert FileLogHead(tmp_path / "log" / "checkpoint").read() == b"150"


def test_the_second_writer_waits_and_is_told_for_whom(tmp_path: Path) -> None:
    said: list[str] = []
    with start(HOLD, tmp_path) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with (
            pytest.raises(Busy, match=r"'warrant run', since 2026-01-02T03:04:05Z") as refused,
            FileLock(tmp_path / "lock", wait_s=0.3, tell=said.append),
        ):
            pytest.fail("two writers are inside")
        assert refused.value.exit_code == 75
        assert f"process {holder.pid} on" in said[0]
        assert said[0].startswith("Waiting up to 0.3 s for process")
        assert len(said) == 1
        holder.kill()
    with FileLock(tmp_path / "lock", Claim("warrant status")):
        assert len(said) == 1  # the lock has died with its holder


def test_readers_read_while_one_writes(tmp_path: Path) -> None:
    readers = [start(READ_ON, tmp_path) for _ in range(2)]
    for reader in readers:
        assert reader.stdout is not None
        reader.stdout.readline()
    log, store = Log(tmp_path / "log"), LocalStore(tmp_path / "store")
    for size in range(0, 3000, 25):
        with store.writer() as batch:
            kept = [batch.put(b"%d" % number) for number in range(size, size + 25)]
        log.append([digest.hex.encode() for digest in kept], signer())
        if size % 500 == 0:
            erased = store.put(b"to be erased %d" % size)
            store.delete(erased)
    for reader in readers:
        finish(reader)
    assert log.head().size == 3000


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to give up its rights")
def test_a_folder_that_may_not_be_written_says_so() -> None:
    script = """
import os
os.setuid(65534)
from warrant.errors import InputError
for act in (
    lambda: LocalStore(folder / "store").put(b"new"),
    lambda: FileLock(folder / "lock").__enter__(),
    lambda: Log(folder / "log").append([b"{}"], signer),
):
    try:
        act()
    except InputError as error:
        assert "Give this account the right" in str(error), error
    else:
        raise SystemExit("it was written")
assert LocalStore(folder / "store").get(Digest.of(b"here")) == b"here"
"""
    with place_for_everyone() as place:
        LocalStore(place / "store").put(b"here")
        finish(start(script, place))
