"""Signed notes: a text that people can read, with signatures that machines can check.

A checkpoint is one; a witness adds its cosignature to it without touching the text.

Law: `Note.parse(note.to_text()) == note`, and `VerifierKey.parse(key.text) == key`.
Law: `open_note(sign_note(text, name, signer), [key]).text == text` for the signer's key.
Law: no note is opened by a key that did not sign it, whatever name and key id it claims.

Source: C2SP signed-note v1.0.0; C2SP tlog-cosignature v1.0.1, "Ed25519 signed message".
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from warrant.errors import InputError, IntegrityError
from warrant.kernel.digest import u64
from warrant.kernel.envelope import decode_base64
from warrant.kernel.keys import PublicKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from warrant.kernel.keys import Signer

MAX_SIGNATURES = 100
"""How many signature lines a note may carry; the standard asks for at least 16."""

MAX_BYTES = 1_000_000
"""How large a note may be."""

MAX_TIME = 2**63 - 1
"""The latest POSIX second that a cosignature may name."""

_KEY_ID_BYTES = 4
_TIME_BYTES = 8
_NAME = re.compile(r"[^\s+]+")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)")
_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")
_UNWRITABLE = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")


class KeyKind(IntEnum):
    """What a key signs, as the byte that stands before it."""

    ED25519 = 0x01
    """The note's text: what a log does."""
    COSIGNATURE = 0x04
    """A time and a checkpoint's text: what a witness does."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under the name by which notes call it.

    Args:
        name: not empty, no white space, no plus sign.
        kind: what the key signs.
        public: the Ed25519 key.

    Raises:
        InputError: when the name cannot stand in a note.

    Source: C2SP signed-note, "Verifier keys".
    """

    name: str
    """For a log, its origin."""
    kind: KeyKind
    """What the key signs."""
    public: PublicKey
    """The Ed25519 key."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or _UNWRITABLE.search(self.name):
            raise InputError(
                f"{self.name!r} cannot name a key: expected no white space and no '+'.",
                do="Use a name such as example.org/log.",
            )

    @property
    def key_id(self) -> bytes:
        """4 bytes: SHA-256(name ‖ 0x0A ‖ kind ‖ key), cut."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public.raw
        return sha256(named).digest()[:_KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """The written key: name, `+`, key id in hex, `+`, kind and key in base64."""
        encoded = b64encode(bytes([self.kind]) + self.public.raw).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a written key ("vkey").

        Args:
            text: as `text` gives it.

        Returns:
            The key.

        Raises:
            InputError: for another spelling, another kind of key, or a key id that does not
                belong to the key.

        Source: C2SP signed-note, "Verifier keys".
        """
        found = _VKEY.fullmatch(text)
        if not found:
            _refuse_key(text, "expected 'name+8 hex digits+base64'")
        data = decode_base64(found[3], "The key in a verifier key")
        if data[0] not in set(KeyKind):
            _refuse_key(text, f"its kind is {data[0]:#04x}, expected 0x01 or 0x04")
        key = cls(found[1], KeyKind(data[0]), PublicKey(data[1:]))
        if key.key_id.hex() != found[2]:
            _refuse_key(text, f"its key id should be {key.key_id.hex()}")
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note.

    Args:
        name: name of the key.
        key_id: 4 bytes.
        data: what the key's kind says: a signature, or a time and a signature.
    """

    name: str
    """Name of the key."""
    key_id: bytes
    """4 bytes that tell keys of one name apart; no proof of anything."""
    data: bytes
    """64 bytes, or 8 and 64 for a cosignature; unchecked."""

    @property
    def line(self) -> str:
        """The written line, without its newline."""
        return f"— {self.name} {b64encode(self.key_id + self.data).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures it carries, none of them checked.

    Args:
        text: ends in a newline; no control character besides.
        signatures: at least one.
    """

    text: str
    """What is signed, with its last newline."""
    signatures: tuple[Signature, ...]
    """In the order of their lines."""

    def to_text(self) -> str:
        """Write the note.

        Returns:
            The text, an empty line, and a line for each signature.
        """
        return self.text + "\n" + "".join(f"{one.line}\n" for one in self.signatures)

    @classmethod
    def parse(cls, written: str) -> Note:
        """Read a note without believing it.

        Args:
            written: as `to_text` gives it.

        Returns:
            The note.

        Raises:
            InputError: for a control character, a text or line that does not end in a newline,
                no signature or too many, or a line of another form.

        Source: C2SP signed-note, "Format".
        """
        if len(written) > MAX_BYTES:
            _refuse(f"it is larger than {MAX_BYTES} characters")
        if _UNWRITABLE.search(written):
            _refuse("it holds a control character or half of a surrogate pair")
        text, gap, lines = written.rpartition("\n\n")
        if not gap:
            _refuse("no empty line parts its text from its signatures")
        if not lines:
            _refuse("it carries no signature")
        if not lines.endswith("\n"):
            _refuse("its last line has no end")
        listed = lines[:-1].split("\n")
        if len(listed) > MAX_SIGNATURES:
            _refuse(f"it carries more than {MAX_SIGNATURES} signatures")
        return cls(text + "\n", tuple(map(_read_line, listed)))


class Cosigned(NamedTuple):
    """A cosignature that holds."""

    key: VerifierKey
    """Whose it is."""
    time_s: int
    """POSIX seconds at which the witness says it saw the checkpoint."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A note of which every signature by a known key holds.

    Args:
        text: what was signed.
        signed: keys whose note signature holds.
        cosigned: keys whose cosignature holds, with their times.
        unknown: lines by keys that nobody asked about.
    """

    text: str
    """What was signed, with its last newline."""
    signed: tuple[VerifierKey, ...]
    """Keys whose note signature holds."""
    cosigned: tuple[Cosigned, ...]
    """Keys whose cosignature holds, with their times."""
    unknown: tuple[Signature, ...]
    """Lines by other keys, unchecked."""


def sign_note(text: str, name: str, signer: Signer) -> str:
    """Make a note with one signature.

    Args:
        text: ends in a newline; no control character besides.
        name: the key's name; for a checkpoint, the log's origin.
        signer: holds the Ed25519 key.

    Returns:
        The written note.

    Raises:
        InputError: when the text cannot be a note's, the name not a key's, or the key is not
            Ed25519.

    Source: C2SP signed-note, "Ed25519 signatures".
    """
    if not text.endswith("\n"):
        _refuse("its text does not end in a newline")
    key = _key_of(name, KeyKind.ED25519, signer)
    signature = Signature(name, key.key_id, signer.sign(text.encode()))
    return Note.parse(Note(text, (signature,)).to_text()).to_text()


def cosign_note(note: Note, name: str, signer: Signer, time_s: int) -> Note:
    """Add a witness's cosignature to a checkpoint.

    Args:
        note: a checkpoint whose consistency the witness has checked.
        name: the witness's name.
        signer: holds the witness's Ed25519 key.
        time_s: now, in POSIX seconds.

    Returns:
        The note with one line more.

    Raises:
        InputError: when the name is not a key's, the key is not Ed25519, or the time out of
            range.

    Source: C2SP tlog-cosignature, "Ed25519 signed message".
    """
    if not 0 <= time_s <= MAX_TIME:
        raise InputError(f"{time_s} is not a POSIX time.", do="Set the clock and repeat.")
    key = _key_of(name, KeyKind.COSIGNATURE, signer)
    data = u64(time_s) + signer.sign(_cosigned_message(note.text, time_s))
    return replace(note, signatures=(*note.signatures, Signature(name, key.key_id, data)))


def open_note(written: str, keys: Iterable[VerifierKey]) -> Opened:
    """Check a note's signatures.

    Args:
        written: the note.
        keys: those whose signature counts; others are listed, not checked.

    Returns:
        The text with the signatures that hold and the unknown ones.

    Raises:
        InputError: when the note cannot be read.
        IntegrityError: when the signature of a known key does not hold, or no known key signed.

    Source: C2SP signed-note, "Signatures".
    """
    note = Note.parse(written)
    known = {(key.name, key.key_id): key for key in keys}
    signed, cosigned, unknown = [], [], []
    for one in note.signatures:
        key = known.get((one.name, one.key_id))
        if key is None:
            unknown.append(one)
        elif key.kind is KeyKind.ED25519:
            _check(key, one.data, note.text.encode())
            signed.append(key)
        else:
            time_s = int.from_bytes(one.data[:_TIME_BYTES], "big")
            message = _cosigned_message(note.text, time_s)
            _check(key, one.data[_TIME_BYTES:] if time_s <= MAX_TIME else b"", message)
            cosigned.append(Cosigned(key, time_s))
    if not signed and not cosigned:
        raise IntegrityError(
            "No known key has signed the note.",
            do="If you trust its signer, put the key in your trust folder.",
        )
    return Opened(note.text, tuple(signed), tuple(cosigned), tuple(unknown))


def _cosigned_message(text: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def _check(key: VerifierKey, signature: bytes, message: bytes) -> None:
    if not key.public.accepts(signature, message):
        raise IntegrityError(
            f"The signature of {key.name!r} on the note does not hold.",
            do="Keep the note as evidence and fetch it again from its maker.",
        )


def _key_of(name: str, kind: KeyKind, signer: Signer) -> VerifierKey:
    public = signer.public_key
    if not isinstance(public, PublicKey):
        raise InputError("Notes are signed with Ed25519 keys.", do="Use the log's key.")
    return VerifierKey(name, kind, public)


def _read_line(line: str) -> Signature:
    found = _LINE.fullmatch(line)
    if not found:
        _refuse("a signature line is not '— name base64'")
    data = decode_base64(found[2], "A signature line of the note")
    if len(data) <= _KEY_ID_BYTES:
        _refuse("a signature line holds no signature")
    return Signature(found[1], data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])


def _refuse(fault: str) -> NoReturn:
    raise InputError(f"Note cannot be read: {fault}.", do="Use the file as its maker wrote it.")


def _refuse_key(text: str, fault: str) -> NoReturn:
    raise InputError(
        f"{text[:120]!r} is not a verifier key: {fault}.", do="Copy the whole line from its owner."
    )
