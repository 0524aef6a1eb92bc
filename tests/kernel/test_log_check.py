from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from warrant.errors import IntegrityError
from warrant.kernel import log_check
from warrant.kernel.keys import Ed25519Signer, log_origin
from warrant.kernel.log import Log
from warrant.kernel.note import KeyKind, Note, VerifierKey, cosign_note

SIGNER = Ed25519Signer.generate()
WITNESS = Ed25519Signer.generate()
KEY = VerifierKey(log_origin(SIGNER.public_key), KeyKind.ED25519, SIGNER.public_key)
LEAVES = [b'{"n":%d}' % number for number in range(600)]


@pytest.fixture(name="log")
def _log(tmp_path: Path) -> Log:
    log = Log(tmp_path / "log")
    log.append(LEAVES, SIGNER)
    return log


def flip(path: Path, at: int, bits: int = 0xFF) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= bits
    path.write_bytes(data)


@pytest.mark.parametrize("bits", [0x01, 0xFF])
def test_a_changed_byte_anywhere_names_the_file(log: Log, bits: int) -> None:
    for path in [path for path in log.path.rglob("*") if path.is_file()]:
        size = path.stat().st_size
        for at in sorted({0, 1, size - 1, *range(0, size, max(1, size // 25))}):
            flip(path, at, bits)
            found = log.check([KEY])
            name = path.relative_to(log.path).as_posix()
            assert [fault.file for fault in found] == [name], f"{name} at {at}"
            assert not found[0].is_leftover
            flip(path, at, bits)
    assert log.check([KEY]) == []


@pytest.mark.parametrize(
    "name", ["tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/001"]
)
def test_a_missing_file_is_named(log: Log, name: str) -> None:
    (log.path / name).unlink()
    (fault,) = log.check([KEY])
    assert str(fault) == (
        f"'{name}' of the log is missing. Keep it as evidence and restore the log from a backup."
    )


def test_a_tile_cut_short_is_named(log: Log) -> None:
    path = log.path / "tile/0/001"
    path.write_bytes(path.read_bytes()[:-5])
    (fault,) = log.check()
    assert fault.what == "'tile/0/001' of the log does not hold the hashes of what lies beneath it."


def test_entries_cut_short_are_named(log: Log) -> None:
    path = log.path / "tile/entries/002.p/88"
    path.write_bytes(path.read_bytes()[:-1])
    (fault,) = log.check()
    assert fault.what == "'tile/entries/002.p/88' of the log does not hold 88 whole entries."


def test_a_truncated_log_is_one_fault(log: Log) -> None:
    shutil.rmtree(log.path / "tile/entries/002.p")
    (fault,) = log.check([KEY])
    assert fault.what == (
        "Log is truncated: its checkpoint covers 600 entries in 3 files, 2 are there, the last "
        "one is number 2."
    )


def test_a_log_with_too_many_gaps_is_one_fault(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_check, "_MANY_GAPS", 0)
    (log.path / "tile/entries/000").unlink()
    (fault,) = log.check()
    assert fault.what.startswith("Log is truncated")


def test_entries_and_tile_lost_together_are_both_named(log: Log) -> None:
    for name in ("tile/entries/001", "tile/0/001"):
        (log.path / name).unlink()
    assert [fault.file for fault in log.check()] == ["tile/0/001", "tile/entries/001"]


def test_entries_and_tile_changed_together_are_named(log: Log) -> None:
    flip(log.path / "tile/entries/001", 9)
    flip(log.path / "tile/0/000", 9)
    files = [fault.file for fault in log.check()]
    assert "tile/entries/001" in files
    assert "tile/0/000" in files


def test_a_checkpoint_that_fits_no_file_is_named(log: Log, tmp_path: Path) -> None:
    other = Log(tmp_path / "other")
    other.append([b"x", *LEAVES[1:]], SIGNER)
    shutil.copy(other.path / "checkpoint", log.path / "checkpoint")
    (fault,) = log.check([KEY])
    assert fault.what == (
        "'checkpoint' of the log promises another root than entries and tiles give."
    )


def test_a_missing_checkpoint_is_named(log: Log) -> None:
    (log.path / "checkpoint").unlink()
    (fault,) = log.check()
    assert fault.what == "'checkpoint' of the log is missing."


def test_leftovers_of_a_log_that_was_never_written_are_leftovers(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "tmp-1").write_bytes(b"")
    (fault,) = Log(tmp_path / "log").check()
    assert fault.is_leftover
    assert Log(tmp_path / "log").sweep() == ["tmp-1"]


def test_files_beyond_the_head_are_leftovers_and_swept(log: Log) -> None:
    left = ["tile/0/003", "tile/0/002.p/99", "tile/entries/002.p/3", "tile/5/000", "tile/tmp-1"]
    for name in left:
        (log.path / name).parent.mkdir(parents=True, exist_ok=True)
        (log.path / name).write_bytes(b"x")
    found = log.check([KEY])
    assert sorted(fault.file for fault in found) == sorted(left)
    assert all(fault.is_leftover for fault in found)
    assert log.sweep() == sorted(left)
    assert log.check([KEY]) == []


def test_a_file_that_belongs_to_nothing_is_named_and_never_swept(log: Log) -> None:
    (log.path / "tile/0/notes").write_bytes(b"x")
    (fault,) = log.check()
    assert fault.what == "'tile/0/notes' belongs to nothing in the log."
    assert not fault.is_leftover
    assert log.sweep() == []


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (b"\xff", "it is not text"),
        (b"nothing", "Note cannot be read"),
        (b"a\nb\nc\n\n\xe2\x80\x94 x AAAAAAA=\n", "The size in the checkpoint is 'b'"),
    ],
)
def test_a_checkpoint_that_cannot_be_read_says_why(log: Log, note: bytes, words: str) -> None:
    (log.path / "checkpoint").write_bytes(note)
    (fault,) = log.check()
    assert fault.what.startswith("'checkpoint' of the log is damaged: ")
    assert words in fault.what
    with pytest.raises(IntegrityError, match="'checkpoint' of the log is damaged"):
        log.head()


def test_extension_lines_are_refused(log: Log) -> None:
    text = (log.path / "checkpoint").read_text("utf-8")
    (log.path / "checkpoint").write_text(text.replace("\n\n", "\nmore\n\n"), "utf-8")
    (fault,) = log.check()
    assert "it has extension lines, which ours never have" in fault.what


def test_a_checkpoint_that_only_a_witness_signed_is_named(log: Log) -> None:
    path = log.path / "checkpoint"
    note = cosign_note(Note.parse(path.read_text("utf-8")), "witness", WITNESS, 1)
    witness = VerifierKey("witness", KeyKind.COSIGNATURE, WITNESS.public_key)
    path.write_text(note.to_text(), "utf-8")
    assert log.check([KEY, witness]) == []
    path.write_text(Note(note.text, note.signatures[1:]).to_text(), "utf-8")
    (fault,) = log.check([KEY, witness])
    assert fault.what == "'checkpoint' of the log is cosigned, but not signed by the log's key."


def test_a_file_that_cannot_be_read_is_a_fault(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_bytes

    def fail(path: Path) -> bytes:
        if path.name == "001":
            raise OSError(5, "Input/output error")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", fail)
    assert [fault.what for fault in log.check()] == [
        "'tile/0/001' of the log cannot be read: Input/output error.",
        "'tile/entries/001' of the log cannot be read: Input/output error.",
    ]
