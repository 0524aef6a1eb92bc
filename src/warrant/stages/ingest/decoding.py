"""Plain text in the encodings that offices leave behind.

Order of the guesses: byte order mark, UTF-16 by its zero bytes, UTF-8, Windows-1252. Only UTF-8
is taken without a word; every other encoding is a decision in the ledger. No newline, no
ligature, no white space is changed.

Source: Unicode 15, section 23.8 (byte order mark); WHATWG Encoding, windows-1252.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from warrant.records.ledger import Reason

VERSION = "1"
"""Of the guesses; raised whenever the same bytes may give another text."""

LONGEST_BYTES = 64 << 20
"""Of one text, and of one line of a table; ten thousand pages have less."""

_CP1252_GAPS = frozenset(b"\x81\x8d\x8f\x90\x9d")
_NO_CHARACTERS = re.compile("[\0-\x08\x0e-\x19\x1c-\x1f\ufffe\uffff]")
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\x0b\x0c\r\x1a\x1b")


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
    if not _CP1252_GAPS.isdisjoint(data) or not _CONTROLS.isdisjoint(data):
        return None
    return _try(data, "cp1252", CP1252.code)


def has_long_line(data: bytes) -> bool:
    """Say whether a line has more than `LONGEST_BYTES`: no table has one, and none is read.

    Args:
        data: the whole file, in any encoding.

    Returns:
        True as soon as one is found; a few looks at each 64 MB decide.
    """
    start = 0
    while len(data) - start > LONGEST_BYTES:
        end = start + LONGEST_BYTES
        last = max(data.rfind(b"\n", start, end), data.rfind(b"\r", start, end))
        if last < 0:
            return True
        start = last + 1
    return False


def _decode_zeros(data: bytes) -> Decoded | None:
    """Take text of which every second byte is mostly zero as UTF-16 without a mark."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 or min(even, odd) * 20 > max(even, odd) or max(even, odd) * 8 < len(data):
        return None
    found = _try(data, "utf-16-be" if even > odd else "utf-16-le", UTF_16.code)
    return found if found and not _NO_CHARACTERS.search(found.text) else None


def _try(data: bytes, encoding: str, note: str) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), note)
    except UnicodeDecodeError:
        return None
