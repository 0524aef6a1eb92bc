"""Texts of any length in windows that a network can read, and where in them each word stands.

A text that is longer than the network's context is read in windows that overlap; each word is read
in the window where most stands around it. A word's vector is that of its first piece, which the
tokenizer's offsets tell.

Law: the windows of a text have each of its words once, in order.

Source: Devlin et al., "BERT" (2019), section 5.3, for the first piece of a word.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from warrant.models.base.network import Read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.models.base import Encoder
    from warrant.models.tagger.tags import Sequences

    Places = NDArray[np.int64]

_AT_ONCE = 200
"""Texts that are cut together: the library keeps far more of each than its tokens."""

OVERLAP = 4
"""Of a window this part, one in so many tokens, stands in the one before it too."""


class Window(NamedTuple):
    """A part of a text, in tokens."""

    read: Read
    """What the network reads."""
    words: Places
    """Of the words that are read here, in order, where the first piece of each stands."""
    first: int
    """Number of the first of these words, among the words of all texts."""


def windows_of(
    encoder: Encoder, texts: Sequence[str], sequences: Sequences, longest: int
) -> list[Window]:
    """Cut texts into windows.

    Args:
        encoder: with the tokenizer.
        texts: any.
        sequences: their words.
        longest: most tokens of a window, those that mark its ends among them; at least 4.

    Returns:
        Windows that have a word, in the order of the texts.
    """
    tokens = sequences.tokens
    edges = np.searchsorted(tokens.texts, np.arange(len(texts) + 1))
    longest = min(longest, encoder.longest)
    room = longest - encoder.tokenizer.num_special_tokens_to_add(is_pair=False)
    overlap = room // OVERLAP
    found: list[Window] = []
    for start in range(0, len(texts), _AT_ONCE):
        # other readers of this tokenizer set lengths of their own
        encoder.tokenizer.enable_truncation(longest, stride=overlap)
        some = encoder.tokenizer.encode_batch(list(texts[start : start + _AT_ONCE]))
        for text, one in enumerate(some, start):
            first, after = int(edges[text]), int(edges[text + 1])
            if first < after:
                parts = [one, *one.overflowing]
                found += _windows(parts, tokens.starts[first:after], first, overlap)
    encoder.tokenizer.no_truncation()
    return found


def count_windows(tokens: int, longest: int, marks: int) -> tuple[int, int]:
    """Count the windows of a text.

    Args:
        tokens: of the text, without those that mark its ends.
        longest: most tokens of a window.
        marks: tokens that mark the ends of one.

    Returns:
        Windows, and the tokens of all of them.
    """
    room = longest - marks
    overlap = room // OVERLAP
    more = max(0, -(-(tokens - room) // (room - overlap)))
    return 1 + more, tokens + more * overlap + (1 + more) * marks


def _windows(parts: list[Any], starts: Places, first: int, overlap: int) -> Iterator[Window]:
    """Give the windows of one text."""
    ends, homes, places = _pieces(parts, overlap)
    if not len(ends):  # nothing of the text is a token: its words are read from what marks the ends
        yield Window(_read(parts[0]), np.zeros(len(starts), np.int64), first)
        return
    pieces = np.minimum(np.searchsorted(ends, starts, side="right"), len(ends) - 1)
    home = homes[pieces]
    for number, part in enumerate(parts):
        mine = np.flatnonzero(home == number)
        if len(mine):
            yield Window(_read(part), places[pieces[mine]], first + int(mine[0]))


def _pieces(parts: list[Any], overlap: int) -> tuple[Places, Places, Places]:
    """Line up the pieces of a text: where each ends, its best window, and its place there."""
    ends: list[int] = []
    homes: list[int] = []
    places: list[int] = []
    last = len(parts) - 1
    for number, part in enumerate(parts):
        inside = [at for at, mark in enumerate(part.special_tokens_mask) if not mark]
        begin = overlap // 2 if number else 0
        end = len(inside) - (overlap - overlap // 2 if number < last else 0)
        for at in inside[begin:end]:
            ends.append(part.offsets[at][1])
            homes.append(number)
            places.append(at)
    as_array = [np.array(one, np.int64) for one in (ends, homes, places)]
    return np.maximum.accumulate(as_array[0]), as_array[1], as_array[2]


def _read(part: Any) -> Read:  # noqa: ANN401 - the library has no types
    return Read(array("i", part.ids), array("i", part.type_ids))
