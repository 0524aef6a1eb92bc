"""Where in a text a rule can match at all: around digits, at signs, links and colons.

Most of a text holds none of these. What is near them is copied together, a zero byte between two
windows, and each rule runs over these few bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from warrant.stages.curate.builtin.rules import Near

PAD_BYTES = 24
"""A match near a digit reaches fewer bytes beyond a digit of its own."""
IBAN_BYTES = 80
"""A match of an IBAN is shorter."""
_MOST = 0.6
"""Where windows would hold more of the text than this, the text itself is searched."""
_BLANK = re.compile(rb"[\x00-\x20]")


class Windows(NamedTuple):
    """Parts of a text, copied together."""

    data: bytes
    """The parts, a zero byte between two."""
    starts: list[int]
    """Where each part begins in the text."""
    offsets: list[int]
    """Where each part begins in `data`."""

    def place(self, at: int) -> int:
        """Turn a place in `data` into a place in the text."""
        part = bisect_right(self.offsets, at) - 1
        return at - self.offsets[part] + self.starts[part]


def whole(data: bytes) -> Windows:
    """Give the whole text as one window."""
    return Windows(data, [0], [0])


class Finder:
    """Finds the windows of one text.

    Args:
        data: UTF-8.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._bytes = np.frombuffer(data, np.uint8)
        self._known: dict[Near, Windows] = {}

    def near(self, what: Near) -> Windows:
        """Give the windows near something, found once."""
        if what not in self._known:
            self._known[what] = self._find(what)
        return self._known[what]

    def _find(self, what: Near) -> Windows:
        if what == "digit":
            return self._around(np.flatnonzero(self._digits()), PAD_BYTES, PAD_BYTES)
        if what == "iban":
            return self._around(self._iban_starts(), 8, IBAN_BYTES)
        if what == "at":
            return self._tokens(self._places(b"@"))
        if what == "link":
            starts = (b"://", b"www.", b"WWW.", b"Www.")
            return self._tokens(sorted(at for one in starts for at in self._places(one)))
        if what == "colons":
            return self._tokens(self._colons())
        return whole(self._data)

    def _digits(self) -> NDArray[np.bool_]:
        return (self._bytes - np.uint8(48)) < 10

    def _iban_starts(self) -> NDArray[np.int64]:
        capitals, digits = (self._bytes - np.uint8(65)) < 26, self._digits()
        return np.flatnonzero(capitals[:-3] & capitals[1:-2] & digits[2:-1] & digits[3:])

    def _colons(self) -> list[int]:
        colons = np.flatnonzero(self._bytes == ord(":"))
        many = colons[:-6][colons[6:] - colons[:-6] <= 30].tolist() if len(colons) > 6 else []
        return sorted([*self._places(b"::"), *many])

    def _places(self, what: bytes) -> Iterator[int]:
        at = self._data.find(what)
        while at >= 0:
            yield at
            at = self._data.find(what, at + 1)

    def _tokens(self, places: Iterator[int] | list[int]) -> Windows:
        """Give the stretches without a blank or control byte around places, which rise."""
        starts: list[int] = []
        ends: list[int] = []
        for at in places:
            if ends and at < ends[-1]:
                continue
            starts.append(_last_blank(self._data, at) + 1)
            blank = _BLANK.search(self._data, at)
            ends.append(blank.start() if blank else len(self._data))
        return self._copied(starts, ends)

    def _around(self, places: NDArray[np.int64], before: int, after: int) -> Windows:
        """Give what lies around places, which rise; windows that touch become one."""
        if not len(places):
            return self._copied([], [])
        apart = np.flatnonzero(np.diff(places) > before + after)
        starts = np.concatenate((places[:1], places[apart + 1])) - before
        ends = np.concatenate((places[apart], places[-1:])) + after + 1
        starts, ends = np.maximum(starts, 0), np.minimum(ends, len(self._data))
        return self._copied(starts.tolist(), ends.tolist())

    def _copied(self, starts: list[int], ends: list[int]) -> Windows:
        data = self._data
        if sum(ends) - sum(starts) > _MOST * len(data):
            return whole(data)
        for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
            starts[at], ends[at] = _whole_characters(data, start, end)
        parts = [data[start:end] for start, end in zip(starts, ends, strict=True)]
        offsets, at = [], 0
        for part in parts:
            offsets.append(at)
            at += len(part) + 1
        return Windows(b"\0".join(parts), starts, offsets)


def _last_blank(data: bytes, end: int) -> int:
    """Find the last blank or control byte before a place; -1 when there is none."""
    size = 64
    while True:
        low = max(0, end - size)
        found = _BLANK.search(data[low:end][::-1])
        if found:
            return end - 1 - found.start()
        if low == 0:
            return -1
        size *= 8


def _whole_characters(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Cut no character of several bytes."""
    while start > 0 and data[start] & 0xC0 == 0x80:
        start -= 1
    while end < len(data) and data[end] & 0xC0 == 0x80:
        end += 1
    return start, end
