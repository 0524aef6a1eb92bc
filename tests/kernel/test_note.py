"""Signed notes: the example of the standard, and one message for each fault."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warrant.errors import InputError, IntegrityError
from warrant.kernel.keys import Ed25519Signer, P256Signer, PublicKey
from warrant.kernel.note import (
    MAX_SIGNATURES,
    Cosigned,
    KeyKind,
    Note,
    Signature,
    VerifierKey,
    cosign_note,
    open_note,
    sign_note,
)

# The key and the note of golang.org/x/mod/sumdb/note's documentation, made by other software.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETERS_NOTE = (
    PETERS_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
    "qdngotpRZb6KE6RyyBwJnAM=\n"
)

SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"\7" * 32))
WITNESS = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"\x08" * 32))
KEY = VerifierKey("example.org/log", KeyKind.ED25519, SIGNER.public_key)
WITNESS_KEY = VerifierKey("w.example", KeyKind.COSIGNATURE, WITNESS.public_key)
TEXT = "example.org/log\n5\nAAAA\n"
WRITTEN = sign_note(TEXT, KEY.name, SIGNER)
COSIGNED = cosign_note(Note.parse(WRITTEN), "w.example", WITNESS, 1_700_000_000).to_text()


def test_a_note_signed_by_other_software_is_opened() -> None:
    key = VerifierKey.parse(PETER)
    assert key.text == PETER
    assert open_note(PETERS_NOTE, [key]).text == PETERS_TEXT


def test_a_cosignature_is_opened_beside_the_signature_and_gives_its_time() -> None:
    opened = open_note(COSIGNED, [KEY, WITNESS_KEY])
    assert opened.signed == (KEY,)
    assert opened.cosigned == (Cosigned(WITNESS_KEY, 1_700_000_000),)
    assert opened.unknown == ()


def test_a_line_by_a_key_nobody_asked_about_is_listed_unchecked() -> None:
    stranger = Signature("stranger", b"\0\0\0\0", b"nonsense")
    written = replace(Note.parse(WRITTEN), signatures=(stranger, *Note.parse(WRITTEN).signatures))
    assert open_note(written.to_text(), [KEY]).unknown == (stranger,)


def test_the_text_may_hold_empty_lines() -> None:
    assert open_note(sign_note("a\n\n\nb\n\n", "k", SIGNER), [named("k")]).text == "a\n\n\nb\n\n"


def named(name: str) -> VerifierKey:
    return VerifierKey(name, KeyKind.ED25519, SIGNER.public_key)


def test_a_note_without_a_known_signer_is_refused() -> None:
    with pytest.raises(IntegrityError, match="No known key has signed the note"):
        open_note(WRITTEN, [WITNESS_KEY])


@pytest.mark.parametrize(
    "written",
    [
        WRITTEN.replace("\n5\n", "\n6\n"),
        Note(TEXT, (Signature(KEY.name, KEY.key_id, b"short"),)).to_text(),
        COSIGNED.replace("\n5\n", "\n6\n"),
    ],
)
def test_a_known_signature_that_does_not_hold_refuses_the_note(written: str) -> None:
    with pytest.raises(
        IntegrityError, match=r"signature of 'example.org/log' on the note does not"
    ):
        open_note(written, [KEY, WITNESS_KEY])


@pytest.mark.parametrize("start", [b"", b"\0\0\0", b"\x80" + b"\0" * 7, b"\0" * 7 + b"\1"])
def test_a_cosignature_with_another_time_refuses_the_note(start: bytes) -> None:
    line = Note.parse(COSIGNED).signatures[1]
    for data in (start, start + line.data[8:]):
        note = Note(TEXT, (replace(line, data=data or b"\0"),))
        with pytest.raises(IntegrityError, match=r"signature of 'w.example' on the note does not"):
            open_note(note.to_text(), [KEY, WITNESS_KEY])


def test_a_log_key_does_not_open_a_cosignature_nor_the_reverse() -> None:
    as_witness = VerifierKey(KEY.name, KeyKind.COSIGNATURE, KEY.public)
    assert as_witness.key_id != KEY.key_id
    with pytest.raises(IntegrityError, match="No known key"):
        open_note(WRITTEN, [as_witness])


LINE = WRITTEN.splitlines()[-1]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (TEXT + LINE + "\n", "no empty line parts its text from its signatures"),
        (WRITTEN[:-1], "its last line has no end"),
        (TEXT + "\n", "it carries no signature"),
        (WRITTEN.replace("5", "5\r"), "it holds a control character or half of a surrogate pair"),
        (WRITTEN.replace("5", "\ud800"), "it holds a control character or half of a surrogate"),
        (TEXT + "\n" + (LINE + "\n") * (MAX_SIGNATURES + 1), "it carries more than 100 signatures"),
        ("a" * 1_000_001, "it is larger than 1000000 characters"),
        (WRITTEN.replace("—", "-"), "a signature line is not '— name base64'"),
        (WRITTEN + "— a+b AAAAAAAA\n", "a signature line is not '— name base64'"),
        (WRITTEN + "— a\u00a0b AAAAAAAA\n", "a signature line is not '— name base64'"),
        (WRITTEN + "— a AAAAAA==\n", "a signature line holds no signature"),
    ],
)
def test_each_fault_of_a_note_has_its_message(written: str, fault: str) -> None:
    with pytest.raises(InputError) as refused:
        Note.parse(written)
    assert refused.value.what.startswith(f"Note cannot be read: {fault}")


def test_a_signature_in_another_spelling_of_base64_is_refused() -> None:
    with pytest.raises(InputError, match="A signature line of the note is not base64"):
        Note.parse(WRITTEN + "— a AAAAAAB=\n")


def test_a_text_that_cannot_be_a_notes_is_not_signed() -> None:
    with pytest.raises(InputError, match="its text does not end in a newline"):
        sign_note("text", "k", SIGNER)
    with pytest.raises(InputError, match="it holds a control character"):
        sign_note("a\tb\n", "k", SIGNER)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "\n", "a\x00", "\ud800"])
def test_a_name_that_cannot_be_a_keys_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot name a key"):
        sign_note(TEXT, name, SIGNER)


def test_only_ed25519_keys_sign_notes() -> None:
    with pytest.raises(InputError, match="Notes are signed with Ed25519 keys"):
        sign_note(TEXT, "k", P256Signer.generate())


@pytest.mark.parametrize("time_s", [-1, 2**63])
def test_a_time_out_of_range_is_not_cosigned(time_s: int) -> None:
    with pytest.raises(InputError, match=f"{time_s} is not a POSIX time"):
        cosign_note(Note.parse(WRITTEN), "w", WITNESS, time_s)


def other_kind() -> str:
    data = b"\6" + b64decode(PETER.rsplit("+", 1)[1])[1:]
    return "PeterNeumann+c74f20a3+" + b64encode(data).decode()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("PeterNeumann", "expected 'name+8 hex digits"),
        (PETER.replace("c74f20a3", "C74F20A3"), "expected 'name+8 hex digits"),
        (PETER.replace("c74f20a3", "c74f20a4"), "its key id should be c74f20a3"),
        (PETER.replace("Peter", "Petra"), "its key id should be"),
        (other_kind(), "its kind is 0x06, expected 0x01 or 0x04"),
        ("a+00000000+AQ==", "An Ed25519 public key has 32 bytes, got 0"),
        ("a b" + PETER[12:], "cannot name a key"),
        (PETER + "=", "is not base64 in its one spelling"),
    ],
)
def test_each_fault_of_a_verifier_key_has_its_message(text: str, fault: str) -> None:
    with pytest.raises(InputError) as refused:
        VerifierKey.parse(text)
    assert fault in refused.value.what


def test_a_key_is_known_by_name_and_key_id_together() -> None:
    twin = VerifierKey(KEY.name, KeyKind.ED25519, PublicKey(WITNESS.public_key.raw))
    assert open_note(WRITTEN, [twin, KEY]).signed == (KEY,)
