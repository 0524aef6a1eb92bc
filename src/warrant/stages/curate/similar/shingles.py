"""Texts as sets of five words in a row.

A text is put into lower case. A word is a longest run of letters, digits and underscores of ASCII
and of all characters beyond it, except the punctuation and spaces of Latin-1, General Punctuation
and CJK punctuation and the space of Ogham; a Chinese or Japanese character is a word by itself,
since no space stands between words there. White space, line breaks, quotes and dashes thus change
nothing. The set of a text holds every five words in a row; of a shorter text, all its words as one.

Each member of a set is a number of 64 bits that is mixed from all bytes of its words: of a
million different members two are given the same number with a chance of 3 in 100 million.

Law: white space, punctuation and case beside the words change no set.
Law: the set of a text is the same alone and among others.

Source: A. Broder, On the resemblance and containment of documents, 1997.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

LENGTH = 5
"""Words in a row that make a member of the set."""

_PORTION_BYTES = 1 << 20  # so much at once stays in the processor's cache
_PAD = 16
_FIRST_LEAD = 0xC2
_FIRST_CJK, _LAST_CJK = 0xE3, 0xE9
MIX = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xC2B2AE3D27D4EB4F),
    np.uint64(0xD6E8FEB86659FD93),
)
"""Odd factors with which bytes and words are mixed."""
_MASKS = np.array([0, *((1 << 8 * size) - 1 for size in range(1, 9))], np.uint64)


class Shingles(NamedTuple):
    """The sets of some texts, one after another; a set may hold a number twice."""

    numbers: NDArray[np.uint64]
    """All members."""
    owners: NDArray[np.int64]
    """For each member the place of its text, from 0, rising."""
    texts: int
    """How many texts there are; one without a word has no member."""

    def sets(self) -> list[NDArray[np.uint64]]:
        """Give each text's set: its different members, sorted."""
        borders = np.searchsorted(self.owners, np.arange(self.texts + 1)).tolist()
        return [different(self.numbers[one:end]) for one, end in pairwise(borders)]


