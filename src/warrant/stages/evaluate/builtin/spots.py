"""Where words stand in a text, and putting others in their place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Pair(NamedTuple):
    """Two wordings that stand for one another."""

    first: str
    second: str


def read_pairs(name: str, words: Sequence[object]) -> tuple[Pair, ...]:
    """Read pairs of wordings.

    Args:
        name: of the test, for messages.
        words: lists of two texts each.

    Returns:
        The pairs, in order.

    Raises:
        InputError: an entry is no pair of two different texts, or there is none.
    """
    pairs = []
    for at, entry in enumerate(words, start=1):
        texts = [str(one).strip() for one in entry] if isinstance(entry, (list, tuple)) else []
        if len(texts) != 2 or not all(texts) or texts[0].casefold() == texts[1].casefold():
            raise InputError(
                f"The failure test {name!r}: entry {at} of its words is no pair.",
                do="Write two different texts, for example [shall, shall not].",
            )
        pairs.append(Pair(*texts))
    if not pairs:
        raise InputError(f"The failure test {name!r} has no words.", do="Write at least one pair.")
    return tuple(pairs)


def read_words(name: str, words: Sequence[object], least: int = 1) -> tuple[str, ...]:
    """Read a list of wordings.

    Args:
        name: of the test, for messages.
        words: texts, or lists of one text each as a CSV file gives them.
        least: how many there must be.

    Returns:
        Each once, in order.

    Raises:
        InputError: an entry is empty or no text, or there are too few.
    """
    texts = []
    for at, entry in enumerate(words, start=1):
        one = entry[0] if isinstance(entry, (list, tuple)) and len(entry) == 1 else entry
        if not isinstance(one, str) or not one.strip():
            raise InputError(
                f"The failure test {name!r}: entry {at} of its words is no text.",
                do="Write one word or phrase.",
            )
        texts.append(one.strip())
    found = tuple(dict.fromkeys(texts))
    if len(found) < least:
        raise InputError(
            f"The failure test {name!r} needs at least {least} different words, got {len(found)}.",
            do="Write more of them.",
        )
    return found


def whole_words(words: Iterable[str]) -> re.Pattern[str]:
    """Give a pattern of whole words in any case, the longest first.

    Args:
        words: words or phrases; a space stands for any white space.

    Returns:
        The pattern.
    """
    longest = sorted(words, key=lambda one: (-len(one), one))
    parts = (r"\s+".join(re.escape(part) for part in one.split()) for one in longest)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def plain(text: str) -> str:
    """Give a wording as it is compared: small letters, one space between words."""
    return " ".join(text.split()).casefold()


def in_case_of(model: str, text: str) -> str:
    """Write a text with the capitals of another one.

    Args:
        model: what stands in the row.
        text: what takes its place.

    Returns:
        All capitals, a first capital, or as it is.
    """
    if len(model) > 1 and model.isupper():
        return text.upper()
    return text[:1].upper() + text[1:] if model[:1].isupper() else text


def replaced(
    text: str, spots: Iterable[re.Match[str]], write: Callable[[re.Match[str]], str]
) -> str:
    """Put something else in some places.

    Args:
        text: the whole text.
        spots: places in it, in order, none inside another.
        write: gives what takes the place.

    Returns:
        The text anew.
    """
    parts, done = [], 0
    for spot in spots:
        parts += [text[done : spot.start()], write(spot)]
        done = spot.end()
    return "".join([*parts, text[done:]])


def text_of(cell: object) -> str:
    """Give the text of a cell; a cell of another type has none."""
    return cell if isinstance(cell, str) else ""
