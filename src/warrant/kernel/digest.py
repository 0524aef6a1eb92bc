"""SHA-256 digests: the name of every byte string that Warrant keeps.

In all our hashes digests enter raw (32 bytes), counts enter as unsigned 64-bit
big-endian, and a quoted tag ends in a zero byte, so that no two kinds of input collide.

Law: `Digest.from_hex(digest.hex) == digest`.
Law: `Digest.of(path.read_bytes()) == hash_file(path)`.
Law: `u64` keeps order: `(u64(a) < u64(b)) == (a < b)`.

Source: FIPS 180-4; DESIGN, section 2, "fingerprint".
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from warrant.errors import InputError

SIZE = 32
"""Bytes in a SHA-256 digest."""

_CHUNK = 1 << 19
_HEX = re.compile(r"[0-9a-f]{64}")
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


@dataclass(frozen=True, order=True, slots=True)
class Digest:
    """A SHA-256 digest, ordered by its bytes.

    Args:
        raw: 32 bytes.

    Raises:
        InputError: when `raw` has another length.

    Source: FIPS 180-4, section 6.2.
    """

    raw: bytes
    """The 32 bytes that enter other hashes."""

    def __post_init__(self) -> None:
        if len(self.raw) != SIZE:
            raise InputError(
                f"A SHA-256 digest has {SIZE} bytes, got {len(self.raw)}.",
                do="Use the whole digest.",
            )

    @classmethod
    def of(cls, data: bytes) -> Digest:
        """Hash bytes that are at hand.

        Args:
            data: any bytes.

        Returns:
            SHA-256 of the data.
        """
        return cls(sha256(data).digest())

    @classmethod
    def from_hex(cls, text: str) -> Digest:
        """Read a digest from hexadecimal.

        Args:
            text: 64 digits, lower case, nothing else.

        Returns:
            The digest whose `hex` is the text.

        Raises:
            InputError: for any other spelling.
        """
        if not _HEX.fullmatch(text):
            raise InputError(
                f"{text[:80]!r} is not a SHA-256 digest: expected 64 lower-case hex digits.",
                do="Copy the whole digest, without the prefix 'sha256:'.",
            )
        return cls(bytes.fromhex(text))

    @property
    def hex(self) -> str:
        """64 lower-case hexadecimal digits."""
        return self.raw.hex()

    @property
    def short(self) -> str:
        """The first 12 hexadecimal digits, for people; never for look-ups."""
        return self.raw[:6].hex()

    def __str__(self) -> str:
        return f"sha256:{self.raw.hex()}"


def hash_file(path: str | os.PathLike[str]) -> Digest:
    """Hash a file without holding it in memory.

    Plain `os.read` costs a third less than `hashlib.file_digest` on small files; above
    2 KB the hash runs without the interpreter lock, so threads help.

    Args:
        path: a readable file.

    Returns:
        SHA-256 of its bytes.

    Raises:
        OSError: when the file cannot be read.
    """
    descriptor = os.open(Path(path), _READ_FLAGS)
    try:
        state = sha256()
        while chunk := os.read(descriptor, _CHUNK):
            state.update(chunk)
    finally:
        os.close(descriptor)
    return Digest(state.digest())


def tagged(tag: str, *parts: bytes) -> Digest:
    """Hash parts of fixed width under a name of their own.

    Args:
        tag: what is being hashed, such as "warrant/row/1"; ASCII, without a zero byte.
        *parts: byte strings whose lengths follow from the tag, or from an earlier part.

    Returns:
        SHA-256(tag ‖ 0x00 ‖ parts).

    Source: DESIGN, section 2.
    """
    return Digest(sha256(tag.encode("ascii") + b"\0" + b"".join(parts)).digest())


def u64(number: int) -> bytes:
    """Write a count or a position.

    Args:
        number: 0 to 2^64 − 1.

    Returns:
        8 bytes, big-endian.

    Raises:
        InputError: when the number does not fit.

    Source: DESIGN, section 2.
    """
    try:
        return number.to_bytes(8, "big")
    except OverflowError as error:
        raise InputError(
            f"{number} is not a count: expected 0 to 2^64 − 1.", do="Pass a count or a position."
        ) from error