def different(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Sort numbers and leave each in once.

    Args:
        numbers: any.

    Returns:
        The different ones, rising.
    """
    found = np.sort(numbers)
    return found[np.append(found[1:] != found[:-1], True)] if len(found) else found


def shingle(texts: pa.Array) -> Shingles:
    """Cut texts into words and give the sets of five in a row.

    Args:
        texts: strings; null counts as empty.

    Returns:
        Their sets.
    """
    numbers, owners, start = [], [], 0
    for portion in portions(texts):
        found, owner = _sets(_cut(portion))
        numbers.append(found)
        owners.append(owner + start)
        start += len(portion)
    if not numbers:
        return Shingles(np.empty(0, np.uint64), np.empty(0, np.int64), 0)
    return Shingles(np.concatenate(numbers), np.concatenate(owners), start)


def words_of(text: str) -> list[str]:
    """Give the words of a text, as they are compared.

    Args:
        text: any.

    Returns:
        Its words in lower case, in order.
    """
    words = _cut(pa.array([text], pa.large_string()))
    whole = words.data.tobytes()
    return [whole[at:end].decode() for at, end in zip(words.starts, words.ends, strict=True)]


class _Words(NamedTuple):
    """The words of some texts."""

    data: NDArray[np.uint8]
    """In lower case; zero wherever no word is, and at the end."""
    starts: NDArray[np.int64]
    """Where each word begins."""
    ends: NDArray[np.int64]
    """Where each word ends."""
    first: NDArray[np.int64]
    """The number of each text's first word; at the end, of all words."""


def portions(texts: pa.Array) -> Iterator[pa.Array]:
    """Divide texts into portions of about a megabyte.

    Args:
        texts: strings; null counts as empty.

    Yields:
        Large strings, one text at least.
    """
    texts = texts.cast(pa.large_string()).fill_null("")
    offsets = _offsets(texts)
    at = 0
    while at < len(texts):
        end = int(np.searchsorted(offsets, offsets[at] + _PORTION_BYTES, "right")) - 1
        end = max(end, at + 1)
        yield texts[at:end]
        at = end


def _offsets(texts: pa.Array) -> NDArray[np.int64]:
    whole = np.frombuffer(texts.buffers()[1], np.int64)
    return whole[texts.offset : texts.offset + len(texts) + 1]


def _bytes(texts: pa.Array) -> tuple[bytes, NDArray[np.int64]]:
    """Give all bytes of texts, and where each begins and the last ends."""
    offsets = _offsets(texts)
    first, last = int(offsets[0]), int(offsets[-1])
    buffer = texts.buffers()[2]
    return (buffer[first:last].to_pybytes() if buffer else b""), offsets - first


def _table() -> bytes:
    """Put ASCII in lower case, and zero in place of whatever parts words."""
    words = b"abcdefghijklmnopqrstuvwxyz0123456789_"
    table = bytearray(256)
    for byte in range(256):
        lower = bytes([byte]).lower()
        table[byte] = lower[0] if lower in words or byte > _LAST_ASCII else 0
    return bytes(table)


_LAST_ASCII = 127
_LOWER_WORDS = _table()


class Bytes(NamedTuple):
    """The bytes of some texts, where words are what lies between zeros."""

    data: NDArray[np.uint8]
    """In lower case; zero wherever no word is, and at the end."""
    offsets: NDArray[np.int64]
    """Where each text begins, and where the last ends."""
    breaks: NDArray[np.int64]
    """Where words are parted within a text though no zero stands between; rising."""

    @property
    def eight(self) -> NDArray[np.uint64]:
        """The eight bytes from each place on, as numbers."""
        return np.lib.stride_tricks.as_strided(
            self.data[:8].view(np.uint64),
            shape=(len(self.data) - 8,),
            strides=(1,),
            writeable=False,
        )


def prepare(texts: pa.Array) -> Bytes:
    """Put texts into lower case and take out what parts words.

    Args:
        texts: large strings without null.

    Returns:
        Their bytes.
    """
    raw, offsets = _bytes(texts)
    if not raw.isascii():
        raw, offsets = _bytes(pc.utf8_lower(texts))
    data = np.zeros(len(raw) + _PAD, np.uint8)
    data[: len(raw)] = np.frombuffer(raw.translate(_LOWER_WORDS), np.uint8)
    breaks = np.empty(0, np.int64) if raw.isascii() else np.unique(_beyond_ascii(data))
    return Bytes(data, offsets, breaks)


def _cut(texts: pa.Array) -> _Words:
    data, offsets, breaks = prepare(texts)
    breaks = np.concatenate([offsets[:-1], breaks])
    is_word = data != 0
    edges = np.flatnonzero(is_word[1:] != is_word[:-1]) + 1
    if is_word[0]:
        edges = np.concatenate([np.zeros(1, np.int64), edges])
    breaks = breaks[breaks > 0]
    joined = np.unique(breaks[is_word[breaks] & is_word[breaks - 1]])
    edges = np.sort(np.concatenate([edges, joined, joined]), kind="stable")
    starts = edges[::2]
    return _Words(data, starts, edges[1::2], np.searchsorted(starts, offsets))


def _beyond_ascii(data: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Take punctuation beyond ASCII out, and say where Chinese and Japanese words are parted."""
    leads = np.flatnonzero(data >= _FIRST_LEAD)
    lead, second, third = data[leads], data[leads + 1], data[leads + 2]
    latin = leads[lead == 0xC2]
    general = leads[(lead == 0xE2) & ((second == 0x80) | ((second == 0x81) & (third < 0xB0)))]
    ideographic = (lead == 0xE3) & (second == 0x80)
    ogham = leads[(lead == 0xE1) & (second == 0x9A) & (third == 0x80)]  # its space, U+1680
    for width, found in ((2, latin), (3, general), (3, leads[ideographic]), (3, ogham)):
        for step in range(width):
            data[found + step] = 0
    characters = leads[(lead >= _FIRST_CJK) & (lead <= _LAST_CJK) & ~ideographic]
    return np.concatenate([characters, characters + 3])


def _sets(cut: _Words) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    words = _word_numbers(cut)
    counts = np.diff(cut.first)
    owner = np.repeat(np.arange(len(counts)), counts)
    if len(words) < LENGTH:
        numbers, owners = np.empty(0, np.uint64), np.empty(0, np.int64)
    else:
        last = len(words) - LENGTH + 1
        numbers = words[:last]
        for step in range(1, LENGTH):
            numbers = numbers * MIX[0] + words[step : last + step]
        within = owner[:last] == owner[LENGTH - 1 :]
        numbers, owners = _scatter(numbers[within]), owner[:last][within]
    return _with_short(numbers, owners, words, cut.first)


def _with_short(
    numbers: NDArray[np.uint64],
    owners: NDArray[np.int64],
    words: NDArray[np.uint64],
    first: NDArray[np.int64],
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Add the texts of fewer than five words, each as one member."""
    counts = np.diff(first)
    short = np.flatnonzero((counts > 0) & (counts < LENGTH))
    if not len(short):
        return numbers, owners
    whole = counts[short].astype(np.uint64)
    for step in range(LENGTH - 1):
        has = counts[short] > step
        at = np.minimum(first[short] + step, len(words) - 1)
        whole = np.where(has, whole * MIX[0] + words[at], whole)
    order = np.argsort(np.concatenate([owners, short]), kind="stable")
    return np.concatenate([numbers, _scatter(whole)])[order], np.concatenate([owners, short])[order]


def _word_numbers(cut: _Words) -> NDArray[np.uint64]:
    """Mix all bytes of each word: eight at a time from the front, the last eight at the end."""
    data, starts, ends, _ = cut
    eight = Bytes(data, starts, starts).eight
    sizes = ends - starts
    numbers = (eight[starts] & _MASKS[np.minimum(sizes, 8)]) * MIX[0]
    numbers ^= sizes.astype(np.uint64)
    long = np.flatnonzero(sizes > 8)
    at = starts[long] + 8
    while len(long):
        numbers[long] = _scatter(numbers[long]) ^ (eight[np.minimum(at, ends[long] - 8)] * MIX[1])
        at += 8
        more = at < ends[long]
        long, at = long[more], at[more]
    return _scatter(numbers)


def _scatter(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Let every bit of a number decide every other (a finaliser as in SplitMix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * MIX[1]
    numbers ^= numbers >> np.uint64(27)
    numbers *= MIX[2]
    return numbers ^ (numbers >> np.uint64(31))
