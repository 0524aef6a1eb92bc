"""The sets and signatures of `shingles` and `minhash`, in one pass over the bytes, compiled.

What numpy does in a dozen passes over arrays as long as the text, a loop does in one, and keeps no
array but the result. It needs numba, the extra `fast`; without it the same numbers come slower.
The first call on a machine compiles for a second or two; numba keeps the code beside this file, or
in the reader's cache where that folder is read-only.

Law: the compiled loops give what numpy gives, number for number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.stages.curate.similar.minhash import BIN_SHIFT
from warrant.stages.curate.similar.shingles import LENGTH, MIX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint64]
    Places = NDArray[np.int64]

_SPREAD, _MIX, _LAST_MIX = MIX
_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
_PLACES = np.uint64(0x0001020304050607)
_LOWEST = np.uint64(0xFF)


def _scatter(number: np.uint64) -> np.uint64:
    number = (number ^ (number >> np.uint64(30))) * _MIX
    number ^= number >> np.uint64(27)
    number *= _LAST_MIX
    return number ^ (number >> np.uint64(31))


def _size(eight: Numbers, start: int, stop: int) -> int:
    """Give the length of the word that begins somewhere: up to a zero, eight bytes at a time."""
    at = start
    while at < stop:
        bytes_ = eight[at]
        zeros = (bytes_ - _ONES) & ~bytes_ & _HIGHS  # its lowest bit marks the first zero byte
        if zeros:
            lowest = (zeros & (~zeros + np.uint64(1))) >> np.uint64(7)
            at += np.int64((lowest * _PLACES) >> np.uint64(56))  # type: ignore[assignment]
            break
        at += 8
    return min(at, stop) - start


def _word(eight: Numbers, start: int, size: int) -> np.uint64:
    number = eight[start]
    if size < 8:
        number &= (np.uint64(1) << np.uint64(8 * size)) - np.uint64(1)
    number = (number * _SPREAD) ^ np.uint64(size)
    at, last = start + 8, start + size - 8
    while at < start + size:
        number = _scatter(number) ^ (eight[min(at, last)] * _MIX)
        at += 8
    return _scatter(number)


def _members(eight: Numbers, start: int, end: int, breaks: Places, out: Numbers) -> int:
    """Write the members of one text, and say how many there are."""
    one = two = three = four = five = np.uint64(0)
    words = found = 0
    at = start
    cut = np.searchsorted(breaks, start + 1)
    while at < end:
        if eight[at] & _LOWEST == 0:
            at += 1
            continue
        while cut < len(breaks) and breaks[cut] <= at:
            cut += 1
        stop = min(end, breaks[cut]) if cut < len(breaks) else end
        size = _size(eight, at, stop)
        one, two, three, four = two, three, four, five
        five = _word(eight, at, size)
        at += size
        words += 1
        if words >= LENGTH:
            number = ((one * _SPREAD + two) * _SPREAD + three) * _SPREAD + four
            out[found] = _scatter(number * _SPREAD + five)
            found += 1
    if 0 < words < LENGTH:
        number = np.uint64(words)
        if words > 3:
            number = number * _SPREAD + two
        if words > 2:
            number = number * _SPREAD + three
        if words > 1:
            number = number * _SPREAD + four
        out[0] = _scatter(number * _SPREAD + five)
        found = 1
    return found


def least_members(eight: Numbers, offsets: Places, breaks: Places, least: Numbers) -> None:
    """Put the least member of each of 128 bins into an array.

    Args:
        eight: of the texts one after another in lower case, zero where no word is, and 16 zeros:
            the eight bytes from each place on, as numbers.
        offsets: where each text begins, and where the last ends.
        breaks: where words are parted though no zero stands between; rising.
        least: shape (texts, 128), filled with the largest number.
    """
    longest = 0
    for text in range(len(offsets) - 1):
        longest = max(longest, offsets[text + 1] - offsets[text])
    out = np.empty(longest + 1, np.uint64)
    for text in range(len(offsets) - 1):
        found = _members(eight, offsets[text], offsets[text + 1], breaks, out)
        for number in out[:found]:
            place = np.int64(number >> BIN_SHIFT)
            least[text, place] = min(least[text, place], number)


def all_members(
    eight: Numbers, offsets: Places, breaks: Places, out: Numbers, counts: Places
) -> int:
    """Put all members of the texts into an array, one text after another.

    Args:
        eight: as for `least_members`.
        offsets: likewise.
        breaks: likewise.
        out: as long as `eight`.
        counts: of each text; filled.

    Returns:
        How many there are in all.
    """
    filled = 0
    for text in range(len(offsets) - 1):
        counts[text] = _members(eight, offsets[text], offsets[text + 1], breaks, out[filled:])
        filled += counts[text]
    return filled


_LOOPS = ("_scatter", "_size", "_word", "_members", "least_members", "all_members")


def compile_loops() -> None:
    """Put compiled functions in place of those of this module; once.

    Raises:
        ImportError: when numba is not installed, or does not know this numpy.
    """
    import numba

    own = globals()
    for name in _LOOPS:
        try:
            own[name] = numba.njit(cache=True)(own[name])
        except RuntimeError:  # no folder may be written: compiled anew by each process
            own[name] = numba.njit(own[name])
