"""Where the words of a text stand after it was changed.

Both texts are cut into words, numbers, dates, signs and white space. What is the same stays; what
stands between is what was put in the other's place, word by word where there are as many.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PIECE = re.compile(r"\d{4}-\d\d-\d\d|\d+(?:[.,]\d+)*|\s+|\w+|[^\w\s]")


class Part(NamedTuple):
    """A part of the text before, and what became of it."""

    start: int
    """First character before, from 0."""
    end: int
    """After the last one before; as `start` where something was only put in."""
    new_start: int
    """First character afterwards."""
    new_end: int
    """After the last one afterwards; as `new_start` where something was only taken out."""
    is_kept: bool
    """Whether it is the same."""


def parts_of(before: str, after: str) -> tuple[Part, ...]:
    """Set a text beside what it became.

    Law: the parts cover both texts from end to end, in order, and kept ones are the same in both.

    Args:
        before: the text as it was.
        after: as it is now.

    Returns:
        Parts in order.
    """
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if sum(map(len, old)) != len(before) or sum(map(len, new)) != len(after):
        return (Part(0, len(before), 0, len(after), before == after),)
    starts, new_starts = _starts(old), _starts(new)
    return tuple(
        Part(starts[a], starts[b], new_starts[c], new_starts[d], old[a:b] == new[c:d])
        for a, b, c, d in _blocks(old, new)
        if (a, c) != (b, d)
    )


def moved(parts: Sequence[Part], start: int, end: int) -> tuple[int, int] | None:
    """Say where a place stands afterwards.

    Args:
        parts: as `parts_of` gives them.
        start: first character of the place, from 0.
        end: after its last one; above `start`.

    Returns:
        Its characters afterwards; None where nothing is left of it.
    """
    first = next(one for one in parts if one.start <= start < one.end)
    last = next(one for one in parts if one.start <= end - 1 < one.end)
    begin = start - first.start + first.new_start if first.is_kept else first.new_start
    after = end - last.start + last.new_start if last.is_kept else last.new_end
    return (begin, after) if begin < after else None


def _starts(pieces: Sequence[str]) -> list[int]:
    return list(accumulate(map(len, pieces), initial=0))


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Give pieces from, to, before and afterwards, of parts that are the same or are not."""
    if len(old) == len(new) and [*map(str.isspace, old)] == [*map(str.isspace, new)]:
        yield from ((at, at + 1, at, at + 1) for at in range(len(old)))
        return
    head = next((at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]),
                min(len(old), len(new)))  # fmt: skip
    least = min(len(old), len(new)) - head
    ends = zip(reversed(old), reversed(new), strict=False)
    tail = min(next((at for at, (one, other) in enumerate(ends) if one != other), least), least)
    yield (0, head, 0, head)
    inner = old[head : len(old) - tail], new[head : len(new) - tail]
    for kind, a, b, c, d in SequenceMatcher(None, *inner, autojunk=False).get_opcodes():
        if kind == "replace" and b - a == d - c:
            yield from (
                (head + a + at, head + a + at + 1, head + c + at, head + c + at + 1)
                for at in range(b - a)
            )
        else:
            yield (head + a, head + b, head + c, head + d)
    yield (len(old) - tail, len(old), len(new) - tail, len(new))
