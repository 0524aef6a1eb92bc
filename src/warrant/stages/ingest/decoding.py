"""Plain text in the encodings that offices leave behind.

Order of the guesses: byte order mark, UTF-16 by its zero bytes, UTF-8, Windows-1252. Only UTF-8
is taken without a word; every other encoding is a decision in the ledger. No newline, no
ligature, no white space is changed.

Source: Unicode 15, section 23.8 (byte order mark); WHATWG Encoding, windows-1252.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

from warrant.records.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

VERSION = "1"
"""Of the guesses; raised whenever the same bytes may give another text."""

LONGEST_BYTES = 64 << 20
"""Of one text, and of one line of a table; ten thousand pages have less."""

_NO_CP1252 = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x81\x8d\x8f\x90\x9d]")
"""Gaps of Windows-1252, and controls that no text has."""

_CHUNK = 1 << 20
_NO_CHARACTERS = re.compile("[\0-\x08\x0e-\x19\x1c-\x1f\ufffe\uffff]")


def _changed(code: str, words: str) -> Reason:
    return Reason(code=code, kind="change", rule="txt", version=VERSION, words=words)


UTF_16 = _changed("text_was_utf_16", "The text was decoded from UTF-16.")
CP1252 = _changed("text_was_cp1252", "The text was decoded from Windows-1252.")


class Decoded(NamedTuple):
    """A text and how it was found."""

    text: str
    """Without a byte order mark."""
    note: str | None
    """Code of the reason; None for UTF-8."""


def decode(data: bytes) -> Decoded | None:
    """Find the encoding of a text.

    Args:
        data: the whole file.

    Returns:
        The text; None when the bytes are no text.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _try(data, "utf-16", UTF_16.code)
    if b"\0" in data:
        return _decode_zeros(data)
    try:
        return Decoded(data.removeprefix(codecs.BOM_UTF8).decode(), None)
    except UnicodeDecodeError:
        pass
    if _NO_CP1252.search(data):
        return None
    return _try(data, "cp1252", CP1252.code)


class Encoding(NamedTuple):
    """In what a text is written."""

    name: str
    """As Python calls it; a byte order mark is no part of the text."""
    note: str | None
    """Code of the reason; None for UTF-8."""


def find_encoding(opened: Callable[[], BinaryIO], chunk: int = _CHUNK) -> Encoding | None:
    """Find the encoding of a text of any size; memory is one chunk.

    Args:
        opened: opens the file, from its start, as often as there are guesses.
        chunk: bytes that are looked at together.

    Returns:
        What `decode` finds for the whole file; None when the bytes are no text.
    """
    with opened() as file:
        start = file.read(len(codecs.BOM_UTF8))
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _fitting(opened, "utf-16", UTF_16.code, chunk)
    if any(b"\0" in data for data in _chunks(opened, chunk)):
        return _zeros_encoding(opened, chunk)
    if _fitting(opened, "utf-8", None, chunk):
        return Encoding("utf-8-sig" if start == codecs.BOM_UTF8 else "utf-8", None)
    if any(_NO_CP1252.search(data) for data in _chunks(opened, chunk)):
        return None
    return Encoding("cp1252", CP1252.code)


def has_long_line(opened: Callable[[], BinaryIO]) -> bool:
    """Say whether a line has more than `LONGEST_BYTES`: no table has one, and none is read.

    Args:
        opened: opens the file, in any encoding.

    Returns:
        True as soon as one is found.
    """
    length = 0  # of the line so far
    for data in _chunks(opened, min(_CHUNK, LONGEST_BYTES)):
        ends = [at for at in (data.find(b"\n"), data.find(b"\r")) if at >= 0]
        if length + min(ends, default=len(data) - 1) >= LONGEST_BYTES:
            return True
        last = max(data.rfind(b"\n"), data.rfind(b"\r"))
        length = len(data) - last - 1 if ends else length + len(data)
    return False


def _chunks(opened: Callable[[], BinaryIO], size: int) -> Iterator[bytes]:
    with opened() as file:
        while data := file.read(size):
            yield data


def _fitting(
    opened: Callable[[], BinaryIO], name: str, note: str | None, chunk: int
) -> Encoding | None:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for data in _chunks(opened, chunk):
            decoder.decode(data)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return Encoding(name, note)


def _zeros_encoding(opened: Callable[[], BinaryIO], chunk: int) -> Encoding | None:
    """Do what `_decode_zeros` does, chunk by chunk."""
    counts = [0, 0]
    size = 0
    for data in _chunks(opened, chunk):
        for side in (0, 1):
            counts[(size + side) % 2] += data[side::2].count(0)
        size += len(data)
    name = _by_zeros(counts[0], counts[1], size)
    found = _fitting(opened, name, UTF_16.code, chunk) if name else None
    if found is None:
        return None
    decoder = codecs.getincrementaldecoder(found.name)()
    texts = (decoder.decode(data) for data in _chunks(opened, chunk))
    return None if any(map(_NO_CHARACTERS.search, texts)) else found


def _decode_zeros(data: bytes) -> Decoded | None:
    """Take text of which every second byte is mostly zero as UTF-16 without a mark."""
    name = _by_zeros(data[::2].count(0), data[1::2].count(0), len(data))
    found = _try(data, name, UTF_16.code) if name else None
    return found if found and not _NO_CHARACTERS.search(found.text) else None


def _by_zeros(even: int, odd: int, size: int) -> str | None:
    if size % 2 or min(even, odd) * 20 > max(even, odd) or max(even, odd) * 8 < size:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _try(data: bytes, encoding: str, note: str) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), note)
    except UnicodeDecodeError:
        return None
